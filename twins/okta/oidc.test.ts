import { createHash, createPublicKey, verify } from 'node:crypto'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import { expect, it } from 'vitest'
import { openAcme, type Acme, type Json } from './acme.ts'
import type { Reply } from '../../engine/call.ts'

const redirectUri = 'http://127.0.0.1:8080/callback'
const verifier = 'a-verifier-that-is-long-enough-for-rfc-7636-by-far'
const challenge = createHash('sha256').update(verifier).digest('base64url')
const issuer = 'https://acme.okta.com/oauth2/default'
const at = '/oauth2/default/v1'

/** An org with an app, and Ada about to sign in to it. */
function openApp(settings: Record<string, unknown> = {}) {
  const acme = openAcme({ settings: { okta: settings } })
  const { given } = acme.world.twins.get('okta')!.definition as Json
  const client = given.client(acme.world, { redirectUris: [redirectUri], secret: 's:e&c+r%t' })
  const user = given.user(acme.world, {
    email: 'mae@acme.example',
    firstName: 'Mae',
    lastName: 'Lin',
  })
  const open = (path: string, more: Record<string, string> = {}): Reply =>
    acme.world.call('okta', { method: 'GET', path, headers: more })
  const sessionToken = (): string => given.sessionToken(acme.world, { user: user.id }).id
  const authorize = (over: Record<string, string | undefined> = {}, headers = {}): Reply => {
    const query: Record<string, string | undefined> = {
      response_type: 'code',
      client_id: client.id,
      redirect_uri: redirectUri,
      scope: 'openid profile email',
      state: 'state',
      nonce: 'nonce',
      code_challenge: challenge,
      code_challenge_method: 'S256',
      sessionToken: sessionToken(),
      ...over,
    }
    const sent = Object.entries(query).filter(
      (one): one is [string, string] => one[1] !== undefined,
    )
    return open(`${at}/authorize?${new URLSearchParams(sent).toString()}`, headers)
  }
  const codeOf = (reply: Reply): string => where(reply).searchParams.get('code')!
  const redeem = (form: Record<string, string>, secret = client.$secret): Reply => {
    const pair = [client.id, secret].map(encodeURIComponent).join(':')
    return acme.world.call('okta', {
      method: 'POST',
      path: `${at}/token`,
      headers: {
        authorization: `Basic ${Buffer.from(pair).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        redirect_uri: redirectUri,
        code_verifier: verifier,
        ...form,
      }).toString(),
    })
  }
  return { acme, client, user, open, authorize, codeOf, redeem }
}

function where(reply: Reply): URL {
  expect(reply.status).toBe(302)
  return new URL(String(reply.headers['location']))
}

async function claimsIn({ world }: Acme, token: string, audience: string) {
  const { json } = world.call('okta', { method: 'GET', path: `${at}/keys` })
  const currentDate = new Date(world.now())
  const keys = createLocalJWKSet(json as JSONWebKeySet)
  const { payload } = await jwtVerify(token, keys, { issuer, audience, currentDate })
  return payload
}

it('signs somebody in: code, tokens that an independent library verifies, claims by scope', async () => {
  const { acme, client, user, open, authorize, codeOf, redeem } = openApp()
  const back = authorize()
  expect(where(back).searchParams.get('state')).toBe('state')
  expect(where(back).origin).toBe('http://127.0.0.1:8080')
  const { status, json } = redeem({ code: codeOf(back) })
  expect(status).toBe(200)
  const told = json as Json
  expect(told).toMatchObject({
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'openid profile email',
  })
  const id = await claimsIn(acme, told.id_token, client.id)
  expect(id).toMatchObject({
    sub: user.id,
    nonce: 'nonce',
    name: 'Mae Lin',
    email: 'mae@acme.example',
    amr: ['pwd'],
  })
  const hash = createHash('sha256').update(told.access_token).digest().subarray(0, 16)
  expect(id['at_hash']).toBe(hash.toString('base64url'))
  const access = await claimsIn(acme, told.access_token, 'api://default')
  expect(access).toMatchObject({ sub: 'mae@acme.example', uid: user.id, cid: client.id })
  const bearer = { authorization: `Bearer ${told.access_token}` }
  expect(open(`${at}/userinfo`, bearer)).toMatchObject({
    status: 200,
    json: { sub: user.id, email: 'mae@acme.example', email_verified: true, given_name: 'Mae' },
  })
  // It opens what it was minted for, and not the org's own API.
  expect(open('/api/v1/users/me', bearer).status).toBe(401)
})

it('answers all five operations within the contract, at the addresses that discovery names', () => {
  const { acme, authorize, codeOf } = openApp()
  const { json } = acme.world.call('okta', {
    method: 'GET',
    path: '/oauth2/default/.well-known/openid-configuration',
  })
  expect(json).toMatchObject({
    issuer,
    authorization_endpoint: `${issuer}/v1/authorize`,
    token_endpoint: `${issuer}/v1/token`,
    jwks_uri: `${issuer}/v1/keys`,
    userinfo_endpoint: `${issuer}/v1/userinfo`,
  })
  codeOf(authorize())
  const paths = ['/oauth2/default/.well-known/openid-configuration', `${at}/keys`]
  for (const path of paths) {
    const entry = acme.world.play('okta', { method: 'GET', path })
    expect([entry.depth, entry.divergences], path).toEqual(['behaved', undefined])
  }
  const elsewhere = acme.world.call('okta', { method: 'GET', path: '/oauth2/other/v1/keys' })
  expect(elsewhere).toMatchObject({ status: 404, json: { errorCode: 'E0000007' } })
})

it('takes a code once, from its own client, with its verifier and its address, for five minutes', async () => {
  const { acme, open, authorize, codeOf, redeem } = openApp()
  const fails = (form: Record<string, string>, secret?: string): Json => {
    const { status, json } = redeem({ code: codeOf(authorize()), ...form }, secret)
    return [status, (json as Json).error]
  }
  expect(fails({ code_verifier: 'another' })).toEqual([400, 'invalid_grant'])
  expect(fails({ redirect_uri: 'http://127.0.0.1:8080/other' })).toEqual([400, 'invalid_grant'])
  expect(fails({ code: 'guessed' })).toEqual([400, 'invalid_grant'])
  expect(fails({}, 'wrong')).toEqual([401, 'invalid_client'])
  expect(fails({ grant_type: 'password' })[0]).toBe(501)
  const late = codeOf(authorize())
  acme.world.advance(300_001)
  expect(redeem({ code: late }).status).toBe(400)
  const code = codeOf(authorize())
  const bearer = { authorization: `Bearer ${(redeem({ code }).json as Json).access_token}` }
  expect(open(`${at}/userinfo`, bearer).status).toBe(200)
  expect(redeem({ code }).status).toBe(400)
  // The code came twice, so somebody stole it: what it was given for is taken back.
  const refused = open(`${at}/userinfo`, bearer)
  expect([refused.status, refused.headers['www-authenticate']]).toEqual([
    401,
    expect.stringContaining('error="invalid_token"'),
  ])
})

it('tells a client at its own address what is wrong, and nobody at any other', () => {
  const { client, authorize } = openApp()
  const error = (over: Record<string, string | undefined>): string | null =>
    where(authorize(over)).searchParams.get('error')
  expect(error({ sessionToken: undefined, prompt: 'none' })).toBe('login_required')
  expect(error({ response_type: 'token' })).toBe('unsupported_response_type')
  expect(error({ scope: 'openid secrets' })).toBe('invalid_scope')
  expect(error({ code_challenge_method: 'plain' })).toBe('invalid_request')
  expect(error({ state: undefined })).toBe('invalid_request')
  expect(authorize({ redirect_uri: 'http://evil.example/' })).toMatchObject({ status: 400 })
  expect(authorize({ redirect_uri: `${redirectUri}/../x` })).toMatchObject({ status: 400 })
  expect(authorize({ client_id: `${client.id}x` })).toMatchObject({ status: 400 })
  // The page that people sign in at is not behaved.
  expect(authorize({ sessionToken: undefined }).status).toBe(501)
  expect(authorize({ prompt: 'login' }).status).toBe(501)
})

it('keeps somebody signed in by the cookie, until the account is deactivated', () => {
  const { acme, user, authorize } = openApp()
  const cookie = String(authorize().headers['set-cookie']).split(';')[0]!
  const again = authorize({ sessionToken: undefined, prompt: 'none' }, { cookie })
  expect(where(again).searchParams.get('code')).toMatch(/^\w{43}$/)
  acme.ask('POST', `/api/v1/users/${user.id}/lifecycle/deactivate`)
  const gone = authorize({ sessionToken: undefined, prompt: 'none' }, { cookie })
  expect(where(gone).searchParams.get('error')).toBe('login_required')
})

it('has a key that follows from the seed of the base, and signs without chance', () => {
  const keysOf = ({ world }: Acme): Json =>
    (world.call('okta', { method: 'GET', path: `${at}/keys` }).json as Json).keys[0]
  const [one, two, other] = [openAcme(), openAcme(), openAcme({ seed: 'other' })]
  expect(keysOf(one)).toEqual(keysOf(two))
  expect(keysOf(other).n).not.toBe(keysOf(one).n)
  expect(Buffer.from(keysOf(one).n, 'base64url')).toHaveLength(256)
  const fork = one.world.fork({ seed: 'a trial' })
  const forked = fork.call('okta', { method: 'GET', path: `${at}/keys` }).json as Json
  expect(forked.keys[0]).toEqual(keysOf(one))
  const [first, second] = [openApp(), openApp()].map(({ redeem, codeOf, authorize }) =>
    JSON.stringify(redeem({ code: codeOf(authorize()) }).json),
  )
  expect(first).toBe(second)
  const [head, body, signature] = (JSON.parse(first!) as Json).id_token.split('.')
  const key = createPublicKey({ key: keysOf(one), format: 'jwk' })
  const said = Buffer.from(`${head}.${body}`)
  expect(verify('sha256', said, key, Buffer.from(signature, 'base64url'))).toBe(true)
  expect(
    verify('sha256', Buffer.from(`${head}.e30`), key, Buffer.from(signature, 'base64url')),
  ).toBe(false)
})

it('tells groups where an org set that up', () => {
  const { open, authorize, codeOf, redeem, acme, user } = openApp({ groupsClaim: true })
  const { given } = acme.world.twins.get('okta')!.definition as Json
  given.group(acme.world, { name: 'Release managers', members: [user.id] })
  const { json } = redeem({ code: codeOf(authorize({ scope: 'openid groups' })) })
  const info = open(`${at}/userinfo`, { authorization: `Bearer ${(json as Json).access_token}` })
  expect(info.json).toEqual({ sub: user.id, groups: ['Release managers'] })
})
