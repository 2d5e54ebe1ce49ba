import type { CheckResult } from '../comparison.ts'
import type { ExchangeView } from '../exchange-view.ts'
import type { Reason, TrialResult } from '../trial-result.ts'
import { absent, findDifferences } from './differences.ts'
import { exchangesBehind } from './failures.ts'
import { exchangeLine, shortJson } from './words.ts'

/** How much of a value, and how many places of a difference, stand in a text. */
const VALUE_MAX = 120
const PLACES_MAX = 4

/** Why a trial fell short, for a reader without the page: the reason, what was compared, and the exchanges that it rests on. */
export function tellReason(trial: TrialResult, reason: Reason): string[] {
  return [
    firstLine(reason.text),
    ...tellCheck(trial, reason),
    ...exchangesBehind(trial, reason).flatMap(tellExchange),
  ]
}

/** The check that a reason is about: actual against expected, narrowed to where they differ. */
export function tellCheck(trial: TrialResult, reason: Reason): string[] {
  const check = findCheck(trial, reason)
  return check === undefined ? [] : tellDifference(check)
}

/** The check that a reason is about, if it is about one. */
export function findCheck(
  { checks }: TrialResult,
  { kind, text }: Reason,
): CheckResult | undefined {
  if (kind !== 'check') return undefined
  return checks.find(({ ok, sentence }) => !ok && text === `not so: ${sentence}`)
}

function tellDifference({ actual, expected }: CheckResult): string[] {
  const places = findDifferences(actual, expected)
  if (places.length === 0 || places.some(({ path }) => path === '')) {
    return [`it is ${shortJson(actual, VALUE_MAX)}, expected ${shortJson(expected, VALUE_MAX)}`]
  }
  const lines = places
    .slice(0, PLACES_MAX)
    .map((one) => `${one.path} is ${show(one.actual)}, expected ${show(one.expected)}`)
  const left = places.length - PLACES_MAX
  return left > 0 ? [...lines, `and ${left} more places differ`] : lines
}

function show(value: unknown): string {
  return value === absent ? 'absent' : shortJson(value, VALUE_MAX)
}

/** An exchange in a line, and in a second one what a refusal said: many services say no with a status of 200. */
export function tellExchange(view: ExchangeView): string[] {
  const line = exchangeLine(view)
  if (view.reply === undefined || !isRefused(view)) return [line]
  return [line, `      said ${cut(view.reply.replaceAll(/\s+/g, ' '))}`]
}

function isRefused({ status = 0, refusal, reply = '' }: ExchangeView): boolean {
  return status >= 400 || refusal !== undefined || /^\s*\{\s*"ok"\s*:\s*false/.test(reply)
}

/** What the subject itself said last when it did not say that all is well. */
export function tellReply({ requests }: TrialResult): string[] {
  const odd = requests.findLast(({ reply }) => reply.status < 200 || reply.status >= 300)
  if (odd === undefined) return []
  const { request, reply } = odd
  const said =
    reply.problem === undefined ? `${reply.status} ${shortJson(reply.body)}` : reply.problem.why
  return [`asked ${request.method} ${request.path}, the subject said: ${said}`]
}

/** The first line of a text. */
export function firstLine(text: string): string {
  return text.split('\n', 1)[0]!
}

function cut(text: string): string {
  return text.length <= VALUE_MAX ? text : `${text.slice(0, VALUE_MAX)}…`
}
