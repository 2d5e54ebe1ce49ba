import { stringify } from 'yaml'
import type { Ref, Words } from './known.ts'
import type { Plot, PlotCheck } from './plot.ts'

type Step = Record<string, unknown>

/** A plot as a scenario in YAML. */
export function spellYaml(plot: Plot): string {
  const { name, twins, told } = plot
  const head = ['Recorded. What was done:', ...told.map((one) => `  ${one}`)]
  const comment = head.map((line) => `# ${line.replaceAll(/[\r\n]+/g, ' ')}`).join('\n')
  const text = stringify({ scenario: name, twins, steps: stepsOf(plot) }, { lineWidth: 0 })
  return `${comment}\n${text}`
}

function stepsOf(plot: Plot): Step[] {
  const { people, givens, sends, allow, made, checks, counts } = plot
  const steps: Step[] = people.map((person) => ({ person }))
  for (const { thing, props } of givens) {
    const { kind, name, person } = thing
    const own = Object.entries(kind.fields ?? {}).map(([field, of]) => [
      field,
      `\${${person}.${of}}`,
    ])
    const all = { ...Object.fromEntries(own), ...(spelled(props) as object) }
    steps.push({ given: `${kind.twin}.${kind.maker}`, with: all, as: name })
  }
  if (allow.length > 0) steps.push({ allow: allow.map(spellWords) })
  steps.push({ when: 'what was recorded happens', ask: 'POST /', with: spelled(sends) })
  for (const { twin, op, count } of counts) {
    steps.push(thenStep(sentenceOf(op, count), { calls: `${twin} ${op}`, count }))
  }
  for (const { name, call, path } of made) {
    const at = `[${call.nth}].reply${spellPath(path)}`
    steps.push({ calls: `${call.twin} ${call.op}`, at, as: name })
  }
  for (const check of checks) steps.push(...checkSteps(check, steps.length))
  return steps
}

function checkSteps(check: PlotCheck, number: number): Step[] {
  const { sentence, twin, address, at, where, test } = check
  const look = `${twin} GET ${spellWords(address)}`
  const value = test.how === 'equals' ? spelled(test.value) : test.value
  if (where === undefined) {
    const path = spellPath(at).replace(/^\./, '')
    const below = path === '' ? {} : { at: path }
    return [thenStep(sentence, { look, ...below, [test.how]: value })]
  }
  const wanted = `wanted${number}`
  const path = `${spellPath(at).replace(/^\./, '')}[${where.field}=\${${wanted}}]`
  return [
    { let: { [wanted]: spellWords(where.value) } },
    thenStep(sentence, { look, at: path, [test.how]: value }),
  ]
}

/** An object with a `then` would pass for a promise: it is put together from pairs. */
function thenStep(sentence: string, rest: Step): Step {
  return Object.fromEntries(
    Object.entries({ word: sentence, ...rest }).map(([key, value]) => [
      key === 'word' ? 'then' : key,
      value,
    ]),
  )
}

/** How a report says it. */
export function sentenceOf(op: string, count: number): string {
  return `${op} is called ${count === 1 ? 'once' : `${count} times`}`
}

/** A value whose references are written out. */
function spelled(value: unknown): unknown {
  if (typeof value === 'string') return escaped(value)
  if (isRef(value)) return spellRef(value)
  if (isWords(value)) return spellWords(value)
  if (Array.isArray(value)) return value.map(spelled)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spelled(one)]))
}

function spellWords(words: Words): string {
  return words.map((one) => (typeof one === 'string' ? escaped(one) : spellRef(one))).join('')
}

function spellRef({ name, path }: Ref): string {
  return path === '' ? `\${${name}}` : `\${${name}.${path}}`
}

function spellPath(path: readonly string[]): string {
  return path.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('')
}

function escaped(text: string): string {
  // A dollar in a replacement has a meaning of its own.
  return text.replaceAll('${', () => '$${')
}

/** Whether a value is a reference of a plot. */
export function isRef(value: unknown): value is Ref {
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : []
  return names.length === 2 && names.includes('name') && names.includes('path')
}

/** Whether a value is a text with a reference in it. */
export function isWords(value: unknown): value is Words {
  return (
    Array.isArray(value) &&
    value.every((one) => typeof one === 'string' || isRef(one)) &&
    value.some(isRef) &&
    value.some((one) => typeof one === 'string')
  )
}
