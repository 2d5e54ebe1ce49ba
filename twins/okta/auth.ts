import { tokens, type Caller, type Token } from '../../engine/auth.ts'
import { refuse, type Reply } from '../../engine/call.ts'
import type { Operation } from '../../engine/contract/contract.ts'
import type { Exchange } from '../../engine/exchange.ts'
import type { Rows } from '../../engine/rows.ts'
import { cookieOf } from '../../engine/stages/authenticate.ts'
import { sessions, users } from './state.ts'

/** What a token may do besides its scopes: the administrator roles of whoever made it. */
interface TokenFacts {
  roles?: readonly string[]
  /** The custom authorization server that minted it: Okta's own API takes no such token. */
  mintedBy?: string
  /** The name under which the System Log knows it. */
  tokenId?: string
}

const callers = new WeakMap<Token, Caller>()

/** Who is calling: an API token, an OAuth token or a session cookie. Refuses with `unauthenticated` or `forbidden`. */
export function authenticate(exchange: Exchange): Caller | undefined {
  const { headers, op } = exchange
  const header = headers['authorization']
  // FACTS: token-endpoint. There clients say who they are, which its behaviour looks at.
  if (op?.id === 'tokenCustomAS') return undefined
  const isOpen = op === undefined || op.security.length === 0
  if (header === undefined) return byCookie(exchange, isOpen)
  const space = header.indexOf(' ')
  const scheme = header.slice(0, space).toLowerCase()
  // Sign-in and the token endpoint have their own ways; only an API token means something there.
  if (isOpen && scheme !== 'ssws') return undefined
  const token = exchange.rows.get(tokens, header.slice(space + 1).trim())
  if (token === undefined || !opens(token, scheme, exchange.at)) {
    return refuse('unauthenticated', { reason: 'token' })
  }
  const isForeign = (token.facts as TokenFacts | undefined)?.mintedBy !== undefined
  if (isForeign && op?.path.startsWith('/oauth2/{') === false) {
    return refuse('unauthenticated', { reason: 'token' })
  }
  if (op !== undefined) checkRights(token, op, exchange)
  let caller = callers.get(token)
  if (caller === undefined) callers.set(token, (caller = toCaller(token)))
  return caller
}

function opens(token: Token, scheme: string, now: number): boolean {
  if (token.twin !== 'okta' || token.revoked !== undefined) return false
  if (token.expiresAt !== undefined && token.expiresAt <= now) return false
  return token.kind === 'ssws' ? scheme === 'ssws' : scheme === 'bearer' || scheme === 'dpop'
}

function toCaller(token: Token): Caller {
  const { account, kind, scopes } = token
  return { account, kind, token, ...(scopes !== undefined && { scopes }) }
}

/** The name of a caller's token in the System Log. */
export function tokenIdOf(caller: Caller | undefined): string | undefined {
  return (caller?.token?.facts as TokenFacts | undefined)?.tokenId
}

/** Rights are what scopes and administrator roles allow together. */
function checkRights(token: Token, op: Operation, exchange: Exchange): void {
  if (token.scopes !== undefined && !hasScope(token.scopes, scopesOf(op))) {
    refuse('forbidden', { reason: 'scope' })
  }
  const roles = (token.facts as TokenFacts | undefined)?.roles
  if (roles === undefined || roles[0] === 'SUPER_ADMIN') return
  if (!hasRole(roles, op) && !isOwn(exchange, token.account))
    refuse('forbidden', { reason: 'role' })
}

/** The scopes of which one must be there. */
export function scopesOf(op: Operation): readonly string[] {
  return (op.facts?.['scopes'] as readonly string[] | undefined) ?? []
}

/** `*.manage` implies `*.read`. */
function hasScope(has: readonly string[], wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true
  return wanted.some((one) => has.includes(one) || has.includes(one.replace(/\.read$/, '.manage')))
}

// FACTS: roles. Which standard role may write what; every role may read.
const writers: Record<string, (op: Operation) => boolean> = {
  ORG_ADMIN: () => true,
  USER_ADMIN: (op) => /^(User|Group|Session)/.test(op.tags?.[0] ?? ''),
  APP_ADMIN: (op) => (op.tags?.[0] ?? '').startsWith('Application'),
  GROUP_MEMBERSHIP_ADMIN: (op) => /^(un)?assignUser(To|From)Group$/.test(op.id),
  HELP_DESK_ADMIN: (op) =>
    /^(UserCred|UserFactor|UserSessions)$/.test(op.tags?.[0] ?? '') || op.id === 'unlockUser',
}

function hasRole(roles: readonly string[], op: Operation): boolean {
  if (roles.includes('SUPER_ADMIN')) return true
  const wanted = op.facts?.['adminRoles'] as readonly string[] | undefined
  if (wanted !== undefined) return wanted.some((one) => roles.includes(one))
  if (roles.length === 0) return false
  return op.method === 'GET' || roles.some((one) => writers[one]?.(op) === true)
}

/** Anyone may read their own account. */
function isOwn(exchange: Exchange, account: string): boolean {
  const { id } = exchange.path
  return exchange.op?.id === 'getUser' && (id === 'me' || id === account)
}

function byCookie(exchange: Exchange, isOpen: boolean): Caller | undefined {
  const sid = cookieOf(exchange.headers['cookie'], 'sid')
  const session = sid === undefined ? undefined : exchange.rows.get(sessions, sid)
  if (session === undefined || session.$expiresAt <= exchange.at) {
    return isOpen ? undefined : refuse('unauthenticated', { reason: 'no-session' })
  }
  const roles = exchange.rows.get(users, session.userId)?.$roles ?? []
  const { op } = exchange
  if (!isOpen && op !== undefined && !hasRole(roles, op) && !isOwn(exchange, session.userId)) {
    refuse('forbidden', { reason: 'role' })
  }
  return { account: session.userId, kind: 'session' }
}

/** FACTS: scope-missing. A 403 without a body; Go and Terraform take the header apart at its commas. */
export function insufficientScope(exchange: Exchange): Reply {
  const host = exchange.origin.replace(/^https?:\/\//, '')
  const scope = exchange.op === undefined ? '' : scopesOf(exchange.op).join(' ')
  const parts = [
    `Bearer authorization_uri="http://${host}/oauth2/v1/authorize"`,
    `realm="http://${host}"`,
    `scope="${scope}"`,
    'error="insufficient_scope"',
    'error_description="The access token provided does not contain the required scopes."',
    `resource="${exchange.pathname}"`,
  ]
  return { status: 403, headers: { 'www-authenticate': parts.join(', ') } }
}

/** FACTS: userinfo. A 401 without a body (RFC 6750, 3). */
export function invalidToken(exchange: Exchange): Reply {
  const { origin, pathname } = exchange
  const parts = [
    `Bearer authorization_uri="${origin}/oauth2/default/v1/authorize"`,
    `realm="${origin}"`,
    'scope="openid"',
    'error="invalid_token"',
    'error_description="The access token is invalid."',
    `resource="${pathname}"`,
  ]
  return { status: 401, headers: { 'www-authenticate': parts.join(', ') } }
}

/** Ends what an account's tokens open; `kind` narrows it to OAuth tokens. */
export function revokeTokens(rows: Rows, account: string, reason: string, kind?: string): void {
  for (const token of rows.all(tokens, { index: 'account', equals: ['okta', account] })) {
    if (token.revoked !== undefined || (kind !== undefined && token.kind !== kind)) continue
    rows.update(tokens, token.id, { revoked: reason })
  }
}
