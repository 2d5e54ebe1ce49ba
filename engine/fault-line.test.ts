import { describe, expect, test } from 'vitest'
import { board } from '../test/small-twin.ts'
import { tokens } from './auth.ts'
import type { Reply } from './call.ts'
import { FaultLine } from './fault-line.ts'
import type { Fault, FaultAction } from './faults.ts'
import { drawQuantile, latencyAt } from './quantiles.ts'
import type { TwinDefinition } from './twin.ts'
import { World } from './world.ts'

const base = World.create({ twins: [board as unknown as TwinDefinition], stepMs: 0 })

function worldWith(...faults: Partial<Fault>[]): World {
  const whole = faults.map((one) => ({ on: 'any', at: 1, ...one }) as Fault)
  return base.fork({ stepMs: 0, faults: { name: 'test', faults: whole } })
}

function ask(world: World, path = '/notes', token = 'board-token'): Reply {
  return world.call('board', { path, headers: { authorization: `Bearer ${token}` } })
}

const statuses = (world: World, n: number, path?: string): number[] =>
  Array.from({ length: n }, () => ask(world, path).status)

const refuse: FaultAction = { kind: 'refuse', as: 'unavailable' }

describe('a fault that lasts', () => {
  test('begins at its place and ends when its time has passed', () => {
    const world = worldWith({ at: 3, forMs: 2000, action: refuse })
    expect(statuses(world, 5)).toEqual([200, 200, 503, 503, 503])
    world.advance(1999)
    expect(statuses(world, 2)).toEqual([503, 503])
    world.advance(1)
    expect(statuses(world, 3)).toEqual([200, 200, 200])
  })

  test('ends after so many calls when it says how many', () => {
    const world = worldWith({ at: 2, times: 2, forMs: 60_000, action: refuse })
    expect(statuses(world, 2)).toEqual([200, 503])
    world.advance(1000)
    expect(ask(world).status).toBe(503)
    world.advance(60_000)
    expect(ask(world).status).toBe(200)
  })

  test('stays with the operation that it struck first', () => {
    const world = worldWith({ at: 2, forMs: 1000, stays: true, action: refuse })
    expect(ask(world, '/ping').status).toBe(200)
    expect(statuses(world, 2)).toEqual([503, 503])
    expect(statuses(world, 2, '/ping')).toEqual([200, 200])
    world.advance(1000)
    expect(ask(world).status).toBe(200)
  })

  test('says how long it still lasts', () => {
    const action = { kind: 'refuse', as: 'limited', tellsEnd: true } as const
    const world = worldWith({ forMs: 3000, action })
    expect(ask(world).headers['retry-after']).toBe('3')
    world.advance(1500)
    expect(ask(world).headers['retry-after']).toBe('2')
  })
})

describe('a throttle', () => {
  const action = {
    kind: 'throttle',
    count: 2,
    retryAfterMs: 1000,
    early: 1,
    banMs: 60_000,
  } as const

  test('lets those through who wait as long as they are told', () => {
    const world = worldWith({ action })
    expect(ask(world)).toMatchObject({ status: 429, headers: { 'retry-after': '1' } })
    world.advance(1000)
    expect(ask(world).status).toBe(429)
    world.advance(1000)
    expect(statuses(world, 5)).toEqual([200, 200, 200, 200, 200])
  })

  test('bans those who come too early too often, and says for how long', () => {
    const world = worldWith({ action })
    expect(statuses(world, 2)).toEqual([429, 429])
    expect(ask(world)).toMatchObject({ status: 429, headers: { 'retry-after': '60' } })
    world.advance(1000)
    expect(ask(world).headers['retry-after']).toBe('59')
    world.advance(59_000)
    expect(ask(world).status).toBe(200)
  })

  test('words its ban as it is told to', () => {
    const world = worldWith({ action: { ...action, banAs: 'forbidden' } })
    expect(statuses(world, 4)).toEqual([429, 429, 403, 403])
  })
})

describe('a credential that is ended', () => {
  const end = (as: 'expired' | 'revoked', forMs?: number): World =>
    worldWith({ at: 2, ...(forMs !== undefined && { forMs }), action: { kind: 'end-token', as } })

  test('is refused by the twin itself, for good, and nothing in the world has changed', () => {
    const world = end('expired')
    expect(statuses(world, 2)).toEqual([200, 401])
    world.advance('52 weeks')
    expect(ask(world)).toMatchObject({ status: 401, json: { error: 'unauthenticated' } })
    expect(world.changes()).toEqual([])
    expect(world.rows.get(tokens, 'board-token')).not.toHaveProperty('expiresAt')
  })

  test('gives way to a new one', () => {
    const world = end('revoked')
    expect(statuses(world, 3)).toEqual([200, 401, 401])
    const { token } = world.mint('board')
    expect(ask(world, '/notes', token).status).toBe(200)
  })

  test('opens again after a while, where it is a while', () => {
    const world = end('revoked', 2000)
    expect(statuses(world, 3)).toEqual([200, 401, 401])
    world.advance(2000)
    expect(ask(world).status).toBe(200)
  })

  test('writes nothing', () => {
    const world = end('expired')
    const body = { title: 'x' }
    const headers = { authorization: 'Bearer board-token' }
    const made = [1, 2, 3].map(
      () => world.call('board', { method: 'POST', path: '/notes', headers, body }).status,
    )
    expect(made).toEqual([201, 401, 401])
    expect(world.changes()).toHaveLength(1)
  })

  test('does not keep those out whom nobody asks for one', () => {
    const world = worldWith({ action: { kind: 'end-token', as: 'expired' } })
    expect(ask(world, '/ping').status).toBe(200)
    expect(world.journal.calls()[0]!.fault).toBeUndefined()
  })
})

