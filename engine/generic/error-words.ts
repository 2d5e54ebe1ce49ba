import type { Refusal } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import { isRecord } from '../contract/schema.ts'

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
  if (kind === 'no-route') return `There is nothing at ${exchange.pathname}.`
  if (kind === 'no-method') return `${exchange.method} is not allowed at ${exchange.pathname}.`
  if (kind === 'unauthenticated') return 'The credential is missing or not valid.'
  if (kind === 'forbidden') return 'The credential does not allow this.'
  return problems[0]?.message ?? `${title}.`
}

function problemsIn(list: unknown): Wording['problems'] {
  if (!Array.isArray(list)) return []
  return list.filter(isRecord).map((one) => {
    const pointer = typeof one['pointer'] === 'string' ? one['pointer'] : ''
    const name = typeof one['name'] === 'string' ? `${one['name']} ` : ''
    return { pointer, message: `${name}${String(one['message'] ?? 'is not valid')}` }
  })
}
