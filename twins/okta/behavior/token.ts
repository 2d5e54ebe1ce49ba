import { createHash } from 'node:crypto'
import { tokens } from '../../../engine/auth.ts'
import { json, type Reply } from '../../../engine/call.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import { notImplemented } from '../../../engine/not-implemented.ts'
import { newToken } from '../ids.ts'
import { nameOf } from '../profile.ts'
import { signingKeyOf, signJwt } from '../signing.ts'
import {
  authorizationCodes,
  oauthClients,
  org,
  users,
  type AuthorizationCode,
  type OauthClient,
  type User,
} from '../state.ts'
import { issuerOf } from './authorization-server.ts'

/** FACTS: token-life. In seconds. */
const lifeSeconds = 3600

/** FACTS: token-endpoint. Takes a code, once, from the client that it was handed out for. */
function tokenCustomAS(exchange: Exchange): Reply {
  const issuer = issuerOf(exchange)
  const form = (exchange.body ?? {}) as Record<string, unknown>
  const client = clientOf(exchange, form)
  if (client === undefined) {
    const description = 'The client secret supplied for a confidential client is invalid.'
    return no(401, 'invalid_client', description)
  }
  const { grant_type: type } = form
  if (type === undefined)
    return no(400, 'invalid_request', "The token request must specify a 'grant_type'.")
  if (type !== 'authorization_code') {
    return notImplemented(exchange, `the grant type "${String(type)}" is not known here`)
  }
  const code = exchange.rows.get(authorizationCodes, String(form['code'] ?? ''))
  if (code?.spentOn !== undefined) return twice(exchange, code)
  const user = code && exchange.rows.get(users, code.userId)
  const isOpen = code !== undefined && code.clientId === client.id && code.expiresAt > exchange.at
  if (!isOpen || user?.status !== 'ACTIVE') {
    return no(400, 'invalid_grant', 'The authorization code is invalid or has expired.')
  }
  if (form['redirect_uri'] !== code.redirectUri) {
    const description =
      "The 'redirect_uri' does not match the redirection URI used in the authorization request."
    return no(400, 'invalid_grant', description)
  }
  if (!isVerified(code, form['code_verifier'])) {
    return no(400, 'invalid_grant', 'PKCE verification failed.')
  }
  return mint(exchange, { issuer, client, code, user })
}

/** RFC 6749, 4.1.2: what a code that comes twice was given for is taken back. */
function twice(exchange: Exchange, { spentOn }: AuthorizationCode): Reply {
  const { rows } = exchange
  if (rows.get(tokens, spentOn!) !== undefined) rows.update(tokens, spentOn!, { revoked: 'replay' })
  return no(400, 'invalid_grant', 'The authorization code is invalid or has expired.')
}

/** RFC 7636, 4.6. */
function isVerified({ challenge }: AuthorizationCode, verifier: unknown): boolean {
  if (challenge === undefined) return verifier === undefined
  if (typeof verifier !== 'string') return false
  return createHash('sha256').update(verifier).digest('base64url') === challenge
}

/** The client that shows its secret: in the header, or in the form, never in both. */
function clientOf(
  { headers, rows }: Exchange,
  form: Record<string, unknown>,
): OauthClient | undefined {
  const header = headers['authorization'] ?? ''
  const isBasic = /^basic /i.test(header)
  if (isBasic && form['client_secret'] !== undefined) return undefined
  const [id, secret] = isBasic
    ? readBasic(header.slice('basic '.length))
    : [form['client_id'], form['client_secret']]
  const client = rows.get(oauthClients, String(id ?? ''))
  return client !== undefined && client.$secret === secret ? client : undefined
}

/** RFC 6749, 2.3.1: both parts are encoded as in a form before they are joined. */
function readBasic(text: string): [string, string] {
  const [id = '', ...rest] = Buffer.from(text, 'base64').toString('utf8').split(':')
  return [decode(id), decode(rest.join(':'))]
}

function decode(text: string): string {
  return new URLSearchParams(`x=${text.replaceAll('&', '%26')}`).get('x') ?? ''
}

interface Minting {
  issuer: string
  client: OauthClient
  code: AuthorizationCode
  user: User
}

function mint(exchange: Exchange, { issuer, client, code, user }: Minting): Reply {
  const { world, rows, at } = exchange
  const key = signingKeyOf(world, rows)
  const iat = Math.floor(at / 1000)
  const times = { iat, exp: iat + lifeSeconds }
  const { scopes, authTime, nonce } = code
  // FACTS: oidc-claims.
  const access = signJwt(key, {
    ver: 1,
    jti: `AT.${newToken(world, 43)}`,
    iss: issuer,
    aud: 'api://default',
    ...times,
    cid: client.id,
    uid: user.id,
    scp: scopes,
    auth_time: authTime,
    sub: user.profile.login,
  })
  rows.insert(tokens, {
    id: access,
    twin: 'okta',
    kind: 'bearer',
    account: user.id,
    scopes,
    expiresAt: at + lifeSeconds * 1000,
    facts: { mintedBy: 'default' },
  })
  rows.update(authorizationCodes, code.id, { spentOn: access })
  const told = {
    token_type: 'Bearer',
    expires_in: lifeSeconds,
    access_token: access,
    scope: scopes.join(' '),
  }
  if (!scopes.includes('openid')) return json(200, told)
  const { profile } = user
  const id = signJwt(key, {
    sub: user.id,
    ...(scopes.includes('profile') && { name: nameOf(profile) }),
    ...(scopes.includes('email') && { email: profile.email }),
    ver: 1,
    iss: issuer,
    aud: client.id,
    ...times,
    jti: `ID.${newToken(world, 43)}`,
    amr: ['pwd'],
    idp: org.id,
    ...(nonce !== undefined && { nonce }),
    ...(scopes.includes('profile') && { preferred_username: profile.login }),
    auth_time: authTime,
    at_hash: createHash('sha256').update(access).digest().subarray(0, 16).toString('base64url'),
  })
  return json(200, { ...told, id_token: id })
}

function no(status: number, error: string, description: string): Reply {
  return json(status, { error, error_description: description })
}

export const tokenBehaviors = { tokenCustomAS }