describe('latency', () => {
  const quantiles = { p50: 100, p95: 400, max: 1000 }
  const latency: FaultAction = { kind: 'latency', quantiles, seed: 's' }

  test('is drawn per call from the seed, and follows its distribution', () => {
    const fault = { on: 'any', at: 1, action: latency } as const
    const drawn = Array.from({ length: 4000 }, (_, i) => latencyAt(fault, i + 1))
    expect(drawn).toEqual(Array.from({ length: 4000 }, (_, i) => latencyAt(fault, i + 1)))
    const below = (ms: number): number => drawn.filter((one) => one <= ms).length / drawn.length
    expect(below(100)).toBeCloseTo(0.5, 1)
    expect(below(400)).toBeCloseTo(0.95, 1)
    expect(Math.max(...drawn)).toBeLessThanOrEqual(1000)
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(50)
    const other = { ...fault, action: { ...latency, seed: 't' } }
    expect(latencyAt(other, 1)).not.toBe(latencyAt(fault, 1))
  })

  test('stands beside what else strikes', () => {
    const world = worldWith({ action: latency }, { at: 2, action: { kind: 'drop-after' } })
    const [first, second] = [ask(world), ask(world)]
    const fault = { on: 'any', at: 1, action: latency } as const
    expect(first.transport).toEqual({ delayMs: latencyAt(fault, 1) })
    expect(second.transport).toEqual({ lost: true, delayMs: latencyAt(fault, 2) })
    expect(world.journal.calls().map((one) => one.fault?.action.kind)).toEqual([
      undefined,
      'drop-after',
    ])
  })

  test('lies on straight lines between its points', () => {
    expect([0, 0.25, 0.5, 0.725, 0.95, 1].map((one) => drawQuantile(quantiles, one))).toEqual([
      50, 75, 100, 250, 400, 1000,
    ])
    expect(drawQuantile({ p50: 10 }, 0.99)).toBe(10)
  })
})

describe('a line of faults', () => {
  const plan = {
    name: 'test',
    faults: [
      { on: 'any', at: 2, times: 3, action: refuse },
      { on: 'read', at: 3, action: { kind: 'drop-after' } },
      { on: 'getNote', at: 1, action: { kind: 'malformed' } },
    ] as Fault[],
  }
  const target = { twin: 'board', op: 'getNote', writes: false, now: 0 }
  const kinds = (line: FaultLine, n: number): (string | undefined)[] =>
    Array.from({ length: n }, () => line.strike(target).fault?.action.kind)

  test('lets the first of the plan strike where several stand', () => {
    expect(kinds(new FaultLine(plan), 6)).toEqual([
      'malformed',
      'refuse',
      'refuse',
      'refuse',
      undefined,
      undefined,
    ])
  })

  test('goes on from a copy as from itself, and neither moves the other', () => {
    const throttle = { kind: 'throttle', count: 1, retryAfterMs: 5, banMs: 9 } as const
    const own = { name: 'own', faults: [...plan.faults, { on: 'any', at: 5, action: throttle }] }
    const line = new FaultLine(own)
    kinds(line, 5)
    const copy = line.copy()
    const ahead = kinds(copy, 8)
    expect(kinds(copy.copy(), 3)).toEqual(kinds(copy, 3))
    expect(kinds(line, 8)).toEqual(ahead)
  })

  test('costs a call the same however long the plan is', () => {
    const long = Array.from({ length: 20_000 }, (_, i): Fault => {
      return { on: 'any', at: 1_000_000 + i, action: refuse }
    })
    const timeOf = (faults: readonly Fault[]): number => {
      const line = new FaultLine({ name: 'x', faults })
      const began = performance.now()
      for (let i = 0; i < 20_000; i++) line.strike(target)
      return performance.now() - began
    }
    timeOf(long.slice(0, 2))
    // A plan ten thousand times as long would take as many times as long, were it gone through.
    expect(timeOf(long) / timeOf(long.slice(0, 2))).toBeLessThan(100)
  })
})
