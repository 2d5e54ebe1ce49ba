import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readAudit } from '../audit.ts'
import { openSession } from '../login/sessions.ts'
import { Client, makeGround, startOn, subject, type ServeGround } from '../testing/ground.ts'
import { overviewPage } from './pages.ts'
import { releaseData } from '../release-data.ts'
import { tellProblems } from './problem.ts'
import { RateLimit } from './rate-limit.ts'

let ground: ServeGround
let service: Awaited<ReturnType<typeof startOn>>
let ada: Client
let eve: Client

beforeAll(async () => {
  ground = await makeGround({ questions: 50, limits: { waiting: 2, packedMb: 1 } })
  service = await startOn(ground)
  ada = await service.as('ada')
  eve = await service.as('eve')
})
afterAll(async () => {
  await service.close()
  await ground.remove()
})

it('tells an author nothing of the tickets of others, known or not', async () => {
  const ticket = await ada.submit(subject('all'))
  const [others, unknown] = [await eve.look(ticket), await eve.look('0'.repeat(32))]
  expect([others.status, await others.text()]).toEqual([unknown.status, await unknown.text()])
  expect(others.status).toBe(404)
  for (const path of [
    `${ticket}'--`,
    '%27%20OR%201=1',
    `../release`,
    '..%2f..%2frelease',
    `${ticket}%00`,
  ]) {
    const { status } = await fetch(`${service.url}/v1/submissions/${path}`, {
      headers: eve.headers,
    })
    expect([401, 404], path).toContain(status)
  }
  await ada.answer(ticket)
})

it('takes no more of an author than may wait, and keeps the place of others', async () => {
  const slow = [1, 2].map((n) => subject('all', { mark: String(n) }))
  const tickets = [await eve.submit(slow[0]!), await eve.submit(slow[1]!)]
  const third = await eve.send(subject('all', { mark: 'three' }))
  expect([third.status, await third.json()]).toMatchObject([429, { error: { code: 'too-many' } }])
  const mine = await ada.submit(subject(['lobby'], { mark: 'mine' }))
  await ada.answer(mine)
  const { submissions } = await releaseData(service.database, {
    config: ground.config,
    policy: undefined,
    place: '',
  })
  const last = submissions.find(({ ticket }) => ticket === tickets[1])!
  const own = submissions.find(({ ticket }) => ticket === mine)!
  // Whoever waits behind one submission does not wait behind the next of the same author.
  expect(last.begun === null || last.begun >= own.finished!).toBe(true)
  await eve.answer(tickets[1]!)
})

it('pays once for a subject that two hand in at the same time, and tells both the same', async () => {
  const same = subject(['attic', 'cellar'], { mark: 'raced' })
  const tickets = await Promise.all([ada.submit(same), eve.submit(same)])
  const answers = [await ada.answer(tickets[0]!), await eve.answer(tickets[1]!)]
  expect(answers[0]).toEqual(answers[1])
  const [row] = await service.database.all<{ count: number }>(
    'SELECT count(*) AS count FROM submissions WHERE digest = (SELECT digest FROM submissions WHERE ticket = ?) AND question IS NOT NULL',
    [tickets[0]!],
  )
  expect(row!.count).toBe(1)
})

it('refuses a huge submission before it is there', async () => {
  const huge = await ada.send(Buffer.alloc(2 * 1024 * 1024, 7)).catch((error: Error) => error)
  expect(huge instanceof Error ? 413 : huge.status).toBe(413)
  // One that does not say how long it is.
  const drip = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(65_536).fill(31)),
  })
  const answered = await fetch(`${service.url}/v1/submissions`, {
    method: 'POST',
    headers: { ...ada.headers, 'content-type': 'application/gzip' },
    body: drip,
    duplex: 'half',
  } as RequestInit).catch((error: Error) => error)
  expect(answered instanceof Error || [413, 422].includes(answered.status)).toBe(true)
  expect((await fetch(`${service.url}/healthz`)).status).toBe(200)
})

