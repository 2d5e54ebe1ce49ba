import type { ExchangeView } from '../exchange-view.ts'
import { exchangeLine, howLong, inert, shortJson } from '../report/words.ts'
import type { Parting } from './compare.ts'
import type { Frozen, RowChange } from './freeze.ts'

/** How a replay compares with what a result file holds of the same trial. */
export interface Comparison {
  /** The file that was compared with. */
  against: string
  isSame: boolean
  parting?: Parting
  /** Where two replays part, when the subject itself does not do the same twice. */
  nondeterministic?: Parting
}

/** A trial up to one exchange, that exchange in full, and how the world stood then. */
export function tellFrozen(id: string, { n, exchanges, changes }: Frozen): string {
  const lines = [`${id}, stopped at exchange ${n}`, '']
  for (const view of exchanges) lines.push(`${exchangeLine(view)}   +${howLong(view.atMs)}`)
  const last = exchanges.find((one) => one.n === n)!
  lines.push('', ...tellWhole(last), '')
  if (changes.length === 0) lines.push('The world is as it was when the trial began.')
  else lines.push('What is different in the world since the trial began:')
  for (const change of changes) lines.push(...tellChange(change))
  return inert(`${lines.join('\n')}\n`)
}

function tellWhole({ method, path, request, reply, status, lost }: ExchangeView): string[] {
  const lines: string[] = []
  if (method !== undefined) lines.push(`  ${method} ${path}`)
  if (request !== undefined) lines.push(...block('  > ', request))
  if (status !== undefined) lines.push(`  ${status}${lost ? ', which never arrived' : ''}`)
  if (reply !== undefined) lines.push(...block('  < ', reply))
  return lines
}

/** A body with JSON laid out line by line. */
function block(mark: string, text: string): string[] {
  try {
    const laid = JSON.stringify(JSON.parse(text), null, 2)
    return laid.split('\n').map((line) => mark + line)
  } catch {
    return text.split('\n').map((line) => mark + line)
  }
}

function tellChange({ table, id, kind, fields, by }: RowChange): string[] {
  const who = by.length === 0 ? 'given, or with time' : `by ${by.join(', ')}`
  const head = `  ${table} ${id} ${kind} (${who})`
  if (kind === 'made') return [head, `      ${shortJson(fields[0]!.after, 300)}`]
  if (kind === 'removed') return [head, `      ${shortJson(fields[0]!.before, 300)}`]
  const changed = fields.map(
    ({ path, before, after }) => `      ${path}: ${shortJson(before)} → ${shortJson(after)}`,
  )
  return [head, ...changed]
}

/** Whether a replay went as it was recorded; if not, where it first went otherwise, and whose doing that is. */
export function tellComparison({ against, isSame, parting, nondeterministic }: Comparison): string {
  if (isSame || parting === undefined) return inert(`the same as recorded in ${against}\n`)
  const lines = [`not as recorded in ${against}: ${tellParting(parting)}`, ...tellSides(parting)]
  if (parting.what === 'atMs') {
    lines.push('A machine that is busy makes a subject seem to wait: see whether it goes so again.')
  } else if (nondeterministic === undefined) {
    lines.push(
      'Two replays were the same: the subject, its settings, the scenario or Backlot itself has changed since.',
    )
  } else {
    lines.push(
      `The subject is not deterministic: two replays part as well, ${tellParting(nondeterministic)}`,
      ...tellSides(nondeterministic),
    )
  }
  return inert(`${lines.join('\n')}\n`)
}

function tellParting({ n, what }: Parting): string {
  if (what === 'more') return `exchange ${n} is one more`
  if (what === 'missing') return `exchange ${n} did not come`
  if (what === 'answer') return 'every exchange is the same, but not what the subject answered'
  if (what === 'verdict') return 'every exchange is the same, but not the verdict'
  const names: Record<string, string> = {
    what: 'operation',
    atMs: 'time',
    by: 'caller',
    lost: 'loss of the answer',
  }
  return `exchange ${n} differs in its ${names[what] ?? what}`
}

function tellSides({ recorded, replayed }: Parting): string[] {
  return [`  before: ${sideOf(recorded)}`, `  now:    ${sideOf(replayed)}`]
}

function sideOf(value: unknown): string {
  if (value === null) return 'nothing'
  const view = value as ExchangeView
  return typeof value === 'object' && 'n' in value
    ? exchangeLine(view).trim()
    : shortJson(value, 300)
}
