import { tokens, type Caller, type Token } from '../../engine/auth.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { text } from './arguments.ts'
import { fail } from './errors.ts'
import { methodOf, type TokenKind } from './method.ts'
import { kindOf, users } from './state.ts'
import type { Conversation, Kind } from './wire.ts'

/** Finds out whose token it is. Refuses in Slack's order: none, not valid, of the wrong kind. */
export function findCaller(exchange: Exchange): undefined {
  if (exchange.caller?.allSeeing === true) return
  const method = methodOf(exchange.op!)
  if (method.isOpen) return
  const sent = tokenOf(exchange)
  if (sent === undefined) return fail('not_authed')
  const token = exchange.rows.get(tokens, sent)
  if (token === undefined || token.twin !== 'slack') return fail('invalid_auth')
  if (token.revoked !== undefined) fail(token.revoked)
  if (token.expiresAt !== undefined && token.expiresAt <= exchange.at) fail('token_expired')
  if (token.kind !== 'app' && exchange.rows.get(users, token.account)?.deleted !== false) {
    fail('account_inactive')
  }
  exchange.caller = callerOf(token)
  if (method.scopes !== undefined && !(token.kind in method.scopes) && !method.isRetired) {
    fail('not_allowed_token_type')
  }
}

/** A bot's token dies with its installation, a person's alone (FACTS: revoke). */
export function revokedAs({ kind }: Pick<Token, 'kind'>): string {
  return kind === 'bot' ? 'account_inactive' : 'token_revoked'
}

// A token's row is replaced when it changes, so a caller may be kept with it.
const callers = new WeakMap<Token, Caller>()

function callerOf(token: Token): Caller {
  let caller = callers.get(token)
  if (caller === undefined) {
    const { account, kind, scopes } = token
    caller = { account, kind, token, ...(scopes === undefined ? {} : { scopes }) }
    callers.set(token, caller)
  }
  return caller
}

/** Socket Mode's own methods take the header only (FACTS: token). */
const headerOnly = new Set(['apps.connections.open', 'apps.event.authorizations.list'])

function tokenOf(exchange: Exchange): string | undefined {
  const header = exchange.headers['authorization']
  if (header !== undefined && header !== '') {
    // "bearer" in lower case is refused (FACTS: token).
    return header.startsWith('Bearer ') ? header.slice('Bearer '.length).trim() : 'unreadable'
  }
  const token = text(exchange.args, 'token')
  if (token === undefined || token === '') return undefined
  if (headerOnly.has(exchange.op!.id)) return fail('invalid_auth')
  const isInQuery = exchange.search.includes('token=')
  if (isInQuery && exchange.world.setting('slack', 'queryToken') !== true) fail('invalid_auth')
  return token
}

/** Refuses a caller who holds none of the scopes that would do, before anybody looks at the arguments. */
export function requireScope(exchange: Exchange): undefined {
  const { caller } = exchange
  if (caller === undefined || caller.allSeeing === true || caller.scopes === undefined) return
  const { scopes, isRetired } = methodOf(exchange.op!)
  if (isRetired) return
  const wanted = scopes?.[caller.kind as TokenKind]
  if (wanted === undefined || wanted.length === 0) return
  if (!wanted.some((one) => caller.scopes!.includes(one))) failScope(caller, wanted)
}

function failScope(caller: Caller, needed: readonly string[]): never {
  return fail('missing_scope', {
    needed: needed.join(','),
    provided: (caller.scopes ?? []).join(','),
  })
}

/** Whether the caller holds one particular scope. */
export function hasScope(caller: Caller, scope: string): boolean {
  return caller.allSeeing === true || caller.scopes === undefined || caller.scopes.includes(scope)
}

/** Refuses a caller who lacks one particular scope, such as `chat:write.customize`. */
export function needScope(caller: Caller, scope: string): void {
  if (!hasScope(caller, scope)) failScope(caller, [scope])
}

const families: Record<Kind, string> = {
  public_channel: 'channels:',
  private_channel: 'groups:',
  mpim: 'mpim:',
  im: 'im:',
}

/** The scopes of the method that speak of this kind of conversation and are held; see `lacksKind`. */
export function holdsKind(exchange: Exchange, kind: Kind): boolean {
  const { caller } = exchange
  if (caller === undefined || caller.allSeeing === true || caller.scopes === undefined) return true
  const wanted = scopesFor(exchange, kind)
  return wanted.length === 0 || wanted.some((one) => caller.scopes!.includes(one))
}

/** A conversation method needs the scope of that conversation's kind (FACTS: missing-scope). */
export function needKind(exchange: Exchange, channel: Conversation | Kind): void {
  const kind = typeof channel === 'string' ? channel : kindOf(channel)
  if (!holdsKind(exchange, kind)) failScope(exchange.who, scopesFor(exchange, kind))
}

function scopesFor(exchange: Exchange, kind: Kind): readonly string[] {
  const wanted = methodOf(exchange.op!).scopes?.[exchange.who.kind as TokenKind] ?? []
  return wanted.filter((one) => one.startsWith(families[kind]))
}
