import { describe, expect, test } from 'vitest'
import { board } from '../test/small-twin.ts'
import type { Delivery } from './agenda.ts'
import type { FaultAction } from './faults.ts'
import type { DeliveryEntry } from './journal.ts'
import type { TwinDefinition } from './twin.ts'
import { World } from './world.ts'

const base = World.create({ twins: [board as unknown as TwinDefinition] })

function worldWith(action: FaultAction, at = 1): World {
  const faults = [{ on: 'event', at, action }]
  const world = base.fork({ stepMs: 0, faults: { name: 'test', faults } })
  world.subscribe({ twin: 'board', url: 'http://127.0.0.1:1/', types: ['*'] })
  return world
}

function make(world: World, title: string): void {
  const { status } = world.call('board', {
    method: 'POST',
    path: '/notes',
    headers: { authorization: 'Bearer board-token' },
    body: { title },
  })
  expect(status).toBe(201)
}

const titleOf = ({ request }: Delivery): string =>
  (JSON.parse(request.body) as { payload: { title: string } }).payload.title

/** What goes out now, and how the receiver answered. */
function carry(world: World, status = 200): string[] {
  return world.takeDeliveries().map((one) => {
    world.delivered(one, status)
    return titleOf(one)
  })
}

const journaled = (world: World) =>
  world.journal.entries
    .filter((one): one is DeliveryEntry => one.kind === 'delivery')
    .map(({ attempt, outcome, fault }) => [attempt, outcome, fault?.action.kind])

describe('an event', () => {
  test('is held back until the next one has gone out', () => {
    const world = worldWith({ kind: 'reorder', withinMs: 5000 })
    make(world, 'a')
    expect(carry(world)).toEqual([])
    make(world, 'b')
    make(world, 'c')
    expect(carry(world)).toEqual(['b', 'a', 'c'])
    expect(world.nextDue()).toBeUndefined()
  })

  test('goes out late when none follows it', () => {
    const world = worldWith({ kind: 'reorder', withinMs: 5000 })
    make(world, 'a')
    world.advance(4999)
    expect(carry(world)).toEqual([])
    world.advance(1)
    expect(carry(world)).toEqual(['a'])
  })

  test('that is late comes after those that were made before it came', () => {
    const world = worldWith({ kind: 'delay', ms: 3000 })
    make(world, 'a')
    world.advance(1000)
    make(world, 'b')
    world.advance(5000)
    expect(carry(world)).toEqual(['b', 'a'])
  })

  test('comes again when the answer to it was lost, though it was taken', () => {
    const world = worldWith({ kind: 'drop-after' })
    make(world, 'a')
    expect(carry(world)).toEqual(['a'])
    world.advance(1000)
    expect(carry(world)).toEqual(['a'])
    world.advance('1 hour')
    expect(carry(world)).toEqual([])
    expect(journaled(world)).toEqual([
      [1, 200, 'drop-after'],
      [2, 200, undefined],
    ])
  })

  test('whose connection was reset comes with the next attempt', () => {
    const world = worldWith({ kind: 'reset' })
    make(world, 'a')
    expect(carry(world)).toEqual([])
    world.advance(1000)
    expect(carry(world)).toEqual(['a'])
    expect(journaled(world)).toEqual([
      [1, 'ECONNRESET', 'reset'],
      [2, 200, undefined],
    ])
  })

  test('that is lost never comes', () => {
    const world = worldWith({ kind: 'drop-before' })
    make(world, 'a')
    world.advance('1 day')
    expect(carry(world)).toEqual([])
  })
})
