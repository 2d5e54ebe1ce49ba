import { inspect, isDeepStrictEqual } from 'node:util'

/** One comparison of a scenario. */
export interface CheckResult {
  sentence: string
  ok: boolean
  actual: unknown
  expected: unknown
  /** The step it stands in. */
  step?: string
  /** Numbers of the exchanges that it rests on. */
  restsOn: number[]
  /** Virtual ms since the trial began. */
  atMs: number
  /** Number of the last entry of the journal before it. */
  after: number
  /** Its place among the steps, requests and checks of its trial. */
  order: number
  /** Failing it ended the trial. */
  must?: true
}

/** Whether `actual` is what was expected (a value, deeply; a pattern; what a predicate says), and the expectation as a report shows it. */
export function compareValues(
  actual: unknown,
  expected: unknown,
): { ok: boolean; wanted: unknown } {
  const wanted = toShown(expected)
  if (expected instanceof RegExp) {
    // A pattern with a memory would find something else the second time.
    expected.lastIndex = 0
    return { ok: typeof actual === 'string' && expected.test(actual), wanted }
  }
  if (typeof expected !== 'function') {
    return { ok: isDeepStrictEqual(plain(actual), plain(expected)), wanted }
  }
  try {
    return { ok: Boolean((expected as (value: unknown) => unknown)(actual)), wanted }
  } catch (error) {
    // It stumbled over what the subject left behind: that is no "yes", and no mistake of the scenario.
    return { ok: false, wanted: `${String(wanted)}, which threw ${String(error)}` }
  }
}

/** Something that JSON can carry, for a report. */
export function toShown(value: unknown): unknown {
  if (value === undefined) return null
  if (typeof value === 'function') return `(${String(value)})`
  if (value instanceof RegExp) return String(value)
  const shown = plain(value)
  return typeof shown === 'bigint' || typeof shown === 'symbol' || isOdd(shown)
    ? inspect(shown)
    : shown
}

/** Without prototypes and undefined fields, which JSON would not show either; as it is where JSON can't carry it. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  try {
    return JSON.parse(JSON.stringify(value)) as unknown
  } catch {
    return value
  }
}

/** Whether JSON can't carry it: circular, or with a bigint in it. */
function isOdd(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value)
  try {
    JSON.stringify(value)
    return false
  } catch {
    return true
  }
}
