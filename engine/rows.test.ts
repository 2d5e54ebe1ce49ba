import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLayout, Rows } from './rows.ts'
import { defineTable, key } from './table.ts'

interface User {
  id: string
  login: string
  team: string
  tags: string[]
}

const users = defineTable({
  name: 'test.users',
  id: (row: User) => row.id,
  indexes: {
    login: (row: User) => key(row.login),
    team: (row: User) => key(row.team, row.login),
    tag: (row: User) => row.tags.map((tag) => key(tag)),
  },
})

function create() {
  return Rows.create(createLayout([users]))
}

function user(n: number, change: Partial<User> = {}): User {
  return { id: `u${n}`, login: `login${n}`, team: `t${n % 3}`, tags: [], ...change }
}

type Step =
  | { do: 'put'; row: User }
  | { do: 'remove'; id: string }
  | { do: 'update'; id: string; change: Partial<User> }

const teams = fc.constantFrom('red', 'blue', 'green')
const tags = fc.uniqueArray(fc.constantFrom('a', 'b', 'c'))
const ids = fc.integer({ min: 0, max: 60 }).map((n) => `u${n}`)
const rows = fc.record({ id: ids, login: fc.string({ maxLength: 4 }), team: teams, tags })
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('put' as const), row: rows }),
  fc.record({ do: fc.constant('remove' as const), id: ids }),
  fc.record({
    do: fc.constant('update' as const),
    id: ids,
    change: fc.record({ team: teams, tags }),
  }),
)
const steps = fc.array(step, { maxLength: 200 })

/** Plays steps on rows and on a Map, whose order of insertion is the order rows promise. */
function play(on: Rows, model: Map<string, User>, list: Step[]) {
  for (const one of list) {
    if (one.do === 'put') {
      on.put(users, one.row)
      model.set(one.row.id, one.row)
    } else if (one.do === 'remove') {
      on.remove(users, one.id)
      model.delete(one.id)
    } else if (model.has(one.id)) {
      on.update(users, one.id, one.change)
      model.set(one.id, { ...model.get(one.id)!, ...one.change })
    }
  }
}

function expectSame(on: Rows, model: Map<string, User>) {
  const all = [...model.values()]
  expect(on.all(users)).toEqual(all)
  expect(on.all(users, { reverse: true })).toEqual(all.toReversed())
  expect(on.count(users)).toBe(all.length)
  for (const team of ['red', 'blue', 'green']) {
    const range = { index: 'team', equals: [team] } as const
    const expected = all.filter((one) => one.team === team)
    expect(on.count(users, range)).toBe(expected.length)
    expect(new Set(on.all(users, range))).toEqual(new Set(expected))
  }
  for (const tag of ['a', 'b', 'c']) {
    const expected = all.filter((one) => one.tags.includes(tag))
    expect(on.all(users, { index: 'tag', equals: tag })).toEqual(expected)
  }
}

