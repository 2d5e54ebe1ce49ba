import type { SubjectReply } from '../subject/subject.ts'
import type { TrialResult } from '../trial-result.ts'
import { findRepeated, type MakingCalls } from './writes.ts'

/** What a subject does when a dependency fails, the worst first. */
export const outcomes = [
  'wrong data',
  'duplicate writes',
  'crashed',
  'stuck',
  'degraded',
  'unclear',
  'correct',
  'not struck',
] as const
export type SweepOutcome = (typeof outcomes)[number]

/** What each word means, for the reader; `decisions/0014-analyses.md` has it in full. */
export const meanings: Readonly<Record<SweepOutcome, string>> = {
  'wrong data': 'changed what it may not, or said that all is well when it was not',
  'duplicate writes': 'made something once more than it does without failures',
  crashed: 'ended, or gave an answer that is none',
  stuck: 'gave no answer in time, or took more time than it may',
  degraded: 'did not do all, said so, and did nothing wrong',
  unclear: 'the trial was inconclusive',
  correct: 'everything held, as without failures',
  'not struck': 'the failure met no call',
}

/** A trial and what its subject made in it. */
export interface Watched {
  result: TrialResult
  making: MakingCalls
}

/** Says what a subject did under a failure, held against the same trial without one. */
export function classify(failed: Watched, sound: Watched): { outcome: SweepOutcome; why: string } {
  const { result } = failed
  if (result.verdict === 'inconclusive') return is('unclear', result.why[0]?.text ?? '')
  if (!isStruck(result, sound.result)) return is('not struck', meanings['not struck'])
  const repeated = new Set(findRepeated(failed.making, sound.making))
  const other = result.unexpected.find(
    ({ kind, by }) => kind !== 'made' || !by.every((n) => repeated.has(n)),
  )
  if (other !== undefined) return is('wrong data', `${other.kind} ${other.table} without leave`)
  const [escape] = result.escapes
  if (escape !== undefined) return is('wrong data', `escape: ${escape.how} ${escape.target}`)
  if (repeated.size > 0) {
    return is('duplicate writes', `made again by exchange ${[...repeated].join(', ')}`)
  }
  return classifyAnswers(result, sound.result)
}

function classifyAnswers(
  result: TrialResult,
  sound: TrialResult,
): { outcome: SweepOutcome; why: string } {
  const problems = result.requests.flatMap(({ reply }) => reply.problem ?? [])
  const crash = problems.find(({ kind }) => kind !== 'timed-out' && kind !== 'endless-events')
  if (crash !== undefined) return is('crashed', crash.why)
  const { seconds } = result.budget
  if (problems[0] !== undefined) return is('stuck', problems[0].why)
  if (seconds.most !== undefined && seconds.used > seconds.most) {
    return is('stuck', `took ${seconds.used} of ${seconds.most} s`)
  }
  const missed = result.checks.find(({ ok }) => !ok)
  if (missed !== undefined) {
    // Who was asked nothing has promised nothing.
    const isTold = result.requests.length === 0 || saidSo(result, sound)
    return is(isTold ? 'degraded' : 'wrong data', `not so: ${missed.sentence}`)
  }
  if (result.verdict === 'unsatisfied') return is('degraded', result.why[0]?.text ?? '')
  return is('correct', meanings.correct)
}

function is(outcome: SweepOutcome, why: string): { outcome: SweepOutcome; why: string } {
  return { outcome, why: why.split('\n', 1)[0]! }
}

/** Events leave no mark of a fault on a call: there, it is enough that some went out without the failure. */
function isStruck({ plan, exchanges }: TrialResult, sound: TrialResult): boolean {
  if (plan.struck > 0 || exchanges.some(({ fault }) => fault !== undefined)) return true
  const isOfEvents = plan.places.some((place) => / event(?::\S+)? #/.test(place))
  return isOfEvents && sound.exchanges.some(({ kind }) => kind === 'delivery')
}

/** Whether the subject told its caller of trouble where it told of none without the failure. */
function saidSo({ requests }: TrialResult, sound: TrialResult): boolean {
  return requests.some(({ reply }, i) => {
    const before = sound.requests[i]?.reply
    return isTrouble(reply) && (before === undefined || !isTrouble(before))
  })
}

/** A status other than 2xx, `ok: false`, or an `error` in the answer. */
function isTrouble({ status, body }: SubjectReply): boolean {
  if (status < 200 || status > 299) return true
  if (typeof body !== 'object' || body === null) return false
  const { ok, error, errors } = body as Record<string, unknown>
  const isFilled = Array.isArray(errors) ? errors.length > 0 : Boolean(errors)
  return ok === false || Boolean(error) || isFilled
}
