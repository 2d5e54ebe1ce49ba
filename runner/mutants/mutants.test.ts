import { describe, expect, it } from 'vitest'
import { refuse, type Call } from '../../engine/call.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { World } from '../../engine/world.ts'
import { board, notes } from '../../test/small-twin.ts'
import { boardBases, loaded } from '../testing/board-run.ts'
import { boardScenario, boardWorld, callBoard, subjectOf } from '../testing/board-stage.ts'
import { sample } from './find.ts'
import { rehearse, type Mutant } from './mutant.ts'
import { playMutantsOn, type MutantsRequest } from './play.ts'
import { hasNext, withoutLast, withoutNext } from './reply-parts.ts'
import { exitCodeOfMutants, type MutantsResult } from './result.ts'
import { breakPermission, breakUnique } from './rules.ts'
import { tellMutants } from './tell.ts'
import { argumentsOf, withArgument } from './values.ts'

/** Pins every note of an author, and says so once. */
const pinner = subjectOf(async (request, surroundings) =>
  pinAll(request.body, surroundings).catch(() => ({ status: 503 })),
)

async function pinAll(body: unknown, surroundings: Parameters<typeof callBoard>[0]) {
  const { author } = body as { author: string }
  const found = await callBoard(surroundings, 'GET', `/notes?limit=100&author=${author}`)
  if (!Array.isArray(found.body)) return { status: 502 }
  const list = found.body as { id: string; title: string }[]
  for (const { id, title } of list) {
    await callBoard(surroundings, 'PUT', `/notes/${id}`, { title, pinned: true })
  }
  const told = await callBoard(surroundings, 'POST', '/notes', { title: `${list.length} pinned` })
  return { status: told.status === 201 ? 200 : 503 }
}

const strict = boardScenario(async ({ given, subject, check, board, journal, changes }) => {
  const mine = [1, 2].map((n) => given.board.note({ title: `Note ${n}`, author: 'bo' }))
  changes.allow(
    'board.notes[+title=2 pinned]',
    ...mine.map(({ id }) => `board.notes[${id}].pinned`),
  )
  const { status } = await subject.post('/pin', { author: 'bo' })
  check('it is done', status, 200)
  for (const { id } of mine) check('it is pinned', board.get(`/notes/${id}`).body.pinned)
  check('told once', journal.calls('board', 'createNote').length, 1)
  const all = board.get('/notes?limit=100').body as { title: string }[]
  check('it is told', all.filter(({ title }) => title === '2 pinned').length, 1)
})

/** Looks at nothing but the answer, and accounts for everything. */
const lax = boardScenario(async ({ given, subject, check, changes }) => {
  given.board.note({ author: 'bo' })
  given.board.note({ author: 'bo' })
  changes.allow('board.notes[*]')
  check(
    'it answered',
    (await subject.post('/pin', { author: 'bo' })).status,
    (one: number) => one > 0,
  )
})

async function play(
  stories: Record<string, typeof strict>,
  rest: Partial<MutantsRequest> = {},
): Promise<MutantsResult> {
  const request: MutantsRequest = {
    paths: [],
    subjectFile: 'subject.json',
    seeds: ['1'],
    plans: ['none'],
    jobs: 2,
    most: 500,
    ...rest,
  }
  const scenarios = Object.entries(stories).map(([id, one]) => loaded(one, id))
  return playMutantsOn(request, { subject: pinner, bases: boardBases() }, scenarios)
}

const fateOf = ({ mutants }: MutantsResult, id: string): string | undefined =>
  mutants.find((one) => one.id === `board.${id}`)?.fate

describe('mutants', () => {
  it('are of the operations that are used, and a scenario that looks notices them', async () => {
    const result = await play({ strict })
    expect(new Set(result.mutants.map(({ op }) => op))).toEqual(
      new Set(['listNotes', 'changeNote', 'createNote']),
    )
    for (const id of [
      'listNotes:refused',
      'listNotes:short-list',
      'listNotes:ignores:author',
      'changeNote:no-effect',
      'changeNote:lost',
      'changeNote:forgets:board.notes.pinned',
      'createNote:no-effect',
      'createNote:forgets:board.notes.title',
      'changeNote:dropped',
      'createNote:dropped',
      'createNote:repeated',
      'changeNote:argument:title',
      'changeNote:argument:pinned',
      'createNote:argument:title',
    ]) {
      expect([id, fateOf(result, id)]).toEqual([id, 'noticed'])
    }
    // To pin what is pinned changes nothing.
    expect(fateOf(result, 'changeNote:repeated')).toBe('not reached')
    expect(fateOf(result, 'changeNote:after:board.createNote')).toBe('survived')
    expect(result.score).toBeGreaterThan(0.8)
    expect(result.interval!.low).toBeLessThan(result.score!)
    expect(exitCodeOfMutants(result)).toBe(0)
    expect(exitCodeOfMutants(result, 1)).toBe(1)
  })

  it('survive a scenario that hardly looks, which is named', async () => {
    const result = await play({ lax, strict })
    const blind = result.scenarios.find(({ scenario }) => scenario === 'lax')!
    expect(blind.noticed).toBe(0)
    expect(blind.missed).toBeGreaterThan(10)
    expect(fateOf(result, 'createNote:dropped')).toBe('noticed')
    expect(result.mutants.find(({ id }) => id === 'board.createNote:dropped')).toMatchObject({
      noticedBy: ['strict'],
      missedBy: ['lax'],
    })
    expect(exitCodeOfMutants(result)).toBe(1)
    expect(tellMutants(result)).toContain('! lax: noticed 0 of')
    const alone = await play({ lax })
    expect(alone.score).toBe(0)
    expect(tellMutants(alone)).toContain('board createNote is not called, as if it had been')
  })

  it('give the same every time, whatever the jobs, and are drawn from the seed', async () => {
    const [first, second] = [
      await play({ strict }, { jobs: 3 }),
      await play({ strict }, { jobs: 1 }),
    ]
    expect(second).toEqual(first)
    const few = await play({ strict }, { most: 4 })
    expect(few.mutants).toHaveLength(4)
    expect(few.found).toBe(first.found)
    const names = Array.from({ length: 30 }, (_one, i) => ({ id: String(i) }) as Mutant)
    expect(sample(names, 5, '1')).toEqual(sample(names, 5, '1'))
    expect(sample(names, 5, '1')).not.toEqual(sample(names, 5, '2'))
  })

  it('can be named, and what can not be judged is said', async () => {
    const one = await play({ strict }, { only: ['board.createNote:dropped', 'board.no:such'] })
    expect(one.mutants.map(({ id }) => id)).toEqual(['board.createNote:dropped'])
    expect(one.unknown).toEqual(['board.no:such'])
    const idle = boardScenario(({ check }) => void check('never', false))
    const nothing = await play({ idle })
    expect(nothing).toMatchObject({ score: null, unsound: [{ scenario: 'idle' }] })
    expect(exitCodeOfMutants(nothing)).toBe(3)
    const sides = await play({ strict }, { side: 'subject' })
    expect(new Set(sides.mutants.map(({ side }) => side))).toEqual(new Set(['subject']))
  })
})