describe('rows', () => {
  test('agree with a Map, in lists, counts and indexes, under any sequence of writes', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const [on, model] = [create(), new Map<string, User>()]
        play(on, model, list)
        expectSame(on, model)
      }),
      { numRuns: 60 },
    )
  })

  test('of forks, siblings and forks of forks never show in each other', () => {
    fc.assert(
      fc.property(steps, steps, steps, steps, (ground, left, right, later) => {
        const [base, baseModel] = [create(), new Map<string, User>()]
        play(base, baseModel, ground)
        const [one, oneModel] = [base.fork(), new Map(baseModel)]
        const [two, twoModel] = [base.fork(), new Map(baseModel)]
        play(one, oneModel, left)
        const [child, childModel] = [one.fork(), new Map(oneModel)]
        play(two, twoModel, right)
        play(child, childModel, right)
        play(base, baseModel, later)
        play(one, oneModel, later)
        expectSame(base, baseModel)
        expectSame(one, oneModel)
        expectSame(two, twoModel)
        expectSame(child, childModel)
      }),
      { numRuns: 40 },
    )
  })

  test('tell exactly how they differ from what they were forked from', () => {
    fc.assert(
      fc.property(steps, steps, (ground, list) => {
        const [base, model] = [create(), new Map<string, User>()]
        play(base, model, ground)
        const before = new Map(model)
        const fork = base.fork()
        play(fork, model, list)
        const touched = new Map(fork.changes().map((one) => [one.id, one]))
        for (const id of new Set([...before.keys(), ...model.keys()])) {
          if (before.get(id) === model.get(id)) continue
          expect(touched.get(id)).toMatchObject({ table: 'test.users', id })
          expect(touched.get(id)!.before).toEqual(before.get(id))
          expect(touched.get(id)!.after).toEqual(model.get(id))
        }
        expect(base.changes().length).toBeLessThanOrEqual(before.size + ground.length)
      }),
      { numRuns: 60 },
    )
  })

  test('say who wrote', () => {
    const on = create()
    on.insert(users, user(1))
    on.writer = 7
    on.update(users, 'u1', { team: 'x' })
    on.update(users, 'u1', { team: 'y' })
    on.writer = 9
    on.update(users, 'u1', { team: 'z' })
    expect(on.changes()).toEqual([
      { table: 'test.users', id: 'u1', after: user(1, { team: 'z' }), by: ['given', 7, 9] },
    ])
  })

  test('page by offset, behind a row, backwards, and inside a range', () => {
    const on = create()
    for (let n = 0; n < 100; n++) on.insert(users, user(n))
    const idsOf = (list: User[]) => list.map((one) => one.id)
    expect(idsOf(on.page(users, { offset: 97, limit: 5 }))).toEqual(['u97', 'u98', 'u99'])
    expect(idsOf(on.page(users, { after: 'u41', limit: 2 }))).toEqual(['u42', 'u43'])
    expect(idsOf(on.page(users, { after: 'u41', limit: 2, reverse: true }))).toEqual(['u40', 'u39'])
    const red = { index: 'team', equals: ['t1'], limit: 2 } as const
    const first = on.page(users, red)
    expect(idsOf(first)).toEqual(['u1', 'u10'])
    expect(idsOf(on.page(users, { ...red, after: 'u10' }))).toEqual(['u13', 'u16'])
    expect(on.page(users, { ...red, after: 'u0' })).toEqual([])
  })

  test('page from one key up to another', () => {
    const on = create()
    for (let n = 0; n < 100; n++) on.insert(users, user(n))
    const between = { index: 'team', from: ['t1'], to: ['t2'], limit: 100 } as const
    const inTeam = on.all(users, { index: 'team', equals: ['t1'] })
    expect(on.page(users, between)).toEqual(inTeam)
    expect(on.page(users, { ...between, reverse: true })).toEqual([...inTeam].reverse())
    expect(on.count(users, { ...between, to: ['t1'] })).toBe(0)
    expect(on.count(users, { ...between, from: ['t3'] })).toBe(0)
  })

  test('keep a hostile key from posing as another', () => {
    const on = create()
    on.insert(users, user(1, { team: 'a\u0001b', login: 'c' }))
    on.insert(users, user(2, { team: 'a', login: 'b\u0000c' }))
    expect(on.all(users, { index: 'team', equals: ['a'] }).map((one) => one.id)).toEqual(['u2'])
    expect(on.all(users, { index: 'team', equals: ['a', 'b'] })).toEqual([])
  })

  test('go back to a snapshot, changes included', () => {
    const on = create()
    on.insert(users, user(1))
    const past = on.snapshot()
    on.remove(users, 'u1')
    on.insert(users, user(2))
    on.restore(past)
    expect(on.all(users)).toEqual([user(1)])
    expect(on.changes().map((one) => one.id)).toEqual(['u1'])
    on.insert(users, user(3))
    on.restore(past)
    expect(on.count(users)).toBe(1)
  })

  test('refuse what would be our own mistake', () => {
    const on = create()
    on.insert(users, user(1))
    expect(() => on.insert(users, user(1))).toThrow('test.users has a row "u1" already')
    expect(() => on.update(users, 'u2', {})).toThrow('no row "u2" to update')
    expect(() => on.update(users, 'u1', { id: 'u9' })).toThrow('must not change the id')
  })
})
