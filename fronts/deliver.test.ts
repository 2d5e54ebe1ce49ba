import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FaultPlan } from '../engine/faults.ts'
import type { DeliveryEntry } from '../engine/journal.ts'
import type { TwinDefinition } from '../engine/twin.ts'
import { World } from '../engine/world.ts'
import { board } from '../test/small-twin.ts'
import { startPump, type DeliverOptions, type Pump } from './deliver.ts'
import { isLoopback } from './loopback.ts'

interface Heard {
  path: string
  headers: IncomingMessage['headers']
  body: string
}

let receiver: Server
let port: number
let heard: Heard[]
let reply: (response: ServerResponse, count: number) => void
const pumps: Pump[] = []

beforeEach(async () => {
  heard = []
  reply = (response) => response.end()
  receiver = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += String(chunk)
    heard.push({ path: request.url!, headers: request.headers, body })
    reply(response, heard.length)
  })
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve)
  })
  port = (receiver.address() as AddressInfo).port
})
afterEach(() => {
  for (const pump of pumps.splice(0)) pump.stop()
  receiver.closeAllConnections()
  receiver.close()
})

const quick = { ...board, events: { ...board.events, timeoutMs: 60 } } as unknown as TwinDefinition
const base = World.create({ twins: [board as unknown as TwinDefinition] })
const impatient = World.create({ twins: [quick] })

function start(
  options: {
    from?: World
    url?: string
    faults?: FaultPlan
    wall?: () => number
  } & DeliverOptions = {},
) {
  const {
    url = `http://127.0.0.1:${port}/hook?a=1`,
    from = base,
    faults,
    wall,
    ...deliver
  } = options
  const world = from.fork({ ...(faults && { faults }), ...(wall && { wall }) })
  const pump = startPump(world, deliver)
  pumps.push(pump)
  world.subscribe({ twin: 'board', url, types: ['*'] })
  const post = (title: string) =>
    world.call('board', {
      method: 'POST',
      path: '/notes',
      headers: { authorization: 'Bearer board-token', 'content-type': 'application/json' },
      body: JSON.stringify({ title }),
    })
  const outcomes = () =>
    world.journal.entries
      .filter((one): one is DeliveryEntry => one.kind === 'delivery')
      .map(({ attempt, outcome }) => [attempt, outcome])
  return { world, pump, post, outcomes }
}

describe('an event', () => {
  it('reaches its receiver as the twin words it, and the journal says so', async () => {
    const { pump, post, outcomes } = start()
    post('Grüße')
    await pump.idle()
    expect(heard).toHaveLength(1)
    expect(heard[0]).toMatchObject({
      path: '/hook?a=1',
      headers: { 'content-type': 'application/json' },
    })
    expect(JSON.parse(heard[0]!.body)).toMatchObject({ payload: { title: 'Grüße' } })
    expect(outcomes()).toEqual([[1, 200]])
  })

  it('follows the one before it', async () => {
    const { pump, post } = start()
    for (let i = 0; i < 100; i++) post(String(i))
    await pump.idle()
    const titles = heard.map(
      ({ body }) => (JSON.parse(body) as { payload: { title: string } }).payload.title,
    )
    expect(new Set(titles).size).toBe(100)
    expect(titles.slice(0, 2)).toEqual(['0', '1'])
  })

  it('comes again when the receiver failed, in the time of the world', async () => {
    const { world, pump, post, outcomes } = start()
    reply = (response, count) => response.writeHead(count < 3 ? 500 : 204).end()
    post('a')
    await pump.idle()
    expect(outcomes()).toEqual([[1, 500]])
    world.advance('1 second')
    await pump.idle()
    world.advance('5 seconds')
    await pump.idle()
    expect(outcomes()).toEqual([
      [1, 500],
      [2, 500],
      [3, 204],
    ])
  })

  it('comes again by itself when time follows the wall', async () => {
    // A wall whose seconds last a millisecond.
    const begin = performance.now()
    const { pump, post, outcomes } = start({ wall: () => (performance.now() - begin) * 1000 })
    reply = (response, count) => response.writeHead(count < 2 ? 500 : 200).end()
    post('a')
    await pump.idle()
    await expect.poll(outcomes).toEqual([
      [1, 500],
      [2, 200],
    ])
  })

  it('waits for an answer only as long as the service does', async () => {
    const { pump, post, outcomes } = start({ from: impatient })
    reply = () => {}
    post('a')
    await pump.idle()
    expect(outcomes()).toEqual([[1, 'no answer within 60 ms']])
  })

  it('tells why nobody answered', async () => {
    const { pump, post, outcomes } = start({ url: 'http://127.0.0.1:1/' })
    post('a')
    await pump.idle()
    expect(outcomes()).toEqual([[1, 'ECONNREFUSED']])
  })

  it('comes twice under a fault that doubles it', async () => {
    const faults = {
      name: 'x',
      faults: [{ on: 'event', at: 1, action: { kind: 'duplicate' as const } }],
    }
    const { pump, post } = start({ faults })
    post('a')
    await pump.idle()
    expect(heard).toHaveLength(2)
  })
})

describe('no event leaves this machine', () => {
  it.each(['https://example.com/hook', 'http://10.0.0.1/', 'http://localhost.example.com/'])(
    'to %s',
    async (url) => {
      const { world, pump, post, outcomes } = start({ url })
      post('a')
      await pump.idle()
      world.advance('1 day')
      await pump.idle()
      expect(outcomes()).toEqual([[1, 'refused: only receivers on this machine are reached']])
      expect(world.journal.entries.filter((one) => one.kind === 'escape')).toMatchObject([
        { target: url, how: 'delivery' },
      ])
    },
  )

  it.each(['localhost', 'hooks.localhost', '127.0.0.1', '127.8.9.1', '[::1]', 'LOCALHOST.'])(
    '%s is this machine',
    (name) => expect(isLoopback(name)).toBe(true),
  )

  it.each(['127.0.0.1.example.com', 'example.com', '128.0.0.1', '[::2]', 'notlocalhost'])(
    '%s is not',
    (name) => expect(isLoopback(name)).toBe(false),
  )
})

it('a pump that is strict wants https, as the vendors do', async () => {
  const { pump, post, outcomes } = start({ strictHttps: true })
  post('a')
  await pump.idle()
  expect(heard).toEqual([])
  expect(outcomes()).toEqual([[1, 'refused: the receiver must speak https']])
})

it('a pump that was stopped carries nothing more', async () => {
  const { pump, post, outcomes } = start()
  pump.stop()
  post('a')
  await pump.idle()
  expect([heard, outcomes()]).toEqual([[], []])
})
