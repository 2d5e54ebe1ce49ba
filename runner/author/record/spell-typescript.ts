import { namesOfTwins } from '../../twin-word.ts'
import type { Ref, Words } from './known.ts'
import type { Plot, PlotCheck } from './plot.ts'
import { isRef, isWords, sentenceOf } from './spell-yaml.ts'

/** A plot as a scenario in TypeScript. */
export function spellTypeScript(plot: Plot): string {
  const { name, twins, told } = plot
  const comment = ['Recorded. What was done:', ...told.map((one) => `  ${one}`)]
  const body = bodyOf(plot)
  const text = body.join('\n')
  const handed = ['given', 'subject', 'step', 'check', 'journal', 'changes', 'person']
  const kit = handed
    .concat(namesOfTwins(twins))
    .filter((one) => new RegExp(`(?<![\\w.'])${one}(?=[.(])`).test(text))
  return `import { scenario } from 'backlot/scenario'

${comment.map((line) => `// ${line.replaceAll(/[\r\n\u2028\u2029]+/g, ' ')}`).join('\n')}
export default scenario(
  ${quote(name)},
  { twins: [${twins.map(quote).join(', ')}] },
  async ({ ${kit.join(', ')} }) => {
${body.map((line) => (line === '' ? '' : `    ${line}`)).join('\n')}
  },
)
`
}

function bodyOf({ people, givens, sends, allow, made, checks, counts }: Plot): string[] {
  const lines = people.map((one) => `const ${one} = person()`)
  for (const { thing, props } of givens) {
    const { kind, name, person } = thing
    const own = Object.entries(kind.fields ?? {}).map(([field, of]) => `${field}: ${person}.${of}`)
    const rest = Object.entries(props).map(([field, value]) => `${field}: ${spell(value)}`)
    const fields = [...own, ...rest].join(', ')
    lines.push(`const ${name} = given.${kind.twin}.${kind.maker}({ ${fields} })`)
  }
  if (allow.length > 0) {
    lines.push('changes.allow(', ...allow.map((word) => `  ${spellWords(word)},`), ')')
  }
  const sent = Object.entries(sends).map(([name, ref]) => `${name}: ${spellRef(ref)}`)
  lines.push('', "await step('what was recorded happens', () =>")
  const body = sent.length === 0 ? '{}' : `{ ${sent.join(', ')} }`
  lines.push(`  subject.post('/', ${body}),`, ')', '')
  for (const { twin, op, count } of counts) {
    const calls = `journal.calls(${quote(twin)}, ${quote(op)}).length`
    lines.push(`check(${quote(sentenceOf(op, count))}, ${calls}, ${count})`)
  }
  for (const { name, call, path } of made) {
    const calls = `journal.calls(${quote(call.twin)}, ${quote(call.op)})`
    lines.push(`const ${name} = ${calls}[${call.nth}]?.reply${spellPath(path)}`)
  }
  return [...lines, ...checks.map(spellCheck)]
}

function spellCheck({ sentence, twin, address, at, where, test }: PlotCheck): string {
  const look = `${twin}.get(${spellWords(address)})`
  if (test.how === 'status') return `check(${quote(sentence)}, ${look}.status, ${test.value})`
  const seen = `${look}.body${spellPath(at)}`
  if (test.how === 'equals') return `check(${quote(sentence)}, ${seen}, ${spell(test.value)})`
  const those =
    where === undefined
      ? seen
      : `${seen}?.filter((one: Record<string, unknown>) => one[${quote(where.field)}] === ${spellWords(where.value)})`
  return `check(${quote(sentence)}, ${those}?.length, ${test.value})`
}

function spell(value: unknown): string {
  if (isRef(value)) return spellRef(value)
  if (isWords(value)) return spellWords(value)
  if (Array.isArray(value)) return `[${value.map(spell).join(', ')}]`
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined'
  const fields = Object.entries(value).map(([name, one]) => `${quote(name)}: ${spell(one)}`)
  return `{ ${fields.join(', ')} }`
}

function spellWords(words: Words): string {
  const [only] = words
  if (words.length === 1 && typeof only === 'object') return spellRef(only)
  if (words.every((one) => typeof one === 'string')) return quote(words.join(''))
  const parts = words.map((one) =>
    typeof one === 'string'
      ? one.replaceAll(/[\\`]|\$(?=\{)/g, String.raw`\$&`)
      : `\${${spellRef(one)}}`,
  )
  return `\`${parts.join('').replaceAll('\r', String.raw`\r`)}\``
}

function spellRef({ name, path }: Ref): string {
  return path === '' ? name : `${name}.${path}`
}

/** Below what may not be there. */
function spellPath(path: readonly string[]): string {
  return path
    .map((part) =>
      /^[A-Za-z_$][\w$]*$/.test(part)
        ? `?.${part}`
        : `?.[${/^\d+$/.test(part) ? part : quote(part)}]`,
    )
    .join('')
}

function quote(text: string): string {
  const json = JSON.stringify(text)
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`)
  return json.includes("'") ? json : `'${json.slice(1, -1).replaceAll(String.raw`\"`, '"')}'`
}
