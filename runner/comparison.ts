import { isDeepStrictEqual } from 'node:util'

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
  /** Failing it ended the trial. */
  must?: true
}

/** Whether `actual` is what was expected: a value (deeply), a pattern, or what a predicate says. */
export function isAsExpected(actual: unknown, expected: unknown): boolean {
  if (typeof expected === 'function')
    return Boolean((expected as (value: unknown) => unknown)(actual))
  if (expected instanceof RegExp) return typeof actual === 'string' && expected.test(actual)
  return isDeepStrictEqual(plain(actual), plain(expected))
}

/** Something that JSON can carry, for a report. */
export function toShown(value: unknown): unknown {
  if (value === undefined) return null
  if (typeof value === 'function') return `(${String(value)})`
  if (value instanceof RegExp) return String(value)
  return plain(value)
}

/** Without prototypes and undefined fields, which JSON would not show either. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  return JSON.parse(JSON.stringify(value)) as unknown
}
