import { gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { recorded, type TestExchange } from '../testing/wire.ts'
import { looksRandom } from './randomness.ts'
import { Scrubber } from './scrubber.ts'

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
const from = (characters: string, minLength: number, maxLength = minLength) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength, maxLength })
const jwt = fc.tuple(fc.emailAddress(), from(`${letters}-_`, 43)).map(([email, signature]) => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  return [part({ alg: 'HS256', typ: 'JWT' }), part({ sub: email, iat: 1 }), signature].join('.')
})

/** Found by the names that they stand under: anything that is long enough to be worth finding. */
const named = fc
  .oneof(
    from(`${letters}!$*()_-.~+/=@:%`, 8, 60),
    from('0123456789abcdef', 16, 64),
    jwt,
    fc.string({ unit: 'grapheme', minLength: 8, maxLength: 30 }),
  )
  .filter(
    (text) => /[^a-z]/.test(text) && /^\S{8,}$/.test(text) && !/^[A-Z]?[a-z]*$|^\d+$/.test(text),
  )
  .filter((text) => !/[;,"\\]/.test(text) && !'REDACTED'.includes(text) && /[a-z\d]{3}/i.test(text))

/** Found by nothing but how they look. */
const unnamed = fc.oneof(
  from(letters, 32, 64),
  from('0123456789abcdef', 32, 64).filter((text) => (text.match(/[a-f]/g) ?? []).length > 3),
  from(letters, 24, 40).map((text) => `sk_live_${text}`),
  from(letters, 36).map((text) => `ghp_${text}`),
  fc.tuple(from('0123456789', 11), from(letters, 24)).map(([a, b]) => `xoxb-${a}-${b}`),
  from('ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789', 16).map((text) => `AKIA${text}`),
  jwt,
  from(`${letters}+/`, 64).map(
    (text) => `-----BEGIN PRIVATE KEY-----\n${text}\n-----END PRIVATE KEY-----`,
  ),
)

const ascii = (text: string) => /^[\x21-\x7e]+$/.test(text)

const namedPlaces: ((secret: string) => TestExchange)[] = [
  (secret) => ({ body: { grant: { client_secret: secret } } }),
  (secret) => ({ answer: { data: [{ password: secret }, { tokens: ['x', secret] }] } }),
  (secret) => ({ answer: { apiKey: secret, note: `use ${secret} from now on` } }),
  (secret) => ({ answer: { [secret]: true, session_token: secret } }),
  (secret) => ({ answer: { headers: [{ name: 'X-Api-Key', value: secret }] } }),
  (secret) => ({ answer: { password: { value: secret } } }),
  (secret) => ({ answer: JSON.stringify({ nested: JSON.stringify({ access_token: secret }) }) }),
  (secret) => ({ url: `https://a.example/x?access_token=${encodeURIComponent(secret)}&page=2` }),
  (secret) => ({
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `user=ada&password=${encodeURIComponent(secret)}`,
  }),
  (secret) => ({
    headers: { 'content-type': 'multipart/form-data; boundary=XyZ' },
    body: `--XyZ\r\nContent-Disposition: form-data; name="token"\r\n\r\n${secret}\r\n--XyZ--\r\n`,
  }),
  (secret) => ({
    answerHeaders: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    answer: gzipSync(JSON.stringify({ refresh_token: secret })),
  }),
  (secret) => ({ answer: `data: {"token":${JSON.stringify(secret)}}\n\ndata: {"n":2}\n\n` }),
]

const headerPlaces: ((secret: string) => TestExchange)[] = [
  (secret) => ({ headers: { authorization: `Bearer ${secret}` }, answer: { echo: secret } }),
  (secret) => ({ headers: { Authorization: secret } }),
  (secret) => ({
    headers: { authorization: `Basic ${Buffer.from(`ada:${secret}`).toString('base64')}` },
    answer: `the password was ${secret}.`,
  }),
  (secret) => ({ headers: { 'X-Api-Key': secret, 'x-vendor-session': secret } }),
  (secret) => ({ headers: { cookie: `theme=dark; sid=${secret}` }, answer: `<p>${secret}</p>` }),
  (secret) => ({ answerHeaders: { 'set-cookie': `sid=${secret}; Path=/; HttpOnly` } }),
]

const unnamedPlaces: ((secret: string) => TestExchange)[] = [
  (secret) => ({ answer: { hint: `try ${secret} or ask` } }),
  (secret) => ({ answer: { [secret]: [secret] } }),
  (secret) => ({ answer: `see:\n  ${secret}\n` }),
  (secret) => ({ url: `https://a.example/hooks/${encodeURIComponent(secret)}/run` }),
  (secret) => ({ url: `https://a.example/?q=${encodeURIComponent(secret)}` }),
  (secret) => ({ answerHeaders: { 'x-debug': secret.split('\n').join(' ') } }),
]

describe('no secret reaches the recording', () => {
  it('when its name tells, wherever it stands', async () => {
    const place = fc.constantFrom(...namedPlaces)
    await fc.assert(
      fc.asyncProperty(named, place, async (secret, place) => expectGone(secret, place(secret))),
      { numRuns: 400 },
    )
  })

  it('when a header tells', async () => {
    const place = fc.constantFrom(...headerPlaces)
    await fc.assert(
      fc.asyncProperty(named.filter(ascii), place, async (secret, place) =>
        expectGone(secret, place(secret)),
      ),
      { numRuns: 300 },
    )
  })

  it('when nothing tells but how it looks', async () => {
    const place = fc.constantFrom(...unnamedPlaces)
    await fc.assert(
      fc.asyncProperty(unnamed, place, async (secret, place) => expectGone(secret, place(secret))),
      { numRuns: 300 },
    )
  })

  it('when it is known from an earlier exchange', async () => {
    const scrubber = new Scrubber({ salt: 'pepper' })
    await recorded({ headers: { authorization: 'Bearer plain-token-7' } }, scrubber)
    const later = await recorded({ answer: { hint: 'Was it plain-token-7?' } }, scrubber)
    expect(JSON.stringify(later)).not.toContain('plain-token-7')
  })

  it('when it is part of a longer word', async () => {
    await expectGone('plain-token-7', {
      headers: { authorization: 'Bearer plain-token-7' },
      answer: { echo: 'xplain-token-7y' },
    })
  })

  it('when it is readable in the middle of a file', async () => {
    const secret = `ghp_${'a1B2'.repeat(9)}`
    const binary = Buffer.concat([
      Buffer.from([0, 255, 1]),
      Buffer.from(secret),
      Buffer.from([0, 254]),
    ])
    const { response } = await recorded({ answer: binary })
    expect(response.content.encoding).toBe('base64')
    const bytes = Buffer.from(response.content.text!, 'base64')
    expect(bytes).toHaveLength(binary.length)
    expect(bytes.toString('latin1')).not.toContain(secret)
    expect([bytes[1], bytes.at(-1)]).toEqual([255, 254])
  })
})

describe('a secret that was taken out', () => {
  it('is the same other one wherever it stood, and another one for another', async () => {
    const entry = await recorded({
      headers: { authorization: 'Bearer tok-1', cookie: 'sid=tok-2' },
      answer: { access_token: 'tok-1', refresh_token: 'tok-2', password: 'hunter2' },
    })
    const answer = JSON.parse(entry.response.content.text!) as Record<string, string>
    expect(entry.request.headers[0]!.value).toBe(`Bearer ${answer['access_token']}`)
    expect(entry.request.cookies).toEqual([{ name: 'sid', value: answer['refresh_token'] }])
    expect(answer['access_token']).toMatch(/^REDACTED-[0-9a-f]{10}$/)
    expect(answer['access_token']).not.toBe(answer['refresh_token'])
    // A digest of something short could be guessed back.
    expect(answer['password']).toBe('REDACTED')
  })

  it('leaves the mark of its vendor, and the claims of a JWT without the people', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const token = [part({ alg: 'RS256', kid: 'k1' }), part({ email: 'ada@corp.com' }), 'c2ln'].join(
      '.',
    )
    const { response } = await recorded({
      answer: { bot_token: 'xoxb-123456789012-abcdefghijkl', id_token: token },
    })
    const { bot_token, id_token } = JSON.parse(response.content.text!) as Record<string, string>
    expect(bot_token).toMatch(/^xoxb-REDACTED-[0-9a-f]{10}$/)
    const [header, claims, signature] = id_token!
      .split('.')
      .map((one) => Buffer.from(one, 'base64url'))
    expect(JSON.parse(String(header))).toEqual({ alg: 'RS256', kid: 'k1' })
    expect((JSON.parse(String(claims)) as { email: string }).email).toMatch(
      /^[a-z]+\d{3}@.+\.example$/,
    )
    expect(String(signature)).toMatch(/^REDACTED-/)
  })

  it('does not take with it what only looks alike', async () => {
    const answer = {
      token_type: 'Bearer',
      nextPageToken: 'page-2',
      max_tokens: 100,
      passwordChanged: '2024-01-01T00:00:00.000Z',
      _links: { resetPassword: { href: 'https://a.example/reset', method: 'POST' } },
      errorCode: 'E0000011',
      eventType: 'user.lifecycle.deactivate.initiated.byAdministrator',
      scope: 'https://www.example.com/auth/drive.readonly',
      message: 'Invalid token: expired. The password: wrong',
      big: 1,
    }
    const text = JSON.stringify(answer).replace('"big":1', '"big":12345678901234567890.50')
    const { response } = await recorded({
      answerHeaders: {
        'content-type': 'application/json',
        'www-authenticate': 'Basic realm="x"',
        'x-oauth-scopes': 'repo, user',
        'content-security-policy': "default-src 'self'",
      },
      answer: text,
    })
    expect(response.content.text).toBe(text)
    expect(response.headers.slice(1).map(({ value }) => value)).toEqual([
      'Basic realm="x"',
      'repo, user',
      "default-src 'self'",
    ])
  })

  it('keeps the form of what may be an id', async () => {
    const id = '9f8b7c6d-1e2f-4a3b-8c9d-0a1b2c3d4e5f'
    const entry = await recorded({
      url: `https://a.example/things/${id}`,
      answer: {
        id,
        self: `https://a.example/things/${id}`,
        file: '1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs',
      },
    })
    const answer = JSON.parse(entry.response.content.text!) as Record<string, string>
    expect(answer['id']).not.toBe(id)
    expect(answer['id']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(entry.request.url).toBe(`https://a.example/things/${answer['id']}`)
    expect(answer['self']).toBe(entry.request.url)
    expect(answer['file']).toMatch(/^1Bx[A-Za-z]+\d[A-Za-z]+\d[A-Za-z]+$/)
  })

  it('follows what the user says of names', async () => {
    const scrubber = new Scrubber({ salt: 's', secret: ['x-tenant'], keep: ['csrfToken'] })
    const entry = await recorded(
      { headers: { 'X-Tenant': 'corp' }, answer: { csrfToken: 'kept' } },
      scrubber,
    )
    expect(entry.request.headers[0]!.value).toMatch(/^REDACTED-/)
    expect(entry.response.content.text).toBe('{"csrfToken":"kept"}')
  })
})

describe('what looks random', () => {
  it('is no word, name, slug or date', () => {
    for (const text of [
      'TestAccResourceOktaAppSharedCredentials_timeouts',
      'lastModifiedByUserDisplayName',
      'my-great-project-name-2024-final',
      '2024-01-01T12-30-45-123Z',
      'internationalizationOfEverything',
      '123456789012345678901234567890',
    ])
      expect([text, looksRandom(text)]).toEqual([text, false])
  })
})

async function expectGone(secret: string, exchange: TestExchange): Promise<void> {
  const scrubber = new Scrubber({ salt: 'pepper' })
  const line = scrubber.guard(JSON.stringify(await recorded(exchange, scrubber)))
  const spelled = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]
  for (const one of spelled) expect(line.includes(one)).toBe(false)
  // Inside of texts inside of texts, too.
  expect(line.replace(/\\+/g, '').includes(secret.replace(/\\+/g, ''))).toBe(false)
}
