import type { FreeJson } from '../../scenario.ts'
import { checksOf } from './checks.ts'
import { Known, type GivenThing, type MadeValue, type Ref, type Words } from './known.ts'
import { createLookAt } from './kinds.ts'
import type { Recording } from './recording.ts'

/** A check of what the world looks like afterwards. */
export interface PlotCheck {
  sentence: string
  twin: string
  address: Words
  /** Below the body; only members of this list that have this value in this field. */
  at: string[]
  where?: { field: string; value: Words }
  test:
    | { how: 'equals'; value: unknown }
    | { how: 'count'; value: number }
    | { how: 'status'; value: number }
}

/** A scenario that tells of a recording, in no language yet. */
export interface Plot {
  name: string
  twins: readonly string[]
  people: string[]
  givens: { thing: GivenThing; props: Record<string, unknown> }[]
  /** What the subject is told, by name. */
  sends: Record<string, Ref>
  allow: Words[]
  made: MadeValue[]
  checks: PlotCheck[]
  /** How often each writing operation was called. */
  counts: { twin: string; op: string; count: number }[]
  /** What was done, a line each. */
  told: string[]
}

/** Makes a plot from a recording. */
export function makePlot(recording: Recording, name: string): { plot: Plot; known: Known } {
  const known = new Known(recording)
  const look = createLookAt(recording.before)
  const ref = (twin: string, id: unknown): Ref | undefined => {
    const found = known.ref(id)
    const owner = known.givens.find((one) => one.name === found?.name)
    return owner?.kind.twin === twin ? found : undefined
  }
  const givens = known.givens.map((thing) => ({
    thing,
    props: thing.kind.props(thing.shown, { look, ref }),
  }))
  const checks = checksOf(recording, known)
  const plot: Plot = {
    name,
    twins: recording.twins,
    people: [...new Set(known.people.values())],
    givens,
    sends: sendsOf(recording, known),
    allow: allowOf(recording, known),
    made: known.made.filter(({ name }) => names(checks, name)),
    checks,
    counts: countsOf(recording),
    told: recording.calls.map(
      ({ twin, method, path, op, status }) => `${method} ${path} (${twin} ${op}) → ${status}`,
    ),
  }
  return { plot, known }
}

/** Whether a value anywhere in something is a reference to a name. */
function names(within: unknown, name: string): boolean {
  if (typeof within !== 'object' || within === null) return false
  if ('name' in within && 'path' in within) return within.name === name
  return Object.values(within).some((one) => names(one, name))
}

/** Everything given that the calls name: a subject must be told it, since every trial has others. */
function sendsOf({ calls }: Recording, known: Known): Record<string, Ref> {
  const sends: Record<string, Ref> = {}
  const given = new Set(known.givens.map(({ name }) => name))
  const take = (part: string | Ref): void => {
    if (typeof part === 'string' || !given.has(part.name)) return
    const last = part.path.split('.').at(-1)!
    sends[part.name + last.charAt(0).toUpperCase() + last.slice(1)] = part
  }
  for (const { path, body } of calls) {
    for (const part of known.words(decodeURIComponent(path))) take(part)
    eachText(body, (text) => known.words(text).forEach(take))
  }
  return sends
}

function eachText(value: FreeJson, body: (text: string) => void): void {
  if (typeof value === 'string') body(value)
  else if (typeof value === 'object' && value !== null) {
    for (const one of Object.values(value)) eachText(one, body)
  }
}

/** The words that account for what changed, as narrow as references allow. */
function allowOf({ changes }: Recording, known: Known): Words[] {
  const words = new Map<string, Words>()
  for (const { table, id, kind, fields } of changes) {
    const plus = kind === 'made' ? '+' : ''
    const own = known.ref(id)
    const rows: Words =
      kind !== 'made' && (own !== undefined || kind === 'changed') && !id.includes('/')
        ? [`${table}[`, ...known.words(id), ']']
        : [`${table}[${plus}`, ...choose(fields[0], known, plus), ']']
    const paths = kind === 'changed' ? fields.map(({ path }) => path.split('.')) : [[]]
    for (const path of paths) {
      const end = path.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('')
      const word = [...rows, end]
      words.set(JSON.stringify(word), word)
    }
  }
  return [...words.values()]
}

/** `field=value` of a row where a reference leads to the value: the one that is given before any that is made. */
function choose(
  change: { before: unknown; after: unknown } | undefined,
  known: Known,
  plus: string,
): Words {
  const row = (change?.after ?? change?.before ?? {}) as Record<string, unknown>
  const given = new Set(known.givens.map(({ name }) => name))
  const found = Object.entries(row).find(([, value]) => given.has(known.ref(value)?.name ?? ''))
  if (found !== undefined) return [`${found[0]}=`, known.ref(found[1])!]
  return plus === '' ? ['*'] : []
}

function countsOf({ calls }: Recording): Plot['counts'] {
  const counts = new Map<string, { twin: string; op: string; count: number }>()
  // Where nothing was written, reading was all there was to do.
  const isRead = calls.every(({ writes }) => !writes)
  for (const { twin, op, writes } of calls) {
    if (!writes && !isRead) continue
    const one = counts.get(`${twin} ${op}`) ?? { twin, op, count: 0 }
    one.count++
    counts.set(`${twin} ${op}`, one)
  }
  return [...counts.values()]
}
