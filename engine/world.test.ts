import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { board, notes } from '../test/small-twin.ts'
import type { Call, Reply } from './call.ts'
import type { Fault } from './faults.ts'
import { World } from './world.ts'
import type { WorldOptions } from './world-options.ts'

const auth = { authorization: 'Bearer board-token' }

function create(options: Partial<WorldOptions> = {}) {
  return World.create({ twins: [board], seed: 'test', ...options })
}

function ask(world: World, method: string, path: string, body?: unknown): Reply {
  return world.call('board', { method, path, headers: auth, body })
}

function make(world: World, title = 'A note'): string {
  return (ask(world, 'POST', '/notes', { title }).json as { id: string }).id
}

function withFault(on: string, at: number, action: Fault['action'], times = 1) {
  return create({ faults: { name: 'test', faults: [{ on, at, action, times }] } })
}

describe('the path', () => {
  test('leads from a call through the behaviour to a stamped, journaled reply', () => {
    const world = create()
    const id = make(world)
    const reply = ask(world, 'GET', `/notes/${id}`)
    expect(reply.status).toBe(200)
    expect(reply.json).toMatchObject({ id, title: 'A note', author: 'ada.admin@acme.example' })
    expect(reply.headers).toMatchObject({
      'x-backlot-depth': 'behaved',
      'x-request-id': expect.any(String),
    })
    expect(world.journal.calls().map((one) => [one.n, one.op, one.reply.status])).toEqual([
      [1, 'createNote', 201],
      [3, 'getNote', 200],
    ])
  })

  test.each([
    ['an unknown path', { path: '/nope' }, 404, 'no-route'],
    ['a wrong method', { method: 'PATCH', path: '/notes' }, 405, 'no-method'],
    ['no token', { path: '/notes', headers: {} }, 401, 'unauthenticated'],
    [
      'a wrong token',
      { path: '/notes', headers: { authorization: 'Bearer x' } },
      401,
      'unauthenticated',
    ],
    ['broken JSON', { method: 'POST', path: '/notes', body: '{' }, 400, 'malformed-body'],
    ['no body', { method: 'POST', path: '/notes' }, 400, 'missing-body'],
    [
      'a body that breaks the contract',
      { method: 'POST', path: '/notes', body: { title: 5 } },
      422,
      'invalid',
    ],
    ['a parameter of the wrong type', { path: '/notes?limit=many' }, 422, 'invalid'],
    ['a parameter out of range', { path: '/notes?limit=0' }, 422, 'invalid'],
    ['an unknown id', { path: '/notes/none' }, 404, 'not-found'],
  ])(
    'refuses %s in the words of the service, stamped and journaled',
    (_name, call, status, kind) => {
      const world = create()
      const sent: Call = { headers: { ...auth, 'content-type': 'application/json' }, ...call }
      const reply = world.call('board', sent)
      expect(reply.status).toBe(status)
      expect(reply.json).toMatchObject({ error: kind })
      expect(reply.headers['x-request-id']).toBeDefined()
      expect(world.journal.calls()[0]).toMatchObject({ refusal: kind, reply })
    },
  )

  test('answers a loud 501 below the depth that is asked for', () => {
    const world = create({ minDepth: 'checked' })
    const reply = ask(world, 'GET', '/notes')
    expect(reply.status).toBe(501)
    expect(reply.headers['content-type']).toBe('application/vnd.backlot.not-implemented+json')
    expect(reply.json).toMatchObject({ operation: 'listNotes', depth: 'behaved' })
  })

  test('answers a loud 501 for an action whose effect nobody knows', () => {
    const world = create()
    const before = world.changes()
    expect(ask(world, 'POST', `/notes/${make(world)}/archive`).status).toBe(501)
    expect(world.changes().length).toBe(before.length + 1)
  })

  test('survives a twin that breaks, and says whose fault it was', () => {
    const crashing = { ...board, behaviors: { ...board.behaviors, ping: () => JSON.parse('{') } }
    const other = World.create({ twins: [crashing], seed: 'test' })
    const reply = other.call('board', { path: '/ping' })
    expect(reply.status).toBe(500)
    expect(reply.json).toMatchObject({ backlot: 'crash', operation: 'ping' })
    expect(JSON.stringify(reply.json), 'machine paths stay in the journal').not.toContain(
      '.test.ts',
    )
    expect(other.journal.calls()[0]!.crash).toContain('SyntaxError')
  })

  test('notes where our own reply leaves the contract', () => {
    const liar = {
      ...board,
      behaviors: {
        ...board.behaviors,
        getNote: () => ({ status: 200, headers: {}, json: { id: 5 } }),
      },
    }
    const world = World.create({ twins: [liar], seed: 'test' })
    ask(world, 'GET', '/notes/x')
    expect(world.journal.calls()[0]!.divergences).toEqual(
      expect.arrayContaining([expect.objectContaining({ pointer: '/id', rule: 'type' })]),
    )
  })
})

