import type { CapturedBody } from './capture.ts'

/** One exchange as it went over the wire: secrets and all, in memory only. */
export interface WireExchange {
  /** Milliseconds since 1970. */
  startedMs: number
  timings: { send: number; wait: number; receive: number }
  request: WireMessage & { method: string; url: string }
  /** Undefined when no answer came. */
  response: (WireMessage & { status: number; statusText: string }) | undefined
  /** What went wrong on the way. */
  error?: string
  comment?: string
}

/** What requests and responses have in common. */
export interface WireMessage {
  httpVersion: string
  /** Name, value, name, value. */
  rawHeaders: readonly string[]
  body: CapturedBody
}

/** No body at all. */
export const noBody: CapturedBody = { bytes: Buffer.alloc(0), length: 0 }

/** The first value of a header, or ''. */
export function headerOf(rawHeaders: readonly string[], name: string): string {
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]!.toLowerCase() === name) return rawHeaders[at + 1] ?? ''
  }
  return ''
}
