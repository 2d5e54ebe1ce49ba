import type { Refusal } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import { isRecord } from '../contract/schema.ts'
import { nameKey } from './names.ts'

/** What a refusal says, before it takes the form of a service. */
export interface Wording {
  status: number
  /** A word for programs: `not_found`. */
  code: string
  title: string
  message: string
  /** What exactly was wrong with the call. */
  problems: { pointer: string; message: string }[]
}

const kinds: Readonly<
  Record<string, readonly [statuses: readonly number[], code: string, title: string]>
> = {
  'no-route': [[404], 'not_found', 'Not Found'],
  'no-method': [[405], 'method_not_allowed', 'Method Not Allowed'],
  unauthenticated: [[401], 'unauthorized', 'Unauthorized'],
  forbidden: [[403], 'forbidden', 'Forbidden'],
  limited: [[429], 'rate_limited', 'Too Many Requests'],
  'malformed-body': [[400], 'invalid_request', 'Bad Request'],
  'unsupported-type': [[415, 400], 'unsupported_media_type', 'Unsupported Media Type'],
  'missing-body': [[400, 422], 'invalid_request', 'Bad Request'],
  'too-large': [[413], 'payload_too_large', 'Content Too Large'],
  invalid: [[400, 422], 'invalid_request', 'Bad Request'],
  'not-found': [[404], 'not_found', 'Not Found'],
  conflict: [[409, 400, 422], 'conflict', 'Conflict'],
  unavailable: [[503], 'service_unavailable', 'Service Unavailable'],
  internal: [[500], 'internal_error', 'Internal Server Error'],
}

/** The statuses that fit a kind of refusal, the most fitting first. */
export function statusesOf(kind: string): readonly number[] {
  return kinds[kind]?.[0] ?? [400]
}

// What a service that lists its codes may call ours, the likeliest first.
const alike: Readonly<Record<string, readonly RegExp[]>> = {
  not_found: [/not_?found/i, /unknown|missing/i],
  unauthorized: [/unauth|not_?authed|invalid_?auth/i, /credential|token|login/i],
  forbidden: [/forbidden|denied|permission/i, /not_?allowed|scope/i],
  rate_limited: [/rate_?limit|throttl|too_?many/i],
  invalid_request: [/^(invalid|bad)_?(request|arg|param|input|data)/i, /invalid|malformed|bad/i],
  unsupported_media_type: [/unsupported|post_?type/i, /invalid|bad/i],
  payload_too_large: [/too_?(large|big|long)/i, /invalid|bad/i],
  conflict: [/conflict|exists|duplicate|taken/i, /invalid|bad/i],
  service_unavailable: [/unavailable|outage/i, /internal|fatal/i],
  internal_error: [/internal|fatal|server/i],
}

/** The code of a service's own list that says the same, if one does: a made-up one would send people the wrong way. */
export function codeAmong(values: readonly unknown[], code: string): string | undefined {
  const texts = values.filter((one) => typeof one === 'string')
  const same = texts.find((one) => nameKey(one) === nameKey(code))
  if (same !== undefined) return same
  for (const pattern of alike[code] ?? []) {
    const found = texts.find((one) => pattern.test(one))
    if (found !== undefined) return found
  }
  return undefined
}

/** Says a refusal in plain English. */
export function describeRefusal(refusal: Refusal, exchange: Exchange, status: number): Wording {
  const { kind, detail } = refusal
  const [, code, title] = kinds[kind] ?? [
    [400],
    kind.slice(kind.lastIndexOf('.') + 1),
    'Bad Request',
  ]
  const problems = problemsIn(detail['problems'])
  return {
    status,
    code,
    title,
    message: messageOf(kind, detail, exchange, problems, title),
    problems,
  }
}

function messageOf(
  kind: string,
  detail: Refusal['detail'],
  exchange: Exchange,
  problems: Wording['problems'],
  title: string,
): string {
  const { id, entity } = detail
  if (kind === 'not-found') {
    const what = typeof entity === 'string' ? entity : 'resource'
    return id === undefined
      ? `There is no ${what} here.`
      : `There is no ${what} with the id "${String(id)}".`
  }
  if (kind === 'conflict' && id !== undefined) return `"${String(id)}" exists already.`
  if (kind === 'no-route') return sayNothingAt(exchange)
  if (kind === 'unsupported-type' && exchange.op?.body !== undefined)
    return `This takes ${Object.keys(exchange.op.body.types).join(', ')}, not ${String(detail['contentType'] ?? 'a body without a type')}.`
  if (kind === 'no-method') return `${exchange.method} is not allowed at ${exchange.pathname}.`
  if (kind === 'unauthenticated') return 'The credential is missing or not valid.'
  if (kind === 'forbidden') return 'The credential does not allow this.'
  return problems[0]?.message ?? `${title}.`
}

/** A document's server often has a path of its own (`/drive/v3`), which is easily forgotten. */
function sayNothingAt({ twin, method, pathname }: Exchange): string {
  const parts = twin.contract.operations[0]?.path.split('/') ?? []
  for (let i = 2; i < parts.length && !parts[i - 1]!.includes('{'); i++) {
    const base = parts.slice(0, i).join('/')
    const found = twin.router.match(method, base + pathname)
    if (found === undefined || !('op' in found)) continue
    if (!found.op.path.startsWith(`${base}/${pathname.split('/')[1]}`)) continue
    return `There is nothing at ${pathname}. The contract has ${base}${pathname}.`
  }
  return `There is nothing at ${pathname}.`
}

function problemsIn(list: unknown): Wording['problems'] {
  if (!Array.isArray(list)) return []
  return list.filter(isRecord).map((one) => {
    const pointer = typeof one['pointer'] === 'string' ? one['pointer'] : ''
    const name = typeof one['name'] === 'string' ? `${one['name']} ` : ''
    return { pointer, message: `${name}${String(one['message'] ?? 'is not valid')}` }
  })
}
