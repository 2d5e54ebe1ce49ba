/** One request into a twin. Plain data, so that a direct call needs no HTTP at all. */
export interface Call {
  /** Upper case; GET when absent. */
  method?: string
  /** Path and query as they stand in the request line: `/api/v1/users?limit=2`. */
  path: string
  /** Names in lower case. */
  headers?: Record<string, string>
  /** Bytes or text as sent, or a plain value that stands for a JSON body. */
  body?: unknown
  /** Where the caller thinks it is, for links in replies: `https://acme.okta.com`. Default: the twin's own. */
  origin?: string
  /** The body was longer than the front takes, and was not read: the twin refuses with `too-large`. */
  tooLarge?: true
}

/** What a twin answers. At most one of `json`, `text`, `bytes` is there. */
export interface Reply {
  status: number
  /** Names in lower case. */
  headers: Record<string, string | string[]>
  json?: unknown
  text?: string
  bytes?: Uint8Array
  /** What goes wrong on the way back; the fronts carry it out. */
  transport?: Transport
}

/** Trouble on the wire, which only a front can make. */
export interface Transport {
  /** Wait so long before the first byte. */
  delayMs?: number
  /** The caller gets no answer: the connection is closed, unless a field below says how else it ends. */
  lost?: true
  /** It is reset (TCP RST). */
  reset?: true
  /** As if nobody listened. */
  refused?: true
  /** Nothing comes for so long, then it is closed. */
  silentMs?: number
  /** Cut the connection after so many bytes of the body. */
  truncateAtByte?: number
  /** Announce so many bytes more than the body has; fewer below 0. */
  lengthOff?: number
  /** Send the body at this speed. */
  bytesPerSecond?: number
  /** Send the head at that speed too, and close after so long. */
  dripMs?: number
}

/** A JSON reply. */
export function json(status: number, body: unknown, headers: Reply['headers'] = {}): Reply {
  return { status, headers, json: body }
}

/** A reply without a body. */
export function empty(status: number, headers: Reply['headers'] = {}): Reply {
  return { status, headers }
}

/** A reply of plain text; `contentType` says which. */
export function text(status: number, body: string, contentType: string): Reply {
  return { status, headers: { 'content-type': contentType }, text: body }
}

/**
 * The kinds of "no" that the engine itself says. A twin adds its own kinds with a dot
 * (`okta.E0000016`) and words all of them in its `errors.ts`.
 */
export type EngineRefusal = (typeof engineRefusals)[number]

/** All of them, to hold what a person wrote against. */
export const engineRefusals = [
  'no-route',
  'no-method',
  'unauthenticated',
  'forbidden',
  'limited',
  'malformed-body',
  'unsupported-type',
  'missing-body',
  'too-large',
  'invalid',
  'not-found',
  'conflict',
  'unavailable',
  'internal',
] as const

/** A "no" in neutral terms; the twin words it as the vendor would. Thrown by `refuse`, caught once, in the pipeline. */
export class Refusal {
  readonly kind: string
  readonly detail: Readonly<Record<string, unknown>>
  constructor(kind: string, detail: Readonly<Record<string, unknown>>) {
    this.kind = kind
    this.detail = detail
  }
}

/** Ends the call with a "no". */
export function refuse(
  kind: EngineRefusal | `${string}.${string}`,
  detail: Readonly<Record<string, unknown>> = {},
): never {
  // Not an Error on purpose: a refusal is an answer, and its stack trace would cost more than the call.
  // oxlint-disable-next-line no-throw-literal
  throw new Refusal(kind, detail)
}
