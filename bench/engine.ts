import { notes, board } from '../test/small-twin.ts'
import { World } from '../engine/world.ts'
import type { TwinDefinition } from '../engine/twin.ts'
import { loadTwin } from '../twins/index.ts'

/**
 * The engine in this process, on one core: forks, reads, creates, pages. Times are CPU times of this
 * process, since the machines that run this share their cores with others.
 */

// The journal is on and holds what a long trial has; a larger one is memory that the collector walks, and no work of the call.
const journalMax = 1000

/** Microseconds of CPU per turn, the best of some rounds. */
function measure(turns: number, turn: (n: number) => void, rounds = 5): number {
  for (let n = 0; n < turns / 4; n++) turn(n)
  let best = Infinity
  for (let round = 0; round < rounds; round++) {
    const start = process.cpuUsage()
    for (let n = 0; n < turns; n++) turn(n)
    const { user, system } = process.cpuUsage(start)
    best = Math.min(best, (user + system) / turns)
  }
  return best
}

interface Grown {
  world: World
  ids: string[]
  authorization: string
}

/** A base world of the Okta twin with so many users. */
async function grow(count: number): Promise<Grown> {
  const okta: TwinDefinition = await loadTwin('okta')
  const world = World.create({ twins: [okta], seed: 'bench' })
  const make = okta.given['user']! as (world: World, props: object) => { id: string }
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    ids.push(
      make(world, { email: `user${n}@bench.example`, firstName: 'User', lastName: `No${n}` }).id,
    )
  }
  world.rows.forgetChanges()
  return { world, ids, authorization: `SSWS ${world.mint('okta')['api']}` }
}

async function measureForks(): Promise<void> {
  for (const count of [1000, 100_000, 1_000_000]) {
    const { world } = await grow(count)
    const us = measure(20_000, () => void world.fork({ seed: 'trial' }))
    const kept: World[] = []
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    for (let n = 0; n < 20_000; n++) kept.push(world.fork({ seed: 'trial' }))
    globalThis.gc?.()
    const bytes = (process.memoryUsage().heapUsed - before) / kept.length
    report('fork', { users: count, us, bytes })
  }
}

async function measureCalls(): Promise<void> {
  const { world, ids, authorization } = await grow(100_000)
  const headers = { authorization }
  const fork = world.fork({ seed: 'reads', journalMax })
  const read = measure(300_000, (n) => {
    fork.call('okta', { path: `/api/v1/users/${ids[(n * 7919) % ids.length]}`, headers })
  })
  report('read', { us: read, perSecond: 1e6 / read })
  // A real world sees the same people again and again: reads over a thousand users, cached by the processor.
  const near = measure(300_000, (n) => {
    fork.call('okta', { path: `/api/v1/users/${ids[(n * 7919) % 1000]}`, headers })
  })
  report('read-near', { us: near, perSecond: 1e6 / near })
  let serial = 0
  const creating = world.fork({ seed: 'creates', journalMax })
  const create = measure(
    20_000,
    () => {
      const n = serial++
      const profile = {
        firstName: 'New',
        lastName: `No${n}`,
        email: `new${n}@bench.example`,
        login: `new${n}@bench.example`,
      }
      creating.call('okta', {
        method: 'POST',
        path: '/api/v1/users?activate=false',
        headers,
        body: { profile },
      })
    },
    4,
  )
  report('create', { us: create, perSecond: 1e6 / create })
  const small = World.create({ twins: [board], seed: 'bench' }).fork({ journalMax })
  const bearer = { authorization: 'Bearer board-token' }
  const make = measure(
    50_000,
    () =>
      void small.call('board', {
        method: 'POST',
        path: '/notes',
        headers: bearer,
        body: { title: 'x' },
      }),
  )
  report('create-small', { us: make, perSecond: 1e6 / make, rows: small.rows.count(notes) })
}

async function measurePages(): Promise<void> {
  const figures: number[] = []
  for (const count of [1000, 1_000_000]) {
    const { world, ids, authorization } = await grow(count)
    const fork = world.fork({ seed: 'pages', journalMax: 1000 })
    const after = ids[ids.length >> 1]
    const us = measure(2000, () => {
      fork.call('okta', {
        path: `/api/v1/users?limit=100&after=${after}`,
        headers: { authorization },
      })
    })
    figures.push(us)
    report('page', { users: count, us })
  }
  report('page-ratio', { ratio: figures[1]! / figures[0]! })
}

function report(name: string, figures: Record<string, number>): void {
  console.log(JSON.stringify({ name, ...figures }))
}

const parts = { forks: measureForks, calls: measureCalls, pages: measurePages }
const part = process.argv[2] as keyof typeof parts
await parts[part]()