const call: fc.Arbitrary<Call> = fc.oneof(
  fc.constant<Call>({ path: '/notes?limit=3' }),
  fc.constant<Call>({ path: '/notes/none' }),
  fc.constant<Call>({ path: '/ping', headers: {} }),
  fc
    .string({ maxLength: 60 })
    .map((title): Call => ({ method: 'POST', path: '/notes', body: { title } })),
  fc.nat(12).map((n): Call => ({ method: 'DELETE', path: `#${n}` })),
  fc.nat(12).map((n): Call => ({ method: 'PUT', path: `#${n}`, body: { title: `changed ${n}` } })),
  fc.webPath().map((path): Call => ({ path })),
)

/** Plays calls; `#3` stands for the path of the third note there is at that moment. */
function play(world: World, calls: Call[]): string {
  const replies = calls.map((one) => {
    const at = /^#(\d+)$/.exec(one.path)
    const known = world.rows.all(notes)
    const path = at === null ? one.path : `/notes/${known[Number(at[1]) % (known.length || 1)]?.id}`
    return world.call('board', { headers: auth, ...one, path })
  })
  return JSON.stringify([replies, world.journal.entries, world.changes(), world.now()])
}

describe('a world', () => {
  test('gives the same bytes for the same seed and calls', () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 40 }), fc.string(), (calls, seed) => {
        const options = {
          faults: {
            name: 'f',
            faults: [{ on: 'write', at: 2, action: { kind: 'refuse', as: 'unavailable' } }],
          },
        } as const
        expect(play(create({ seed, ...options }), calls)).toBe(
          play(create({ seed, ...options }), calls),
        )
      }),
      { numRuns: 60 },
    )
  })

  test('forked with the same seed gives the same bytes, whatever its siblings did', () => {
    fc.assert(
      fc.property(
        fc.array(call, { maxLength: 30 }),
        fc.array(call, { maxLength: 30 }),
        (mine, others) => {
          const base = create()
          const first = play(base.fork({ seed: 'a' }), mine)
          play(base.fork({ seed: 'b' }), others)
          expect(play(base.fork({ seed: 'a' }), mine)).toBe(first)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('differs with the seed', () => {
    expect(make(create({ seed: 'a' }))).not.toBe(make(create({ seed: 'b' })))
  })

  test('tells its difference to the base, and which exchange made it', () => {
    const world = create().fork()
    const id = make(world)
    ask(world, 'PUT', `/notes/${id}`, { title: 'Changed' })
    expect(world.changes()).toEqual([
      {
        table: 'board.notes',
        id,
        after: expect.objectContaining({ title: 'Changed' }),
        by: [1, 3],
      },
    ])
  })

  test('goes back to a snapshot and then repeats itself', () => {
    const world = create()
    make(world)
    const then = world.snapshot()
    const once = [make(world), world.now(), ask(world, 'GET', '/notes').json]
    world.restore(then)
    expect([make(world), world.now(), ask(world, 'GET', '/notes').json]).toEqual(once)
  })

  test('is looked at without limits, faults, ticks or traces among the subject’s calls', () => {
    const world = create({ limits: true, minDepth: 'behaved' })
    for (let n = 0; n < 20; n++) {
      expect(world.look('board', { path: '/notes' }).status).toBe(200)
    }
    expect(world.journal.calls()).toEqual([])
    expect(world.now()).toBe(create().now())
  })

  test('forked under the seed of its origin draws other ids than its origin did', () => {
    const base = create({ seed: 'one' })
    const fork = base.fork({ seed: 'one' })
    expect(make(fork.fork({ seed: 'one' }))).toBe(
      make(base.fork({ seed: 'one' }).fork({ seed: 'one' })),
    )
    const made = make(fork)
    expect(fork.rows.all(notes).filter((one) => one.id === made)).toHaveLength(1)
    expect(make(fork.fork({ seed: 'one' }))).not.toBe(made)
  })
})

describe('time', () => {
  test('moves by a step with each call and jumps when told to', () => {
    const world = create({ start: 1000, stepMs: 10 })
    ask(world, 'GET', '/notes')
    expect(world.now()).toBe(1010)
    world.advance('31 days')
    expect(world.now()).toBe(1010 + 31 * 86_400_000)
    expect(() => world.advance('soon')).toThrow('"soon" is no length of time')
  })

  test('follows a wall that is handed in, until it is frozen', () => {
    let wall = 5
    const world = create({ start: 0, wall: () => wall })
    wall = 105
    expect(world.now()).toBe(100)
    for (let i = 0; i < 50; i++) ask(world, 'GET', '/notes')
    expect(world.now(), 'calls make it run ahead').toBe(100)
    world.freeze()
    wall = 500
    expect(world.now()).toBe(100)
  })

  test('fills rate limits again', () => {
    const world = create({ limits: true, stepMs: 0 })
    const statuses = () => Array.from({ length: 6 }, () => ask(world, 'GET', '/notes').status)
    expect(statuses()).toEqual([200, 200, 200, 200, 200, 429])
    const refused = ask(world, 'GET', '/notes')
    expect(refused.headers['retry-after']).toBe('12')
    world.advance('12 seconds')
    expect(ask(world, 'GET', '/notes').status).toBe(200)
    expect(ask(world, 'GET', '/notes').status).toBe(429)
  })
})

describe('a fault', () => {
  test('refuses in the words of the service, and nothing happened', () => {
    const world = withFault('createNote', 2, { kind: 'refuse', as: 'unavailable' })
    make(world)
    expect(ask(world, 'POST', '/notes', { title: 'x' })).toMatchObject({
      status: 503,
      json: { error: 'unavailable' },
    })
    expect(ask(world, 'POST', '/notes', { title: 'x' }).status).toBe(201)
    expect(world.changes().length).toBe(2 + 1 - 1)
  })

  test('holds a rate limit up until its time has passed', () => {
    const world = withFault('any', 1, { kind: 'refuse', as: 'limited', retryAfterMs: 2000 })
    expect(ask(world, 'GET', '/notes').headers['retry-after']).toBe('2')
    expect(ask(world, 'GET', '/notes').status).toBe(429)
    world.advance(2000)
    expect(ask(world, 'GET', '/notes').status).toBe(200)
  })

  test('loses a call before anything happened, or the answer after it did', () => {
    const before = withFault('write', 1, { kind: 'drop-before' })
    expect(ask(before, 'POST', '/notes', { title: 'x' }).transport).toEqual({ lost: true })
    expect(before.changes()).toEqual([])
    const after = withFault('write', 1, { kind: 'drop-after' })
    expect(ask(after, 'POST', '/notes', { title: 'x' }).transport).toEqual({ lost: true })
    expect(after.changes().length).toBe(1)
  })

  test('delays, slows, cuts and garbles what happened all the same', () => {
    const actions = [
      [{ kind: 'delay', ms: 9 }, { delayMs: 9 }],
      [{ kind: 'slow', bytesPerSecond: 7 }, { bytesPerSecond: 7 }],
      [{ kind: 'truncate', atByte: 3 }, { truncateAtByte: 3 }],
    ] as const
    for (const [action, transport] of actions) {
      expect(ask(withFault('read', 1, action), 'GET', '/notes')).toMatchObject({
        status: 200,
        transport,
      })
    }
    const reply = ask(withFault('read', 1, { kind: 'malformed' }), 'GET', '/notes')
    expect(() => JSON.parse(reply.text!)).toThrow('Unexpected token')
  })

  test('lets a read answer from the past, within its bound', () => {
    const world = withFault('getNote', 1, { kind: 'stale', behindMs: 5000 }, 2)
    world.advance(10_000)
    const id = make(world)
    expect(ask(world, 'GET', `/notes/${id}`).status).toBe(404)
    world.advance(6000)
    expect(ask(world, 'GET', `/notes/${id}`).status).toBe(200)
  })

  test('never lets it answer from longer ago than its bound, whoever wrote since', () => {
    const world = withFault('getNote', 2, { kind: 'stale', behindMs: 5000 }, 9)
    const id = make(world)
    ask(world, 'GET', `/notes/${id}`)
    world.advance(60_000)
    // By the scenario, of which no call of the subject tells.
    world.rows.update(notes, id, { title: 'By somebody else' })
    const title = (): unknown => (ask(world, 'GET', `/notes/${id}`).json as { title: string }).title
    expect(title()).not.toBe('By somebody else')
    world.advance(120_000)
    expect(title()).toBe('By somebody else')
  })

  test('delivers an event twice', () => {
    const world = withFault('event:note.created', 1, { kind: 'duplicate' })
    world.subscribe({ twin: 'board', url: 'http://127.0.0.1:1/', types: ['*'] })
    make(world)
    expect(world.takeDeliveries().map((one) => JSON.parse(one.request.body).type)).toEqual([
      'note.created',
      'note.created',
    ])
  })
})

describe('events', () => {
  test('are tried again as the service does, and then given up', () => {
    const world = create({ stepMs: 0 })
    world.subscribe({ twin: 'board', url: 'http://127.0.0.1:1/', types: ['note.created'] })
    make(world)
    const attempts: [number, number][] = []
    for (let n = 0; n < 5; n++) {
      for (const delivery of world.takeDeliveries()) {
        attempts.push([delivery.attempt, world.now()])
        world.delivered(delivery, 500)
      }
      world.advance(5000)
    }
    const start = attempts[0]![1]
    expect(attempts.map(([attempt, at]) => [attempt, at - start])).toEqual([
      [1, 0],
      [2, 5000],
      [3, 10_000],
    ])
    expect(world.nextDue()).toBeUndefined()
  })
})
