import { chmod, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TwinDefinition } from '../../../engine/twin.ts'
import { World } from '../../../engine/world.ts'
import { serveHttp, type HttpServer } from '../../../fronts/http.ts'
import { loadTwin } from '../../../twins/index.ts'
import { readAudit } from '../audit.ts'
import { makeGround, startOn, subject, type ServeGround } from '../testing/ground.ts'

const secret = 'a secret of the client'
let ground: ServeGround
let okta: HttpServer
let service: Awaited<ReturnType<typeof startOn>>
let people: { mae: string; eve: string }
let sessionToken: (user: string) => string

beforeAll(async () => {
  const definition = (await loadTwin('okta')) as TwinDefinition
  const world = World.create({ twins: [definition], start: Date.now(), wall: Date.now })
  okta = await serveHttp({ world })
  ground = await makeGround()
  const file = join(ground.folder, 'client-secret')
  await writeFile(file, `${secret}\n`)
  await chmod(file, 0o600)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const given = definition.given as Record<string, (world: World, props: object) => { id: string }>
  const { id: clientId } = given['client']!(world, {
    redirectUris: [`${url}/login/callback`],
    secret,
  })
  const [mae, eve] = ['mae', 'eve'].map(
    (name) => given['user']!(world, { email: `${name}@acme.example` }).id,
  )
  people = { mae: mae!, eve: eve! }
  sessionToken = (user) => given['sessionToken']!(world, { user }).id
  ground.config.login = {
    issuer: `${okta.url}/okta/oauth2/default`,
    clientId,
    clientSecretFile: file,
    managers: { emails: ['mae@acme.example'] },
  }
  service = await startOn(ground, { port })
})
afterAll(async () => {
  await service.close()
  await okta.close()
  await ground.remove()
})

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe: Server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo
      probe.close(() => resolve(port))
    })
  })
}

/** A browser, as far as a log-in needs one. */
class Browser {
  readonly jar = new Map<string, string>()
  /** Every cookie as it was set. */
  readonly lines: string[] = []

  async go(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const headers = { ...(init.headers as Record<string, string>), cookie }
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!
      if (!name!.startsWith('__Host-')) continue
      this.lines.push(line)
      if (value === '') this.jar.delete(name!)
      else this.jar.set(name!, value!)
    }
    return response
  }

  /** To the provider, signed in there as `user`, and to the address that it sends back to. */
  async comeBack(user: string): Promise<string> {
    const out = await this.go(`${service.url}/login`)
    const to = new URL(out.headers.get('location')!)
    to.searchParams.set('sessionToken', sessionToken(user))
    const granted = await fetch(to, { redirect: 'manual' })
    return granted.headers.get('location')!
  }
}

it('logs a release manager in by the Okta twin, who sees everything until the log-out', async () => {
  const ada = await service.as('ada')
  const ticket = await ada.submit(subject('all'))
  await ada.answer(ticket)
  const browser = new Browser()
  const arrived = await browser.go(await browser.comeBack(people.mae))
  expect([arrived.status, arrived.headers.get('location')]).toEqual([303, '/'])
  expect(browser.lines.length).toBeGreaterThan(2)
  for (const line of browser.lines) {
    for (const word of [/; Path=\/(;|$)/, /; HttpOnly/, /; Secure/, /; SameSite=Lax/]) {
      expect(line).toMatch(word)
    }
  }
  const page = await (await browser.go(`${service.url}/`)).text()
  expect(page).toContain('ada')
  expect(page).toContain('100 %')
  const release = await (await browser.go(`${service.url}/v1/release`)).json()
  expect(release).toMatchObject({
    usage: [{ author: 'ada', questions: 1, best: 1 }],
    submissions: [{ ticket, figures: { holdout: { satisfied: 2 } } }],
  })
  const scoring = await (await browser.go(`${service.url}/v1/release/submissions/${ticket}`)).json()
  expect(JSON.stringify(scoring)).toContain('attic')
  expect(page).toContain(`href="/releases/${ticket}"`)
  const own = await browser.go(`${service.url}/releases/${ticket}`)
  expect(await own.text()).toMatch(/<h1[\s\S]*rooms/)
  expect(own.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  const log = await readAudit(service.database, 100)
  expect(log.map(({ what }) => what)).toContain('score-read')

  const csrf = /name="csrf" value="([^"]+)"/.exec(page)![1]!
  const logOut = (body: string): Promise<Response> =>
    browser.go(`${service.url}/logout`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    })
  for (const forged of ['', 'csrf=', 'csrf=x', `csrf[]=${csrf}`]) {
    expect((await logOut(forged)).status).toBe(403)
  }
  const kept = new Map(browser.jar)
  expect((await logOut(`csrf=${encodeURIComponent(csrf)}`)).status).toBe(303)
  expect(browser.jar.size).toBe(0)
  for (const [name, value] of kept) browser.jar.set(name, value)
  expect((await browser.go(`${service.url}/v1/release`)).status).toBe(401)
  expect(service.errors).toEqual([])
})

