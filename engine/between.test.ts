import { expect, test } from 'vitest'
import { board } from '../test/small-twin.ts'
import { World } from './world.ts'

const headers = { authorization: 'Bearer board-token' }

test('what stands between subject and twins may leave a call out, or make it twice; looks pass it by', () => {
  const world = World.create({ twins: [board], seed: 'test' })
  const told: string[] = []
  world.journal.onEntry = (entry) => told.push(`${entry.n} ${entry.kind}`)
  world.between = (twin, call, play) => {
    const first = play(twin, call)
    return call.method === 'POST' ? play(twin, call) : first
  }
  world.call('board', { method: 'POST', path: '/notes', headers, body: { title: 'Twice' } })
  expect(world.journal.calls('board', 'createNote')).toHaveLength(2)
  expect(told).toEqual(['2 event', '1 call', '4 event', '3 call'])
  world.between = (twin, call, play) => play(twin, { ...call, path: '/ping' })
  expect(world.call('board', { path: '/notes', headers }).text).toBe('pong')
  expect(world.look('board', { path: '/notes' }).text).toBeUndefined()
  expect(world.fork().between).toBeUndefined()
})
