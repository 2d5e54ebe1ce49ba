import { json, refuse, type Reply } from '../../../engine/call.ts'
import { tokens } from '../../../engine/auth.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import { memberships, groups, users, type User } from '../state.ts'
import { nameOf } from '../profile.ts'
import { signingKeyOf } from '../signing.ts'

/** Scopes that the default server has from the start. */
const ownScopes: readonly string[] = [
  'openid',
  'profile',
  'email',
  'address',
  'phone',
  'offline_access',
  'device_sso',
]

/** FACTS: groups-claim. With the one that an org may set up. */
export function scopesOf({ world }: Exchange): readonly string[] {
  return world.setting('okta', 'groupsClaim') === true ? [...ownScopes, 'groups'] : ownScopes
}

/** FACTS: authorization-server. The one that is there from the start; refuses with E0000007 for any other. */
export function issuerOf(exchange: Exchange): string {
  const { authorizationServerId: id = '' } = exchange.path
  if (id !== 'default') refuse('not-found', { id, entity: 'AuthorizationServer' })
  return `${exchange.origin}/oauth2/default`
}

function getWellKnownOpenIDConfigurationCustomAS(exchange: Exchange): Reply {
  const issuer = issuerOf(exchange)
  const at = (name: string): string => `${issuer}/v1/${name}`
  const methods = [
    'client_secret_basic',
    'client_secret_post',
    'client_secret_jwt',
    'private_key_jwt',
    'none',
  ]
  return json(200, {
    issuer,
    authorization_endpoint: at('authorize'),
    token_endpoint: at('token'),
    userinfo_endpoint: at('userinfo'),
    registration_endpoint: `${exchange.origin}/oauth2/v1/clients`,
    jwks_uri: at('keys'),
    response_types_supported: [
      'code',
      'id_token',
      'code id_token',
      'code token',
      'id_token token',
      'code id_token token',
    ],
    response_modes_supported: ['query', 'fragment', 'form_post', 'okta_post_message'],
    grant_types_supported: ['authorization_code', 'implicit', 'refresh_token', 'password'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: scopesOf(exchange),
    token_endpoint_auth_methods_supported: methods,
    claims_supported: [
      'iss',
      'ver',
      'sub',
      'aud',
      'iat',
      'exp',
      'jti',
      'auth_time',
      'amr',
      'idp',
      'nonce',
      'name',
      'given_name',
      'family_name',
      'preferred_username',
      'email',
      'email_verified',
      'at_hash',
    ],
    code_challenge_methods_supported: ['S256'],
    introspection_endpoint: at('introspect'),
    introspection_endpoint_auth_methods_supported: methods,
    revocation_endpoint: at('revoke'),
    revocation_endpoint_auth_methods_supported: methods,
    end_session_endpoint: at('logout'),
    request_parameter_supported: true,
  })
}

function oauthKeysCustomAS(exchange: Exchange): Reply {
  issuerOf(exchange)
  const { kid, publicJwk } = signingKeyOf(exchange.world, exchange.rows)
  const { kty, n, e } = publicJwk
  return json(200, { keys: [{ kty, alg: 'RS256', kid, use: 'sig', e, n }] })
}

/** FACTS: oidc-claims. What a scope tells of a user. */
export function claimsOf(exchange: Exchange, user: User, scopes: readonly string[]): object {
  const { profile, lastUpdated } = user
  return {
    ...(scopes.includes('profile') && {
      name: nameOf(profile),
      given_name: profile.firstName,
      family_name: profile.lastName,
      preferred_username: profile.login,
      zoneinfo: 'America/Los_Angeles',
      updated_at: Math.floor(Date.parse(lastUpdated) / 1000),
    }),
    ...(scopes.includes('email') && { email: profile.email, email_verified: true }),
    ...(scopes.includes('groups') && { groups: groupNamesOf(exchange, user) }),
  }
}

function groupNamesOf({ rows }: Exchange, { id }: User): string[] {
  const own = [...rows.all(memberships, { index: 'user', equals: [id] })]
  return own.map(({ groupId }) => rows.get(groups, groupId)!.profile.name)
}

function userinfoCustomAS(exchange: Exchange): Reply {
  issuerOf(exchange)
  const { rows, who } = exchange
  const user = rows.get(users, who.account)
  // Only tokens that this server minted name a user and the scopes that were granted.
  const token = rows.get(tokens, who.token?.id ?? '')
  if (user === undefined || token?.scopes === undefined)
    refuse('unauthenticated', { reason: 'token' })
  return json(200, { sub: user!.id, ...claimsOf(exchange, user!, token!.scopes!) })
}

export const authorizationServerBehaviors = {
  getWellKnownOpenIDConfigurationCustomAS,
  oauthKeysCustomAS,
  userinfoCustomAS,
}