describe('a broken rule', () => {
  const headers = { authorization: 'Bearer board-token', 'content-type': 'application/json' }
  const strike = (): void => {}

  it('lets a call be rehearsed without a trace', () => {
    const world = boardWorld().fork({ seed: 'one' })
    const call = { method: 'POST', path: '/notes', headers, body: { title: 'New' } }
    const rehearsed = rehearse(world, () => world.play('board', call))
    expect(rehearsed.reply.status).toBe(201)
    expect(world.journal.entries).toEqual([])
    expect(world.changes()).toEqual([])
    // The real one is the same to the last byte.
    expect(world.play('board', call).reply).toEqual(rehearsed.reply)
  })

  it('of permission is not checked', () => {
    const world = boardWorld().fork()
    const breaking = breakPermission(world, strike)
    const call = { path: '/notes?limit=1', headers: { authorization: 'Bearer nobody' } }
    const entry = breaking(call, (sent) => world.play('board', sent))
    expect(entry.reply.status).toBe(200)
    expect(entry.refusal).toBeUndefined()
    expect(world.journal.entries).toHaveLength(1)
  })

  it('of uniqueness is not enforced, and what is made has the taken name', () => {
    const unique = {
      ...board,
      behaviors: {
        ...board.behaviors,
        createNote: (exchange: Exchange) => {
          const { title } = exchange.body as { title: string }
          if (exchange.rows.all(notes).some((one) => one.title === title)) refuse('conflict')
          return board.behaviors['createNote']!(exchange)
        },
      },
    }
    const world = World.create({ twins: [unique] }).fork()
    const call = { method: 'POST', path: '/notes', headers, body: '{"title":"Same"}' }
    const play = (sent: Call) => world.play('board', sent)
    expect(play(call).reply.status).toBe(201)
    expect(play(call).reply.status).toBe(409)
    const entry = breakUnique(world, strike)(call, play)
    expect(entry.reply).toMatchObject({ status: 201, json: { title: 'Same' } })
    expect(entry.call).toBe(call)
    expect(world.rows.all(notes).filter(({ title }) => title === 'Same')).toHaveLength(2)
  })
})

describe('parts of replies and calls', () => {
  it('are a list and a pointer to the next page', () => {
    const reply = {
      status: 200,
      headers: {},
      json: { ok: true, members: [1, 2, 3], response_metadata: { next_cursor: 'abc' } },
    }
    expect(withoutLast(reply).json).toMatchObject({ members: [1, 2] })
    expect(hasNext(reply)).toBe(true)
    expect(withoutNext(reply).json).toMatchObject({ response_metadata: { next_cursor: '' } })
    expect(hasNext(withoutNext(reply))).toBe(false)
    const linked = {
      status: 200,
      headers: { link: ['<a>; rel="self"', '<b>; rel="next"'] },
      json: [1],
    }
    expect(withoutNext(linked).headers['link']).toEqual(['<a>; rel="self"'])
  })

  it('are arguments in the query, in JSON and in forms', () => {
    const form = {
      path: '/x?a=1',
      body: 'channel=C1&text=hi',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }
    expect(argumentsOf(form).map(({ path }) => path.join('.'))).toEqual([
      'query.a',
      'body.channel',
      'body.text',
    ])
    expect(withArgument(form, ['body', 'text'], 'ho').body).toBe('channel=C1&text=ho')
    expect(withArgument(form, ['query', 'a'], undefined).path).toBe('/x')
    const json = { path: '/x', body: '{"profile":{"login":"a"}}', headers: {} }
    expect(withArgument(json, ['body', 'profile', 'login'], 'b').body).toBe(
      '{"profile":{"login":"b"}}',
    )
  })
})
