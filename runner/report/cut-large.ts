import type { CheckResult } from '../comparison.ts'
import type { RequestResult, TrialResult } from '../trial-result.ts'

/** A value whose JSON is longer than this is kept in part only. */
const JSON_MAX = 64_000
const KEPT = 16_000

/**
 * The same trial with what was sent, answered and compared cut where it is enormous: a subject may answer
 * with megabytes, and thousands of trials must stay a file that opens. What is cut becomes the
 * beginning of its JSON as text, with a note of how much is missing.
 */
export function cutLarge(trial: TrialResult): TrialResult {
  const requests = mapChanged(trial.requests, cutRequest)
  const checks = mapChanged(trial.checks, cutCheck)
  if (requests === trial.requests && checks === trial.checks) return trial
  return { ...trial, requests, checks }
}

function cutRequest(one: RequestResult): RequestResult {
  const asked = cutValue(one.request.body)
  const said = cutValue(one.reply.body)
  if (asked === one.request.body && said === one.reply.body) return one
  const request = 'body' in one.request ? { ...one.request, body: asked } : one.request
  return { ...one, request, reply: { ...one.reply, body: said } }
}

function cutCheck(one: CheckResult): CheckResult {
  const actual = cutValue(one.actual)
  const expected = cutValue(one.expected)
  return actual === one.actual && expected === one.expected ? one : { ...one, actual, expected }
}

function cutValue(value: unknown): unknown {
  if (typeof value !== 'string' && (typeof value !== 'object' || value === null)) return value
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  if (text.length <= JSON_MAX) return value
  return `${text.slice(0, KEPT).toWellFormed()}… (${text.length - KEPT} more characters)`
}

/** The very same list where nothing changed. */
function mapChanged<T>(list: T[], change: (one: T) => T): T[] {
  const changed = list.map(change)
  return changed.every((one, i) => one === list[i]) ? list : changed
}
