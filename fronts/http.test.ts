import { Agent } from 'node:http'
import { connect } from 'node:net'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { FaultAction } from '../engine/faults.ts'
import type { TwinDefinition } from '../engine/twin.ts'
import { World } from '../engine/world.ts'
import { ask, talk } from '../test/ask.ts'
import { board } from '../test/small-twin.ts'
import { serveHttp, type HttpServer } from './http.ts'
import { createResolver } from './resolve.ts'
import { defaultId, Worlds } from './worlds.ts'

const base = World.create({ twins: [board as unknown as TwinDefinition] })
const worlds = new Worlds()
let server: HttpServer
const authorization = 'Bearer board-token'
const headers = { authorization }

beforeAll(async () => {
  worlds.add(base.fork(), defaultId)
  server = await serveHttp({ resolve: createResolver(worlds), bodyBytesMax: 10_000 })
})
afterAll(() => server.close())

const at = (path: string, prefix = '/board') => `${server.url}${prefix}${path}`

it('serves one world without further words', async () => {
  const alone = await serveHttp({ world: base.fork() })
  const { status } = await ask({ url: `${alone.url}/board/ping` })
  await alone.close()
  expect(status).toBe(200)
})

describe('a connection', () => {
  it('is kept between answers', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const ports = new Set<number>()
    agent.on('free', (socket: { localPort: number }) => ports.add(socket.localPort))
    for (let i = 0; i < 5; i++) await ask({ url: at('/ping'), agent })
    expect(ports.size).toBe(1)
    agent.destroy()
  })

  it('carries several requests that were sent without waiting', async () => {
    const one = 'GET /board/ping HTTP/1.1\r\nhost: x\r\n\r\n'
    const last = 'GET /board/ping HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'
    const heard = await talk(server.port, one + one + last)
    expect(heard.match(/\r\n\r\npong/g)).toHaveLength(3)
  })

  it('that breaks in the middle of an upload changes nothing and harms nobody', async () => {
    const { journal } = worlds.default!.world
    const before = journal.last
    await new Promise<void>((resolve) => {
      const socket = connect(server.port, '127.0.0.1', () => {
        socket.write('POST /board/notes HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\n{"ti')
        setTimeout(() => socket.resetAndDestroy(), 20)
      })
      socket.on('close', () => resolve())
    })
    expect((await ask({ url: at('/ping') })).text).toBe('pong')
    expect(journal.last).toBe(before + 1)
  })
})

describe('what is no HTTP', () => {
  it.each([
    ['a broken request line', 'GEFT\u0001 / HTP\r\n\r\n', 400],
    ['an unknown method', 'BREW /board/ping HTTP/1.1\r\nhost: x\r\n\r\n', 400],
    ['no host', 'GET /board/ping HTTP/1.1\r\n\r\n', 400],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n',
      400,
    ],
    ['a head without end', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s is refused, and the server stands', async (_name, bytes, status) => {
    expect(await talk(server.port, bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect((await ask({ url: at('/ping') })).status).toBe(200)
  })
})

describe('a body', () => {
  it('may come in chunks', async () => {
    const json = { ...headers, 'content-type': 'application/json', 'transfer-encoding': 'chunked' }
    const made = await ask({
      url: at('/notes'),
      method: 'POST',
      headers: json,
      body: '{"title":"a"}',
    })
    expect(made.status).toBe(201)
  })

  it('is asked for when the caller waits to be asked', async () => {
    const heard = await talk(
      server.port,
      `POST /board/notes HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\nexpect: 100-continue\r\n` +
        'connection: close\r\ncontent-type: application/json\r\ncontent-length: 13\r\n\r\n{"title":"b"}',
    )
    expect(heard).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 201 Created/)
  })

  it('that is too long is refused in the words of the twin', async () => {
    const body = JSON.stringify({ title: 'x'.repeat(20_000) })
    const json = { ...headers, 'content-type': 'application/json' }
    const refused = await ask({ url: at('/notes'), method: 'POST', headers: json, body })
    expect([refused.status, refused.json()]).toEqual([413, { error: 'too-large' }])
    const chunked = { ...json, 'transfer-encoding': 'chunked' }
    const again = await ask({ url: at('/notes'), method: 'POST', headers: chunked, body })
    expect([again.status, again.json()]).toEqual([413, { error: 'too-large' }])
  })

  it('that is too long is not even asked for', async () => {
    const heard = await talk(
      server.port,
      'POST /board/notes HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 20000\r\n\r\n',
    )
    expect(heard).toMatch(/^HTTP\/1.1 413 /)
  })

  it('that never ends is cut off', async () => {
    const head = 'POST /board/notes HTTP/1.1\r\nhost: x\r\ncontent-length: 900000\r\n\r\n'
    expect(await talk(server.port, head + 'x'.repeat(200_000))).toMatch(/^HTTP\/1.1 413 /)
  })
})

describe('an answer', () => {
  it.each([
    ['gzip', 'gzip, br', gunzipSync],
    ['br', 'br, gzip;q=0', brotliDecompressSync],
  ])('is packed with %s for those who accept it', async (coding, accepted, unpack) => {
    const packed = await ask({
      url: at('/notes'),
      headers: { ...headers, 'accept-encoding': accepted },
    })
    const plain = await ask({ url: at('/notes'), headers })
    expect(packed.headers['content-encoding']).toBe(coding)
    expect(packed.headers['vary']).toBe('Accept-Encoding')
    expect(plain.headers['vary']).toBe('Accept-Encoding')
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length)
    expect(unpack(packed.bytes).toString()).toBe(plain.text)
  })

  it('that is short is not packed', async () => {
    const answer = await ask({ url: at('/ping'), headers: { 'accept-encoding': 'gzip' } })
    expect(answer.headers).not.toHaveProperty('content-encoding')
    expect(answer.headers).not.toHaveProperty('vary')
  })

  it('to HEAD has the length of the one to GET, and no body', async () => {
    const get = await ask({ url: at('/notes'), headers })
    const head = await ask({ url: at('/notes'), method: 'HEAD', headers })
    expect(head.headers['content-length']).toBe(get.headers['content-length'])
    expect(head.bytes).toHaveLength(0)
  })

  it('is dated in the time of its world', async () => {
    const { headers: said } = await ask({ url: at('/ping') })
    expect(Date.parse(said['date']!)).toBe(Math.floor(worlds.default!.world.now() / 1000) * 1000)
  })

  it('knows headers whatever their case', async () => {
    const heard = await talk(
      server.port,
      `GET /board/notes?limit=1 HTTP/1.1\r\nHOST: x\r\nAUTHORIZATION: ${authorization}\r\nCONNECTION: close\r\n\r\n`,
    )
    expect(heard).toMatch(/^HTTP\/1.1 200 /)
  })
})

