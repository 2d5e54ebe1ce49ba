import type { Reply } from './call.ts'
import type { OpenTwin } from './twin.ts'

/** A reply as bytes: what every front sends, so that all of them send the same. */
export interface WireReply {
  status: number
  headers: Record<string, string | string[]>
  /** Undefined when the reply has no body. */
  body: Uint8Array | string | undefined
}

// Views of rows are shared objects; their text is made once.
const texts = new WeakMap<object, string>()

/** Spells a reply as the service would. The answer to HEAD is the one to GET; leaving the body out is the front's part. */
export function toWire(twin: OpenTwin, reply: Reply): WireReply {
  const headers = reply.headers
  if (reply.json !== undefined) {
    headers['content-type'] ??= twin.definition.jsonType ?? 'application/json'
    return { status: reply.status, headers, body: stringify(twin, reply.json) }
  }
  if (reply.text !== undefined) {
    headers['content-type'] ??= 'text/plain;charset=UTF-8'
    return { status: reply.status, headers, body: reply.text }
  }
  return { status: reply.status, headers, body: reply.bytes }
}

function stringify(twin: OpenTwin, value: unknown): string {
  const spell = twin.definition.stringify ?? JSON.stringify
  if (typeof value !== 'object' || value === null) return spell(value)
  let text = texts.get(value)
  if (text === undefined) texts.set(value, (text = spell(value)))
  return text
}
