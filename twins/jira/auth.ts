import { tokens, type Caller, type Token } from '../../engine/auth.ts'
import { refuse, type Reply } from '../../engine/call.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { mountOf } from './mounts.ts'
import { users } from './state.ts'

/** The site's id at the gateway. */
export const cloudId = '1324a887-45db-1bf4-1e99-ef0ff456d421'

/** A Bearer on the site's own host is refused before anything is looked at (FACTS: bearer-on-site). */
export function refuseBearer(exchange: Exchange): undefined {
  const header = exchange.headers['authorization']
  if (header === undefined || !header.startsWith('Bearer ')) return
  const { cloudId: through, path } = mountOf(exchange)
  if (through === undefined && !path.startsWith('/oauth/')) refuse('jira.connect-token')
}

// Calls that showed a Basic credential which opened nothing: they run as nobody, and are marked.
const rejected = new WeakSet<Exchange>()

/** Who calls. Wrong credentials don't refuse: the call runs as nobody (FACTS: anonymous). */
export function authenticateCaller(exchange: Exchange): Caller | undefined {
  const { cloudId: through, path } = mountOf(exchange)
  const isGateway = through !== undefined || path.startsWith('/oauth/')
  if (through !== undefined && through !== cloudId) refuse('jira.no-site')
  const caller = isGateway ? throughGateway(exchange) : onSite(exchange)
  if (caller === undefined && exchange.op?.facts?.['anonymous'] !== true) refuse('unauthenticated')
  return caller
}

function onSite(exchange: Exchange): Caller | undefined {
  const header = exchange.headers['authorization']
  if (header === undefined || !header.startsWith('Basic ')) return undefined
  const found = callerOfBasic(exchange, header, false)
  if (found === undefined) rejected.add(exchange)
  return found
}

function throughGateway(exchange: Exchange): Caller | undefined {
  const header = exchange.headers['authorization'] ?? ''
  if (header.startsWith('Basic '))
    return callerOfBasic(exchange, header, true) ?? refuse('jira.gateway')
  const token = exchange.rows.get(tokens, header.replace(/^Bearer /, ''))
  if (token === undefined || token.twin !== 'jira' || !isAlive(exchange, token))
    return refuse('jira.gateway')
  const caller = toCaller(token)
  if (!hasScopes(exchange, caller)) refuse('jira.scope')
  return caller
}

/** Either all classic scopes of an operation or all granular ones open it. */
function hasScopes(exchange: Exchange, { scopes }: Caller): boolean {
  if (scopes === undefined) return true
  const facts = exchange.op?.facts ?? {}
  const sets = [facts['scopes'], facts['granularScopes']] as (string[] | undefined)[]
  const known = sets.filter((one) => one !== undefined)
  return known.length === 0 || known.some((set) => set.every((scope) => scopes.includes(scope)))
}

function callerOfBasic(exchange: Exchange, header: string, isGateway: boolean): Caller | undefined {
  const [name, secret] = readBasic(header)
  const token = exchange.rows.get(tokens, secret)
  if (token === undefined || token.twin !== 'jira' || !isAlive(exchange, token)) return undefined
  // A scoped token opens nothing on the site, and a plain one nothing at the gateway.
  if ((token.facts?.['scoped'] === true) !== isGateway) return undefined
  const user = exchange.rows.get(users, token.account)
  if (user === undefined || user.emailAddress.toLowerCase() !== name.toLowerCase()) return undefined
  return toCaller(token)
}

const readBefore = new Map<string, [string, string]>()

/** E-mail address and token of a Basic header. */
function readBasic(header: string): [string, string] {
  let pair = readBefore.get(header)
  if (pair === undefined) {
    const text = Buffer.from(header.slice(6).trim(), 'base64').toString('utf8')
    const cut = text.indexOf(':')
    pair = cut === -1 ? ['', ''] : [text.slice(0, cut), text.slice(cut + 1)]
    if (readBefore.size > 1000) readBefore.clear()
    readBefore.set(header, pair)
  }
  return pair
}

function isAlive(exchange: Exchange, token: Token): boolean {
  if (token.revoked !== undefined) return false
  if (token.expiresAt !== undefined && token.expiresAt <= exchange.at) return false
  return exchange.rows.get(users, token.account)?.active === true
}

function toCaller(token: Token): Caller {
  const { account, kind, scopes } = token
  return { account, kind, token, ...(scopes !== undefined && { scopes }) }
}

// The same on every answer (FACTS: headers).
const fixed = {
  'cache-control': 'no-cache, no-store, no-transform',
  server: 'AtlassianEdge',
  'timing-allow-origin': '*',
  'x-content-type-options': 'nosniff',
  'x-xss-protection': '1; mode=block',
  'strict-transport-security': 'max-age=63072000; includeSubDomains; preload',
}

/** Puts on an answer what all answers carry. */
export function stampReply(exchange: Exchange, reply: Reply): void {
  const { headers } = reply
  Object.assign(headers, fixed)
  const trace = traceOf(exchange)
  headers['atl-traceid'] = trace
  headers['atl-request-id'] =
    `${trace.slice(0, 8)}-${trace.slice(8, 12)}-${trace.slice(12, 16)}-${trace.slice(16, 20)}-${trace.slice(20)}`
  headers['x-arequestid'] = trace
  if (exchange.caller !== undefined) headers['x-aaccountid'] = exchange.caller.account
  if (rejected.has(exchange)) headers['x-seraph-loginreason'] = 'AUTHENTICATED_FAILED'
  if (exchange.limit !== undefined) stampLimit(exchange, reply)
}

/** 32 hex digits of the form that the service marks its answers with. */
function traceOf({ world }: Exchange): string {
  const [a, b, c, d] = [world.bits(), world.bits(), world.bits(), world.bits()]
  // Version 4 and its variant, where RFC 9562 has them.
  return hex8(a) + hex8((b & 0xffff0fff) | 0x4000) + hex8((c & 0x3fffffff) | 0x80000000) + hex8(d)
}

const bytes = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

function hex8(n: number): string {
  return bytes[n >>> 24]! + bytes[(n >>> 16) & 255]! + bytes[(n >>> 8) & 255]! + bytes[n & 255]!
}

function stampLimit(exchange: Exchange, { headers }: Reply): void {
  const { capacity, remaining, allowed, quota } = exchange.limit as NonNullable<
    Exchange['limit']
  > & { quota?: number }
  headers['x-ratelimit-limit'] = String(capacity)
  headers['x-ratelimit-remaining'] = String(remaining)
  headers['ratelimit-policy'] = `"jira-burst-based";q=${quota ?? capacity};w=1`
  headers['ratelimit'] = `"jira-burst-based";r=${remaining};t=1`
  if (allowed && remaining < capacity / 5) headers['x-ratelimit-nearlimit'] = 'true'
}