describe('trouble on the wire', () => {
  function lay(action: FaultAction): void {
    const world = base.fork({ faults: { name: 'one', faults: [{ on: 'any', at: 1, action }] } })
    worlds.remove('faulty')
    worlds.add(world, 'faulty')
  }
  const list = () => ask({ url: at('/notes', '/w/faulty/board'), headers })

  it.each(['drop-before', 'drop-after'] as const)('%s: the connection breaks', async (kind) => {
    lay({ kind })
    await expect(list()).rejects.toMatchObject({ code: 'ECONNRESET' })
    expect((await list()).status).toBe(200)
  })

  it('truncate: the connection breaks in the middle', async () => {
    lay({ kind: 'truncate', atByte: 15 })
    await expect(list()).rejects.toMatchObject({ code: 'ECONNRESET' })
    lay({ kind: 'truncate', atByte: 15 })
    const heard = await talk(
      server.port,
      `GET /w/faulty/board/notes HTTP/1.1\r\nhost: x\r\nauthorization: ${authorization}\r\n\r\n`,
    )
    expect(heard.slice(heard.indexOf('\r\n\r\n') + 4)).toHaveLength(15)
  })

  it('delay: the answer comes late', async () => {
    lay({ kind: 'delay', ms: 80 })
    const begin = performance.now()
    expect((await list()).status).toBe(200)
    expect(performance.now() - begin).toBeGreaterThan(75)
  })

  it('slow: the body trickles, and is whole', async () => {
    lay({ kind: 'slow', bytesPerSecond: 6000 })
    const begin = performance.now()
    const { text } = await list()
    expect(performance.now() - begin).toBeGreaterThan(150)
    expect(text).toBe((await list()).text)
  })

  it('a caller that gives up while waiting harms nobody', async () => {
    lay({ kind: 'delay', ms: 10_000 })
    const controller = new AbortController()
    const url = at('/notes', '/w/faulty/board')
    const asked = fetch(url, { headers, signal: controller.signal })
    setTimeout(() => controller.abort(), 20)
    await expect(asked).rejects.toThrow('aborted')
    expect((await list()).status).toBe(200)
  })
})

it('many worlds at once do not hear of each other', async () => {
  const json = { ...headers, 'content-type': 'application/json' }
  const ids = Array.from({ length: 100 }, (_, i) => `many-${i}`)
  for (const id of ids) worlds.add(base.fork(), id)
  const titles = await Promise.all(
    ids.map(async (id) => {
      const url = at('/notes', `/w/${id}/board`)
      await ask({ url, method: 'POST', headers: json, body: JSON.stringify({ title: id }) })
      const list = (await ask({ url: `${url}?limit=100`, headers })).json() as { title: string }[]
      return list.slice(12).map((note) => note.title)
    }),
  )
  expect(titles).toEqual(ids.map((id) => [id]))
  for (const id of ids) expect(worlds.remove(id)).toBe(true)
})

it('a server on all addresses of this machine names one that can be reached', async () => {
  const open = await serveHttp({ resolve: createResolver(worlds), host: '0.0.0.0' })
  expect(open.url).toBe(`http://127.0.0.1:${open.port}`)
  expect((await ask({ url: `${open.url}/board/ping` })).text).toBe('pong')
  await open.close()
})

it('a port in use fails with the code of the system', async () => {
  const again = serveHttp({ resolve: createResolver(worlds), port: server.port })
  await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