it('lets in nobody who is no release manager, and no author', async () => {
  const browser = new Browser()
  const refused = await browser.go(await browser.comeBack(people.eve))
  expect([refused.status, (await refused.json()) as unknown]).toMatchObject([
    403,
    { error: { code: 'no-manager' } },
  ])
  expect(browser.jar.size).toBe(0)
  const ada = await service.as('grace')
  for (const path of ['/v1/release', `/v1/release/submissions/${'0'.repeat(32)}`]) {
    const asAuthor = await fetch(service.url + path, { headers: ada.headers })
    expect(asAuthor.status).toBe(401)
  }
})

it('takes no log-in that was begun elsewhere, comes twice, or was changed on its way', async () => {
  const [victim, attacker] = [new Browser(), new Browser()]
  const stolen = await attacker.comeBack(people.mae)
  // Log-in forgery: the victim's browser is led to the attacker's way back.
  expect((await victim.go(stolen)).status).toBe(403)
  await victim.go(`${service.url}/login`)
  expect((await victim.go(stolen)).status).toBe(403)
  const url = new URL(stolen)
  url.searchParams.set('state', 'x')
  const again = new Browser()
  const good = await again.comeBack(people.mae)
  const flow = new Map(again.jar)
  expect((await again.go(good)).status).toBe(303)
  for (const [name, value] of flow) again.jar.set(name, value)
  expect((await again.go(good)).status).toBe(403)
  const broken = new Browser()
  const back = new URL(await broken.comeBack(people.mae))
  for (const [name, value] of broken.jar) broken.jar.set(name, `${value.slice(0, -2)}xx`)
  expect((await broken.go(back.href)).status).toBe(403)
  const denied = new Browser()
  const state = new URL(await denied.comeBack(people.mae)).searchParams.get('state')!
  const error = `${service.url}/login/callback?error=access_denied&state=${state}`
  expect((await denied.go(error)).status).toBe(403)
})

describe('an ID token', () => {
  /** A provider that hands out whatever token it is told to. */
  let provider: Server
  let claims: JWTPayload = {}
  let header: Record<string, unknown> = {}
  let key: CryptoKey | Uint8Array
  let url: string
  let other: CryptoKey
  let own: CryptoKey
  let evil: Awaited<ReturnType<typeof startOn>>
  let place: ServeGround

  beforeAll(async () => {
    const pair = await generateKeyPair('RS256')
    own = pair.privateKey
    other = (await generateKeyPair('RS256')).privateKey
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k', alg: 'RS256', use: 'sig' }
    provider = createServer((request, response) => {
      response.setHeader('content-type', 'application/json')
      const say = (value: unknown): void => void response.end(JSON.stringify(value))
      if (request.url!.endsWith('/keys')) return say({ keys: [jwk] })
      if (request.url!.endsWith('openid-configuration')) {
        return say({
          issuer: url,
          authorization_endpoint: `${url}/authorize`,
          token_endpoint: `${url}/token`,
          jwks_uri: `${url}/keys`,
        })
      }
      void new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', kid: 'k', ...header })
        .sign(key)
        .then((token) => say({ id_token: token }))
    })
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`
    place = await makeGround({
      login: {
        issuer: url,
        clientId: 'us',
        clientSecretFile: ground.config.login!.clientSecretFile,
        managers: { emails: ['mae@acme.example'] },
      },
    })
    evil = await startOn(place)
  })
  afterAll(async () => {
    await evil.close()
    await place.remove()
    provider.close()
  })

  async function logIn(
    over: JWTPayload,
    { by = own, as = {} }: { by?: CryptoKey | Uint8Array; as?: Record<string, unknown> } = {},
  ): Promise<number> {
    const browser = new Browser()
    const out = await browser.go(`${evil.url}/login`)
    const to = new URL(out.headers.get('location')!)
    const now = Math.floor(Date.now() / 1000)
    const right = {
      iss: url,
      aud: 'us',
      sub: 'mae',
      email: 'mae@acme.example',
      email_verified: true,
      nonce: to.searchParams.get('nonce')!,
      iat: now,
      exp: now + 600,
    }
    claims = { ...right, ...over }
    header = as
    key = by
    const state = to.searchParams.get('state')!
    return (await browser.go(`${evil.url}/login/callback?code=x&state=${state}`)).status
  }

  it('is taken when all is right, and not when anything is wrong', async () => {
    const now = Math.floor(Date.now() / 1000)
    expect(await logIn({})).toBe(303)
    const wrong: [JWTPayload, Parameters<typeof logIn>[1]?][] = [
      [{}, { by: other }],
      [{}, { by: new TextEncoder().encode('x'.repeat(32)), as: { alg: 'HS256' } }],
      [{ nonce: 'another' }],
      [{ nonce: undefined }],
      [{ iss: 'https://evil.example' }],
      [{ aud: 'them' }],
      [{ aud: ['us', 'them'] }],
      [{ azp: 'them' }],
      [{ exp: now - 120 }],
      [{ iat: now - 7200, exp: now + 600 }],
      [{ iat: now + 7200, exp: now + 9000 }],
      [{ email_verified: false }],
      [{ email_verified: undefined }],
      [{ email: 'MAE@acme.example.evil' }],
      [{ email: ['mae@acme.example'] } as JWTPayload],
    ]
    for (const [over, how] of wrong) expect(await logIn(over, how), JSON.stringify(over)).toBe(403)
  })
})
