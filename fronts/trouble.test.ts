import http, { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { FaultAction } from '../engine/faults.ts'
import type { TwinDefinition } from '../engine/twin.ts'
import { World } from '../engine/world.ts'
import { talk } from '../test/ask.ts'
import { board } from '../test/small-twin.ts'
import { backlotMiddleware } from './express.ts'
import { createFetch } from './fetch.ts'
import { serveHttp, type HttpServer } from './http.ts'
import { backlotHandlers } from './msw.ts'
import { createResolver } from './resolve.ts'
import { Worlds } from './worlds.ts'

const base = World.create({ twins: [board as unknown as TwinDefinition] })
// Long enough for a list that is cut off in its middle.
for (let i = 0; i < 88; i++) board.given.note(base, {})
const worlds = new Worlds()
const headers = { authorization: 'Bearer board-token' }
let server: HttpServer

beforeAll(async () => {
  server = await serveHttp({ resolve: createResolver(worlds), compressFromBytes: 1e9 })
})
afterAll(() => server.close())
afterEach(() => vi.restoreAllMocks())

function worldWith(action: FaultAction, on = 'any'): World {
  return base.fork({ faults: { name: 'one', faults: [{ on, at: 1, action }] } })
}

/** What a client heard: a status, how much of the body, or the error with its causes. */
type Heard = Record<string, unknown>

function errorOf(error: unknown): Heard {
  const { name, message, code, cause } = error as Error & { code?: string }
  const told: Heard = { name, message: message.replace(/ [\d.a-z]+:\d+$/, '') }
  if (code !== undefined) told['code'] = code
  if (cause !== undefined) told['cause'] = errorOf(cause)
  return told
}

async function hearFetch(url: string, fetch = globalThis.fetch): Promise<Heard> {
  try {
    const reply = await fetch(url, { headers })
    return { status: reply.status, body: await reply.text() }
  } catch (error) {
    return errorOf(error)
  }
}

function hearHttp(url: string, agent?: false): Promise<Heard> {
  return new Promise((resolve) => {
    const asked = http.request(url, { headers, ...(agent === false && { agent }) }, (answer) => {
      let body = ''
      answer.on('data', (part) => (body += String(part)))
      answer.on('end', () => resolve({ status: answer.statusCode, body }))
      answer.on('error', (error) => resolve(errorOf(error)))
    })
    asked.on('error', (error) => resolve(errorOf(error)))
    asked.end()
  })
}

/** A broken connection of the socket server, heard by a client. */
async function onSocket(
  action: FaultAction,
  hear: (url: string) => Promise<Heard>,
): Promise<Heard> {
  const { id } = worlds.add(worldWith(action))
  try {
    return await hear(`${server.url}/w/${id}/board/notes?limit=100`)
  } finally {
    worlds.remove(id)
  }
}

const inProcess = (action: FaultAction): Promise<Heard> =>
  hearFetch('https://board.example/notes?limit=100', createFetch(worldWith(action)))

const closed = { name: 'SocketError', message: 'other side closed', code: 'UND_ERR_SOCKET' }
const failed = (cause: Heard): Heard => ({ name: 'TypeError', message: 'fetch failed', cause })
const terminated = { name: 'TypeError', message: 'terminated', cause: closed }
const wasReset = { name: 'Error', message: 'read ECONNRESET', code: 'ECONNRESET' }
const hungUp = { name: 'Error', message: 'socket hang up', code: 'ECONNRESET' }
const aborted = { name: 'Error', message: 'aborted', code: 'ECONNRESET' }

const broken: [action: FaultAction, fetch: Heard, http: Heard][] = [
  [{ kind: 'drop-before' }, failed(closed), hungUp],
  [{ kind: 'drop-after' }, failed(closed), hungUp],
  [{ kind: 'reset' }, failed(wasReset), wasReset],
  [{ kind: 'reset', happens: true }, failed(wasReset), wasReset],
  [{ kind: 'half-open', holdMs: 60 }, failed(closed), hungUp],
  [{ kind: 'truncate' }, terminated, aborted],
  [{ kind: 'wrong-length', by: 20 }, terminated, aborted],
  [{ kind: 'drip', bytesPerSecond: 8000, holdMs: 150 }, terminated, aborted],
  [{ kind: 'drip', bytesPerSecond: 50, holdMs: 150 }, failed(closed), hungUp],
]

describe('a connection that breaks', () => {
  it.each(broken)('%j: fetch and node:http hear of it in their own words', async (...row) => {
    const [action, byFetch, byHttp] = row
    expect(await onSocket(action, hearFetch)).toEqual(byFetch)
    expect(await onSocket(action, hearHttp)).toEqual(byHttp)
  })

  it.each(broken)('%j: so does a fetch without a socket', async (action, byFetch) => {
    expect(await inProcess(action)).toEqual(byFetch)
  })

  it('refused: a fetch without a socket hears what nobody listening sounds like', async () => {
    const free = await serveHttp({ world: base.fork() })
    await free.close()
    const nobody = await hearFetch(free.url)
    expect(nobody).toMatchObject({ cause: { code: 'ECONNREFUSED' } })
    expect(await inProcess({ kind: 'refused' })).toEqual(nobody)
  })

  it('refused: a server that has read the call resets before it answers a byte', async () => {
    expect(await onSocket({ kind: 'refused' }, hearFetch)).toEqual(failed(wasReset))
  })

  it('half-open: the caller can give up before it is closed', async () => {
    const action = { kind: 'half-open', holdMs: 60_000 } as const
    const fetch = createFetch(worldWith(action))
    const signal = AbortSignal.timeout(20)
    await expect(fetch('https://board.example/ping', { signal })).rejects.toThrow('timeout')
    const { id } = worlds.add(worldWith(action))
    const url = `${server.url}/w/${id}/board/ping`
    const other = AbortSignal.timeout(50)
    await expect(globalThis.fetch(url, { signal: other })).rejects.toThrow('timeout')
    expect((await globalThis.fetch(url)).status).toBe(200)
    worlds.remove(id)
  })
})

describe('an answer that announces fewer bytes than it has', () => {
  it('is cut where it says it ends, on a socket and without one', async () => {
    const action = { kind: 'wrong-length', by: -3 } as const
    const { body } = (await hearFetch(
      'https://board.example/notes?limit=100',
      createFetch(base.fork()),
    )) as {
      body: string
    }
    expect(await inProcess(action)).toEqual({ status: 200, body: body.slice(0, -3) })
    expect(await onSocket(action, hearFetch)).toEqual({ status: 200, body: body.slice(0, -3) })
  })
})

describe('an answer drop by drop', () => {
  it('brings its head late as well, and is whole', async () => {
    const { id } = worlds.add(worldWith({ kind: 'drip', bytesPerSecond: 2000, holdMs: 5000 }))
    const heard = talk(server.port, `GET /w/${id}/board/ping HTTP/1.1\r\nhost: x\r\n\r\n`)
    expect(await heard).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\npong$/)
    worlds.remove(id)
  })
})

