import { engineRefusals } from '../../engine/call.ts'
import type { FaultAction } from '../../engine/faults.ts'
import { didYouMean } from '../../engine/nearest.ts'
import { shareOf } from '../../engine/quantiles.ts'

/** What a field of an action may hold. */
type FieldKind =
  | 'ms'
  | 'count'
  | 'bytes'
  | 'offset'
  | 'speed'
  | 'flag'
  | 'refusal'
  | 'status'
  | 'headers'
  | 'text'
  | 'quantiles'
  | 'ending'

interface ActionForm {
  needs: Readonly<Record<string, FieldKind>>
  may: Readonly<Record<string, FieldKind>>
  /** What it can strike. */
  strikes: 'calls' | 'events' | 'both'
}

const calls = 'calls' as const

/** Every kind of trouble, with its fields: what plan files, the admin API and their messages go by. */
export const actionForms: Readonly<Record<FaultAction['kind'], ActionForm>> = {
  refuse: {
    needs: { as: 'refusal' },
    may: { retryAfterMs: 'ms', tellsEnd: 'flag' },
    strikes: calls,
  },
  answer: {
    needs: { status: 'status' },
    may: { headers: 'headers', text: 'text', happens: 'flag', tellsEnd: 'flag' },
    strikes: calls,
  },
  delay: { needs: { ms: 'ms' }, may: {}, strikes: 'both' },
  latency: { needs: { quantiles: 'quantiles' }, may: { seed: 'text' }, strikes: calls },
  'drop-before': { needs: {}, may: {}, strikes: 'both' },
  'drop-after': { needs: {}, may: {}, strikes: 'both' },
  reset: { needs: {}, may: { happens: 'flag' }, strikes: 'both' },
  refused: { needs: {}, may: {}, strikes: calls },
  'half-open': { needs: { holdMs: 'ms' }, may: { happens: 'flag' }, strikes: calls },
  truncate: { needs: {}, may: { atByte: 'bytes' }, strikes: calls },
  'wrong-length': { needs: { by: 'offset' }, may: {}, strikes: calls },
  malformed: { needs: {}, may: {}, strikes: calls },
  slow: { needs: { bytesPerSecond: 'speed' }, may: {}, strikes: calls },
  drip: { needs: { bytesPerSecond: 'speed', holdMs: 'ms' }, may: {}, strikes: calls },
  stale: { needs: { behindMs: 'ms' }, may: {}, strikes: calls },
  throttle: {
    needs: { count: 'count', retryAfterMs: 'ms', banMs: 'ms' },
    may: { early: 'bytes', banAs: 'refusal' },
    strikes: calls,
  },
  'end-token': { needs: { as: 'ending' }, may: {}, strikes: calls },
  duplicate: { needs: {}, may: { copies: 'count' }, strikes: 'events' },
  reorder: { needs: { withinMs: 'ms' }, may: {}, strikes: 'events' },
}

/** A mistake in a fault that somebody wrote: where in it, and what to do. */
export interface FaultProblem {
  path: (string | number)[]
  what: string
  fix?: string
}

const faultFields = ['twin', 'on', 'at', 'times', 'forMs', 'stays', 'action']

/** Holds a fault against its form. `placed` says whether it must have an `at`; what is drawn has none. */
export function findFaultProblem(
  fault: unknown,
  placed: 'must' | 'may' | 'never',
): FaultProblem | undefined {
  if (!isObject(fault)) return { path: [], what: 'A fault must be { on, at, action }.' }
  if (typeof fault['on'] !== 'string' || fault['on'] === '') {
    const fix = 'Write on: any, read, write, an operation id such as chat.postMessage, or event.'
    return { path: ['on'], what: 'A fault must say what it strikes.', fix }
  }
  if (placed === 'must' && fault['at'] === undefined) {
    const fix = 'Write at: 1 for the first matching call.'
    return { path: ['at'], what: 'A fault must say which call it strikes.', fix }
  }
  const fields = placed === 'never' ? faultFields.filter((one) => one !== 'at') : faultFields
  for (const name of Object.keys(fault)) {
    if (fields.includes(name)) continue
    return { path: [name], what: `A fault has no field "${name}".`, fix: didYouMean(name, fields) }
  }
  return (
    findOwnProblem(fault) ??
    findActionProblem(fault['action'], { on: fault['on'], forMs: fault['forMs'] })
  )
}

function findOwnProblem(fault: Record<string, unknown>): FaultProblem | undefined {
  const kinds: Record<string, FieldKind> = {
    twin: 'text',
    at: 'count',
    times: 'count',
    forMs: 'ms',
    stays: 'flag',
  }
  for (const [name, kind] of Object.entries(kinds)) {
    const found = fault[name] === undefined ? undefined : findValueProblem(name, kind, fault[name])
    if (found !== undefined) return found
  }
  return undefined
}

