import type { Reply } from '../engine/call.ts'
import { toWire, type WireReply } from '../engine/wire.ts'
import type { World } from '../engine/world.ts'

/**
 * A reply as every front sends it. Its date is the world's, since clients reckon waiting times
 * from it: Okta's SDK takes `date` from `x-rate-limit-reset`.
 */
export function finish(world: World, twin: string, reply: Reply): WireReply {
  reply.headers['date'] ??= httpDate(world.now())
  return toWire(world.twins.get(twin)!, reply)
}

/** Whether replies of a status never have a body (RFC 9110). */
export function isBodiless(status: number): boolean {
  return status === 204 || status === 304 || (status >= 100 && status < 200)
}

let lastSecond = -1
let lastText = ''

/** A time as HTTP writes it; made once a second. */
function httpDate(ms: number): string {
  const second = Math.floor(ms / 1000)
  if (second === lastSecond) return lastText
  lastSecond = second
  lastText = new Date(second * 1000).toUTCString()
  return lastText
}
