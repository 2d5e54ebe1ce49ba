import type { Reply } from '../../engine/call.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { newHex32 } from './ids.ts'
import { rateHeaders } from './limits.ts'
import { httpDate } from './times.ts'

const requestIds = new WeakMap<Exchange, string>()

/** The id of a request, which the System Log and the reply's header share. */
export function requestIdOf(exchange: Exchange): string {
  let id = requestIds.get(exchange)
  if (id === undefined) requestIds.set(exchange, (id = newHex32(exchange.world)))
  return id
}

/** Puts the headers on a reply that every answer of Okta carries. */
export function stamp(exchange: Exchange, reply: Reply): void {
  const { status, headers: own } = reply
  const limited = status === 429
  const rate = rateHeaders(exchange, limited)
  const requestId = requestIds.get(exchange) ?? newHex32(exchange.world)
  const headers: Reply['headers'] = {
    date: httpDate(exchange.at),
    server: 'nginx',
    'x-okta-request-id': requestId,
    'x-rate-limit-limit': rate[0],
    'x-rate-limit-remaining': rate[1],
    'x-rate-limit-reset': rate[2],
    'strict-transport-security': 'max-age=315360000; includeSubDomains',
    'x-xss-protection': '0',
    p3p: 'CP="HONK"',
    'accept-ch': 'Sec-CH-UA-Platform-Version',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'content-security-policy': "frame-ancestors 'self'",
    'set-cookie': `JSESSIONID=${requestId}; Path=/; Secure; HttpOnly`,
  }
  if (!limited) {
    headers['cache-control'] = 'no-cache, no-store'
    headers['pragma'] = 'no-cache'
    headers['expires'] = '0'
  }
  if (status === 204) headers['x-frame-options'] = 'SAMEORIGIN'
  else {
    headers['x-content-type-options'] = 'nosniff'
    headers['vary'] = 'Accept-Encoding'
  }
  for (const name in own) headers[name] = own[name]!
  reply.headers = headers
}