it('stands when requests are none at all', async () => {
  for (const bytes of [
    'GARBAGE\r\n\r\n',
    `GET / HTTP/1.1\r\nhost: x\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`,
    'POST /v1/submissions HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    'GET /%ff%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: x\r\ncookie: __Host-backlot-session=%zz\r\nconnection: close\r\n\r\n',
  ]) {
    const said = await new Promise<string>((resolve) => {
      let text = ''
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1')
      socket.on('data', (chunk) => (text += String(chunk)))
      socket.on('error', () => resolve(text))
      socket.on('close', () => resolve(text))
      socket.write(bytes)
    })
    expect(said).toMatch(/^HTTP\/1\.1 (200|4\d\d)/)
    expect(said).not.toMatch(/ at .*\.ts|node_modules/)
  }
  expect(service.errors).toEqual([])
})

it('says on every answer what a browser may do with it', async () => {
  for (const path of ['/', '/nowhere', '/v1/release', '/openapi.json']) {
    const { headers } = await fetch(service.url + path)
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('cache-control')).toBe('no-store')
    for (const name of ['x-powered-by', 'etag', 'server']) expect(headers.get(name)).toBeNull()
  }
})

it('shows names of every kind as text', async () => {
  const name = `"><script>alert(1)</script>'&`
  const data = await releaseData(service.database, {
    config: ground.config,
    policy: undefined,
    place: '',
  })
  for (const one of data.submissions) {
    Object.assign(one, { author: name, source: name, problem: name })
  }
  for (const one of data.audit.latest) Object.assign(one, { who: name, on: name })
  const manager = { subject: name, name, csrf: name }
  const page = overviewPage({ ...data, project: name }, { manager, nonce: 'n' })
  expect(page).not.toContain('<script')
  expect(page).not.toContain(`value="">`)
  expect(page).toContain('&lt;script&gt;')
})

it('tells nobody why it failed itself', () => {
  const told: unknown[] = []
  const heard: unknown[] = []
  const response = {
    set: () => response,
    status: () => response,
    json: (said: unknown) => told.push(said),
  }
  const secret = new Error('SELECT case FROM /home/key')
  tellProblems((error) => heard.push(error))(secret, {} as never, response as never, () => {})
  expect(JSON.stringify(told)).not.toMatch(/SELECT|key/)
  expect(heard).toEqual([secret])
})

describe('wrong tokens', () => {
  it('are counted, written down, and answered no more after some', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 14; i++) {
      const guess = new Client(service.url, `backlot_${'0'.repeat(12)}_${'A'.repeat(43)}`)
      statuses.push((await guess.look('0'.repeat(32))).status)
    }
    expect(statuses.slice(-2)).toEqual([429, 429])
    const log = await readAudit(service.database, 50)
    const refused = log.filter(({ what }) => what === 'token-refused')
    expect(refused.length).toBeGreaterThan(5)
    expect(refused.length).toBeLessThan(14)
    expect(JSON.stringify(refused)).not.toContain('backlot_0')
  })

  it('of a session open nothing either', async () => {
    const session = await openSession(
      service.database,
      { subject: 'x', name: 'x' },
      Date.now() - 9 * 3_600_000,
    )
    for (const value of [session, '', "' OR 1=1 --"]) {
      const headers = { cookie: `__Host-backlot-session=${encodeURIComponent(value)}` }
      expect((await fetch(`${service.url}/v1/release`, { headers })).status).toBe(401)
    }
  })
})

it('lets a bucket fill again, each key for itself', () => {
  const limit = new RateLimit({ burst: 2, perMinute: 60 })
  expect([limit.take('a', 0), limit.take('a', 0), limit.take('a', 0)]).toEqual([0, 0, 1])
  expect(limit.take('b', 0)).toBe(0)
  expect([limit.take('a', 500), limit.take('a', 1000)]).toEqual([1, 0])
})
