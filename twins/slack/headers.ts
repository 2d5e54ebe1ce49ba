import type { Caller } from '../../engine/auth.ts'
import type { Reply } from '../../engine/call.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { methodOf, type TokenKind } from './method.ts'

const always = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'x-slack-req-id, retry-after',
  'cache-control': 'private, no-cache, no-store, must-revalidate',
  expires: 'Sat, 26 Jul 1997 05:00:00 GMT',
  pragma: 'no-cache',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
  vary: 'Accept-Encoding',
  'x-content-type-options': 'nosniff',
  'x-slack-backend': 'r',
  'x-xss-protection': '0',
}

/** The headers that every answer of Slack carries; the two about scopes only when it knows who calls (FACTS: headers). */
export function stampHeaders(exchange: Exchange, reply: Reply): void {
  const { world, caller, op } = exchange
  const { headers } = reply
  Object.assign(headers, always)
  const a = world.bits()
  const b = world.bits()
  const c = world.bits()
  headers['x-slack-req-id'] = hex(a) + hex(b) + hex(c) + hex(a ^ (b << 1))
  headers['x-slack-unique-id'] = hex(b ^ c) + hex(c) + hex(a)
  if (caller === undefined || caller.allSeeing === true || op === undefined) return
  headers['x-oauth-scopes'] = scopesOf(caller)
  const accepted = methodOf(op).accepted[caller.kind as TokenKind]
  if (accepted !== undefined && accepted !== '') headers['x-accepted-oauth-scopes'] = accepted
}

const joined = new WeakMap<Caller, string>()

function scopesOf(caller: Caller): string {
  let text = joined.get(caller)
  if (text === undefined) joined.set(caller, (text = (caller.scopes ?? []).join(',')))
  return text
}

function hex(bits: number): string {
  return ((bits >>> 0) + 0x1_0000_0000).toString(16).slice(1)
}
