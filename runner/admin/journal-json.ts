import type { Entry } from '../../engine/journal.ts'
import { toWire } from '../../engine/wire.ts'
import type { World } from '../../engine/world.ts'

/** An entry of the journal as JSON: bodies as text, or as base64 where they are none. */
export function entryToJson(world: World, entry: Entry): Record<string, unknown> {
  if (entry.kind !== 'call') return { ...entry }
  const { call, reply, ...rest } = entry
  const { status, headers, body } = toWire(world.twins.get(entry.twin)!, reply)
  return {
    ...rest,
    call: { ...call, method: call.method ?? 'GET', ...bodyToJson(call.body) },
    reply: {
      status,
      headers,
      ...bodyToJson(body),
      ...(reply.transport === undefined ? {} : { transport: reply.transport }),
    },
  }
}

function bodyToJson(body: unknown): { body?: unknown; bodyBase64?: string } {
  if (!(body instanceof Uint8Array)) return body === undefined ? {} : { body }
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  const text = bytes.toString()
  // Only what is text comes back as the same bytes.
  return Buffer.from(text).equals(bytes) ? { body: text } : { bodyBase64: bytes.toString('base64') }
}
