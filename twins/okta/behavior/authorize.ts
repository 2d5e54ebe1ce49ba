import { empty, json, type Reply } from '../../../engine/call.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import { notImplemented } from '../../../engine/not-implemented.ts'
import { cookieOf } from '../../../engine/stages/authenticate.ts'
import { newToken } from '../ids.ts'
import {
  authorizationCodes,
  oauthClients,
  sessions,
  sessionTokens,
  users,
  type OauthClient,
  type Session,
} from '../state.ts'
import { issuerOf, scopesOf } from './authorization-server.ts'
import { addSession } from './sessions.ts'

/** FACTS: authorization-code. */
const codeLifeMs = 300_000

/** Parameters that change what is asked of people or how the answer comes, and that we do not act on. */
const unknownHere = ['request', 'request_uri', 'max_age', 'idp', 'acr_values', 'interclient_token']

/**
 * FACTS: authorize. A code for somebody who is signed in, or who comes with a session token. The page that
 * others are shown is not ours to show: 501.
 */
function authorizeCustomAS(exchange: Exchange): Reply {
  issuerOf(exchange)
  const { query, rows } = exchange
  const client = rows.get(oauthClients, textOf(query['client_id']))
  if (client === undefined) return invalid(exchange, 'invalid_client', 'client_id')
  const redirectUri = textOf(query['redirect_uri'])
  // Whoever asks is not trusted with an error at an address that the client does not own.
  if (!client.redirectUris.includes(redirectUri))
    return invalid(exchange, 'invalid_request', 'redirect_uri')
  const strange = unknownHere.find((name) => query[name] !== undefined)
  if (strange !== undefined) return notImplemented(exchange, `"${strange}" is not known here`)
  const mode = query['response_mode'] ?? 'query'
  if (mode !== 'query')
    return notImplemented(exchange, `the response mode "${textOf(mode)}" is not known here`)
  const wrong = whatIsWrong(exchange)
  if (wrong !== undefined) return back(exchange, redirectUri, wrong)
  const prompt = query['prompt'] ?? ''
  if (prompt !== '' && prompt !== 'none') {
    return notImplemented(exchange, 'there is no page to sign in')
  }
  const signedIn = sessionOf(exchange)
  if (signedIn === undefined) {
    if (prompt === '') return notImplemented(exchange, 'there is no page to sign in')
    return back(exchange, redirectUri, {
      error: 'login_required',
      error_description: 'The client specified not to prompt, but the user is not logged in.',
    })
  }
  return grant(exchange, client, signedIn)
}

/** What the client is told at its own address. */
function whatIsWrong(exchange: Exchange): Record<string, string> | undefined {
  const { query } = exchange
  const asked = scopesIn(query['scope'])
  const unknown = asked.some((one) => !scopesOf(exchange).includes(one))
  const rules: [boolean, string, string][] = [
    [
      query['response_type'] !== 'code',
      'unsupported_response_type',
      'The response type is not supported by the authorization server. Configured response types: [code]',
    ],
    [
      textOf(query['state']) === '',
      'invalid_request',
      "The authentication request has an invalid 'state' parameter.",
    ],
    [
      unknown || asked.length === 0,
      'invalid_scope',
      'One or more scopes are not configured for the authorization server resource.',
    ],
    [
      query['code_challenge'] !== undefined && query['code_challenge_method'] !== 'S256',
      'invalid_request',
      'PKCE code challenge method must be S256.',
    ],
  ]
  const [, error, description] = rules.find(([is]) => is) ?? []
  return error === undefined ? undefined : { error, error_description: description! }
}

function grant(
  exchange: Exchange,
  client: OauthClient,
  { session, isNew }: { session: Session; isNew: boolean },
): Reply {
  const { query, world, rows, at } = exchange
  const redirectUri = textOf(query['redirect_uri'])
  const code = rows.insert(authorizationCodes, {
    id: newToken(world, 43),
    clientId: client.id,
    userId: session.userId,
    redirectUri,
    scopes: scopesIn(query['scope']),
    nonce: query['nonce'] === undefined ? undefined : textOf(query['nonce']),
    challenge: query['code_challenge'] === undefined ? undefined : textOf(query['code_challenge']),
    authTime: Math.floor(Date.parse(session.createdAt) / 1000),
    expiresAt: at + codeLifeMs,
  })
  const reply = back(exchange, redirectUri, { code: code.id })
  if (isNew) {
    reply.headers['set-cookie'] = `sid=${session.id}; Path=/; Secure; HttpOnly; SameSite=None`
  }
  return reply
}

/** The session of the caller's cookie, or the one that a session token opens. */
function sessionOf(exchange: Exchange): { session: Session; isNew: boolean } | undefined {
  const { rows, at, world, headers, query } = exchange
  const token = rows.get(sessionTokens, textOf(query['sessionToken']))
  if (token !== undefined) {
    rows.remove(sessionTokens, token.id)
    const user = rows.get(users, token.userId)
    if (token.expiresAt > at && user?.status === 'ACTIVE') {
      return { session: addSession(world, rows, at, user), isNew: true }
    }
  }
  const session = rows.get(sessions, cookieOf(headers['cookie'], 'sid') ?? '')
  if (session === undefined || session.$expiresAt <= at) return undefined
  return rows.get(users, session.userId)?.status === 'ACTIVE'
    ? { session, isNew: false }
    : undefined
}

function back(exchange: Exchange, redirectUri: string, told: Record<string, string>): Reply {
  const to = new URL(redirectUri)
  for (const [name, value] of Object.entries(told)) to.searchParams.set(name, value)
  const state = textOf(exchange.query['state'])
  if (state !== '') to.searchParams.set('state', state)
  return empty(302, { location: to.href })
}

/** FACTS: authorize. The envelope of the other services, with an OAuth code. */
function invalid(exchange: Exchange, errorCode: string, name: string): Reply {
  return json(400, {
    errorCode,
    errorSummary:
      name === 'client_id'
        ? "Invalid value for 'client_id' parameter."
        : "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
    errorLink: errorCode,
    errorId: `oae${newToken(exchange.world, 22)}`,
    errorCauses: [],
  })
}

function scopesIn(text: unknown): string[] {
  return textOf(text).split(' ').filter(Boolean)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

export const authorizeBehaviors = { authorizeCustomAS }
