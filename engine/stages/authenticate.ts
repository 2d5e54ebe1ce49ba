import { tokens, type Caller } from '../auth.ts'
import { refuse } from '../call.ts'
import type { SecurityScheme } from '../contract/contract.ts'
import type { Exchange } from '../exchange.ts'

/** Finds out who calls, in the twin's own way or as the contract's security says. */
export function authenticate(exchange: Exchange): undefined {
  if (exchange.by === 'scenario' && exchange.caller?.allSeeing) return
  const { auth } = exchange.twin.definition
  exchange.caller = auth === undefined ? authenticateBySpec(exchange) : auth(exchange)
}

/** One alternative of the operation's security must hold; tokens are rows of the world. Refuses with `unauthenticated` or `forbidden`. */
export function authenticateBySpec(exchange: Exchange): Caller | undefined {
  const alternatives = exchange.op?.security ?? []
  if (alternatives.length === 0) return undefined
  let failure: 'unauthenticated' | 'forbidden' = 'unauthenticated'
  let reason = 'missing'
  for (const alternative of alternatives) {
    const names = Object.keys(alternative)
    if (names.length === 0) return undefined
    const found = names.map((name) => credentialOf(exchange, exchange.twin.contract.security[name]))
    if (found.includes(undefined)) continue
    const token = exchange.rows.get(tokens, found[0]!)
    if (token === undefined || token.twin !== exchange.twin.definition.name) reason = 'unknown'
    else if (token.revoked !== undefined) reason = 'revoked'
    else if (token.expiresAt !== undefined && token.expiresAt <= exchange.at) reason = 'expired'
    else if (
      !hasScopes(
        token.scopes,
        names.flatMap((name) => alternative[name]!),
      )
    ) {
      failure = 'forbidden'
    } else {
      const { account, kind, scopes } = token
      return { account, kind, token, ...(scopes === undefined ? {} : { scopes }) }
    }
  }
  return refuse(failure, { reason })
}

function hasScopes(has: readonly string[] | undefined, needed: readonly string[]): boolean {
  return has === undefined || needed.every((scope) => has.includes(scope))
}

function credentialOf(exchange: Exchange, scheme: SecurityScheme | undefined): string | undefined {
  if (scheme === undefined) return undefined
  if (scheme.type === 'apiKey') {
    if (scheme.in === 'header') return exchange.headers[scheme.name.toLowerCase()]
    if (scheme.in === 'query')
      return new URLSearchParams(exchange.search).get(scheme.name) ?? undefined
    return cookieOf(exchange.headers['cookie'], scheme.name)
  }
  const header = exchange.headers['authorization']
  const space = header?.indexOf(' ') ?? -1
  if (header === undefined || space === -1) return undefined
  const wanted = scheme.type === 'http' ? scheme.scheme.toLowerCase() : 'bearer'
  return header.slice(0, space).toLowerCase() === wanted
    ? header.slice(space + 1).trim()
    : undefined
}

/** The value of one cookie of a `Cookie` header. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=')
    if (at !== -1 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim()
  }
  return undefined
}