describe('a proxy in the place of the service', () => {
  it.each([
    ['nothing happens', false, 0],
    ['it happens', true, 1],
  ])('answers in its own words, and %s', async (_what, happens, notes) => {
    const world = worldWith({
      kind: 'answer',
      status: 504,
      headers: { 'retry-after': '7' },
      text: '<h1>late</h1>',
      happens,
    })
    const fetch = createFetch(world)
    const reply = await fetch('https://board.example/notes', {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: '{"title":"x"}',
    })
    expect([reply.status, await reply.text()]).toEqual([504, '<h1>late</h1>'])
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'text/html',
      'retry-after': '7',
    })
    expect(reply.headers.has('x-request-id')).toBe(false)
    expect(world.journal.calls()[0]!.divergences).toBeUndefined()
    expect(world.changes()).toHaveLength(notes)
  })
})

describe('through MSW', () => {
  it.each([
    [{ kind: 'reset' }, 'ECONNRESET', 'read ECONNRESET'],
    [{ kind: 'drop-after' }, 'ECONNRESET', 'socket hang up'],
    [{ kind: 'refused' }, 'ECONNREFUSED', 'connect ECONNREFUSED'],
  ] as const)('%j is an error of the socket, for fetch and for node:http', async (...row) => {
    const [action, code, message] = row
    // MSW tells of every error that a handler lets happen; here it is what was asked for.
    vi.spyOn(console, 'error').mockImplementation(() => {})
    for (const hear of [hearFetch, hearHttp]) {
      const msw = setupServer(...backlotHandlers(worldWith(action)))
      msw.listen({ onUnhandledFrame: 'error' })
      const heard = await hear('http://board.example/notes')
      msw.close()
      const error = (heard['cause'] ?? heard) as Heard
      expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
    }
  })

  it('an answer that is cut off is no whole answer', async () => {
    for (const hear of [hearFetch, hearHttp]) {
      const msw = setupServer(...backlotHandlers(worldWith({ kind: 'truncate' })))
      msw.listen({ onUnhandledFrame: 'error' })
      const heard = await hear('http://board.example/notes')
      msw.close()
      expect(heard).not.toHaveProperty('status')
    }
  })
})

describe('through Express', () => {
  it.each([
    [{ kind: 'reset' }, wasReset],
    [{ kind: 'drop-after' }, hungUp],
    [{ kind: 'wrong-length', by: 5 }, aborted],
  ] as const)('%j breaks the real connection', async (action, heard) => {
    const app = express().use('/board', backlotMiddleware(worldWith(action), 'board'))
    const mounted = createServer(app)
    await new Promise<void>((resolve) => {
      mounted.listen(0, '127.0.0.1', resolve)
    })
    const { port } = mounted.address() as AddressInfo
    expect(await hearHttp(`http://127.0.0.1:${port}/board/notes`)).toEqual(heard)
    mounted.close()
    mounted.closeAllConnections()
  })
})

describe('virtual waits', () => {
  const ask = (world: World, path: string) =>
    createFetch(world, { waits: 'virtual' })(`https://board.example${path}`, { headers })

  it('let the time of the world pass and none of ours', async () => {
    const world = worldWith({ kind: 'delay', ms: 3_600_000 })
    const from = world.now()
    const began = performance.now()
    expect((await ask(world, '/ping')).status).toBe(200)
    expect(world.now() - from).toBe(3_600_000 + 1)
    expect(performance.now() - began).toBeLessThan(60_000)
  })

  it('pass once for calls that were made together, which are answered in order of lateness', async () => {
    const delays = [3000, 1000, 2000]
    const world = base.fork({
      faults: {
        name: 'many',
        faults: delays.map((ms, i) => ({ on: 'any', at: i + 1, action: { kind: 'delay', ms } })),
      },
    })
    const from = world.now()
    const fetch = createFetch(world, { waits: 'virtual' })
    const order: number[] = []
    const one = async (i: number): Promise<void> => {
      await fetch('https://board.example/ping')
      order.push(delays[i]!)
    }
    await Promise.all([one(0), one(1), one(2)])
    expect(order).toEqual([1000, 2000, 3000])
    expect(world.now() - from).toBe(3001)
  })

  it('take as long as a slow body would', async () => {
    const world = worldWith({ kind: 'slow', bytesPerSecond: 2 })
    const from = world.now()
    expect(await (await ask(world, '/ping')).text()).toBe('pong')
    expect(world.now() - from).toBe(2001)
  })
})