function findActionProblem(
  action: unknown,
  { on, forMs }: { on: string; forMs?: unknown },
): FaultProblem | undefined {
  const path = ['action']
  if (!isObject(action)) {
    const fix = 'Write action: { kind: drop-after }.'
    return { path, what: 'A fault must say what goes wrong.', fix }
  }
  const kind = String(action['kind'])
  if (!Object.hasOwn(actionForms, kind)) {
    const fix = didYouMean(kind, Object.keys(actionForms))
    return { path: [...path, 'kind'], what: `There is no trouble "${kind}".`, fix }
  }
  const { needs, may, strikes } = actionForms[kind as FaultAction['kind']]
  for (const name of Object.keys(needs)) {
    if (action[name] === undefined) return { path, what: `"${kind}" needs "${name}".` }
  }
  const fields = { ...needs, ...may }
  for (const [name, value] of Object.entries(action)) {
    if (name === 'kind') continue
    const form = fields[name]
    if (form === undefined) {
      const fix = didYouMean(name, Object.keys(fields))
      return { path: [...path, name], what: `"${kind}" has no field "${name}".`, fix }
    }
    const found = findValueProblem(name, form, value)
    if (found !== undefined) return { ...found, path: [...path, ...found.path] }
  }
  if (action['tellsEnd'] === true && forMs === undefined) {
    const fix = 'Write forMs: 5000 beside on and at.'
    return { path: [...path, 'tellsEnd'], what: 'Only what lasts has an end to tell.', fix }
  }
  const isEvent = isEventPlace(on)
  if (strikes === 'both' || isEvent === (strikes === 'events')) return undefined
  const what = `"${kind}" strikes ${strikes}, and this place is one of ${isEvent ? 'events' : 'calls'}.`
  return { path: ['on'], what, fix: strikes === 'events' ? 'Write on: event.' : 'Write on: any.' }
}

/** Whether a place is one of deliveries, not of calls. */
export function isEventPlace(on: string): boolean {
  return on === 'event' || on.startsWith('event:')
}

const tests: Record<FieldKind, [is: (value: unknown) => boolean, wanted: string]> = {
  ms: [(value) => isNumber(value) && value >= 0, 'a number from 0, in ms'],
  count: [(value) => Number.isInteger(value) && Number(value) >= 1, 'a whole number from 1'],
  bytes: [(value) => Number.isInteger(value) && Number(value) >= 0, 'a whole number from 0'],
  offset: [(value) => Number.isInteger(value) && value !== 0, 'a whole number other than 0'],
  speed: [(value) => isNumber(value) && value > 0, 'a number above 0'],
  flag: [(value) => typeof value === 'boolean', 'true or false'],
  text: [(value) => typeof value === 'string', 'text'],
  status: [(value) => Number.isInteger(value) && isStatus(value as number), 'a status, 200 to 599'],
  ending: [(value) => value === 'expired' || value === 'revoked', 'expired or revoked'],
  headers: [
    (value) => isObject(value) && Object.entries(value).every(([name, one]) => isHeader(name, one)),
    'names in lower case with text, such as { retry-after: "30" }',
  ],
  refusal: [isRefusal, `one of ${engineRefusals.join(', ')}, or a twin's own, which has a dot`],
  quantiles: [
    isQuantiles,
    'points in ms that never fall, such as { p50: 80, p95: 400, max: 2000 }',
  ],
}

function findValueProblem(name: string, kind: FieldKind, value: unknown): FaultProblem | undefined {
  const [is, wanted] = tests[kind]
  if (is(value)) return undefined
  if (kind === 'refusal') {
    const fix = `${didYouMean(String(value), engineRefusals)} There are ${engineRefusals.join(', ')}; a twin's own have a dot.`
    return { path: [name], what: `Nothing is refused as "${String(value)}".`, fix }
  }
  return { path: [name], what: `"${name}" must be ${wanted}.` }
}

function isRefusal(value: unknown): boolean {
  if (typeof value !== 'string') return false
  return value.includes('.') || (engineRefusals as readonly string[]).includes(value)
}

function isQuantiles(value: unknown): boolean {
  if (!isObject(value)) return false
  const points = Object.entries(value).map(([name, ms]) => ({ share: shareOf(name), ms }))
  if (points.length === 0) return false
  if (points.some(({ share, ms }) => share === undefined || !isNumber(ms) || ms < 0)) return false
  points.sort((a, b) => a.share! - b.share!)
  return points.every(({ ms }, i) => i === 0 || Number(ms) >= Number(points[i - 1]!.ms))
}

function isHeader(name: string, value: unknown): boolean {
  return /^[a-z0-9-]+$/.test(name) && typeof value === 'string' && !/[\r\n]/.test(value)
}

function isStatus(status: number): boolean {
  return status >= 200 && status <= 599
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
