import type { Reply } from '../../engine/call.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { newHex32 } from './ids.ts'
import { rateOf } from './limits.ts'
import { httpDate } from './times.ts'

/** The id of a request, which the System Log and the reply's header share. */
export function requestIdOf(exchange: Exchange): string {
  return (exchange.requestId ??= newHex32(exchange.world))
}

/** Puts the headers on a reply that every answer of Okta carries. */
export function stamp(exchange: Exchange, reply: Reply): void {
  const { status, headers: own } = reply
  const headers = common(exchange, status)
  if (status === 429) {
    delete headers['cache-control']
    delete headers['pragma']
    delete headers['expires']
  } else if (status === 204) {
    delete headers['x-content-type-options']
    delete headers['vary']
    headers['x-frame-options'] = 'SAMEORIGIN'
  }
  for (const name in own) headers[name] = own[name]!
  reply.headers = headers
}

// One literal, the depth (which the engine will set) and a place for the links included: an object
// that grows later costs more than all of its values together.
function common(exchange: Exchange, status: number): Reply['headers'] {
  const rate = rateOf(exchange, status === 429)
  return {
    date: httpDate(exchange.at),
    server: 'nginx',
    'x-okta-request-id': requestIdOf(exchange),
    'x-rate-limit-limit': rate.limit,
    'x-rate-limit-remaining': rate.remaining,
    'x-rate-limit-reset': rate.reset,
    'strict-transport-security': 'max-age=315360000; includeSubDomains',
    'x-xss-protection': '0',
    p3p: 'CP="HONK"',
    'accept-ch': 'Sec-CH-UA-Platform-Version',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'content-security-policy': "frame-ancestors 'self'",
    // A new one each time in reality; nobody reads it.
    'set-cookie': 'JSESSIONID=5D7A0C9E1B3F48629F6D2A8C4E7B1035; Path=/; Secure; HttpOnly',
    'cache-control': 'no-cache, no-store',
    pragma: 'no-cache',
    expires: '0',
    'x-content-type-options': 'nosniff',
    vary: 'Accept-Encoding',
    'x-backlot-depth': exchange.depth,
  }
}
