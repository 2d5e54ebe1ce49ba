import { describe, expect, it } from 'vitest'
import { playSingle } from '../single-trial.ts'
import { singleTrial } from '../testing/board-run.ts'
import { boardScenario, callBoard, subjectOf } from '../testing/board-stage.ts'
import type { TrialResult } from '../trial-result.ts'
import { findParting } from './compare.ts'
import { Freezer } from './freeze.ts'
import { tellComparison, tellFrozen } from './tell.ts'

const pinTwo = subjectOf(async ({ body }, surroundings) => {
  const { first, second } = body as { first: string; second: string }
  const made = await callBoard(surroundings, 'POST', '/notes', { title: 'Made by me' })
  await callBoard(surroundings, 'PUT', `/notes/${first}`, { title: 'One', pinned: true })
  await callBoard(surroundings, 'DELETE', `/notes/${second}`)
  return { status: 200, body: { made: made.body['id'] } }
})

const story = boardScenario(async ({ given, subject, check, changes }) => {
  const first = given.board.note({ title: 'One' })
  const second = given.board.note({ title: 'Two' })
  changes.allow('board.notes[*]')
  const { status } = await subject.post('/pin', { first: first.id, second: second.id })
  check('it answered', status, 200)
})

async function playStory(): Promise<TrialResult> {
  return (await playSingle(await singleTrial(story, pinTwo)))!
}

describe('a replay until an exchange', () => {
  async function freezeAt(n: number): Promise<Freezer> {
    const freezer = new Freezer(n)
    const reached = new AbortController()
    const result = await playSingle(await singleTrial(story, pinTwo), {
      signal: reached.signal,
      onWorld: (world) => freezer.watch(world, () => reached.abort(new Error('reached'))),
    })
    expect(result).toBeUndefined()
    return freezer
  }

  it('stops there, and tells who wrote each row so far', async () => {
    const { frozen } = await freezeAt(3)
    expect(frozen!.exchanges.map(({ n, what }) => [n, what])).toEqual([
      [1, 'createNote'],
      [2, 'note.created'],
      [3, 'changeNote'],
    ])
    expect(frozen!.changes.map(({ kind, by }) => [kind, by])).toEqual([
      ['made', []],
      ['made', [1]],
      ['changed', [3]],
    ])
    expect(frozen!.changes[2]!.fields).toEqual([{ path: 'pinned', before: false, after: true }])
    expect(frozen!.exchanges[2]).toMatchObject({ status: 200, request: expect.any(String) })
  })

  it('keeps a world that can be looked into, as it stood then', async () => {
    const { frozen } = await freezeAt(3)
    const seen = frozen!.world.look('board', { path: '/notes?limit=100' }).json as {
      title: string
      pinned: boolean
    }[]
    expect(seen.filter(({ pinned }) => pinned).map(({ title }) => title)).toEqual(['One'])
    expect(seen.map(({ title }) => title)).toContain('Two')
    const before = frozen!.world.now()
    frozen!.world.look('board', { path: '/ping' })
    expect(frozen!.world.now()).toBe(before)
  })

  it('tells the exchange in full and the rows that differ', async () => {
    const { frozen } = await freezeAt(4)
    const told = tellFrozen('test/one@1', frozen!)
    expect(told).toContain('DELETE /notes/')
    expect(told).toMatch(/board\.notes n\w+ made \(by 1\)/)
    expect(told).not.toContain('"Two"')
  })
})

describe('a replay held against a recorded result', () => {
  it('is the same as far as the subject is', async () => {
    const [first, second] = [await playStory(), await playStory()]
    const recorded = JSON.parse(JSON.stringify(first)) as TrialResult
    expect(findParting(recorded, second)).toBeUndefined()
  })

  it('names the first exchange that differs, and how', async () => {
    const [recorded, replayed] = [await playStory(), await playStory()]
    const { exchanges } = recorded
    recorded.exchanges = exchanges.map((one) => (one.n === 3 ? { ...one, status: 503 } : one))
    expect(findParting(recorded, replayed)).toEqual({
      n: 3,
      what: 'status',
      recorded: 503,
      replayed: 200,
    })
    recorded.exchanges = exchanges.slice(0, 3)
    expect(findParting(recorded, replayed)).toMatchObject({ n: 4, what: 'more' })
    recorded.exchanges = exchanges
    recorded.requests[0]!.reply.body = { made: 'other' }
    expect(findParting(recorded, replayed)).toMatchObject({ what: 'answer' })
  })

  it('tells a subject that is not deterministic from one that was changed', () => {
    const parting = { n: 3, what: 'path', recorded: '/notes/a', replayed: '/notes/b' }
    const changed = tellComparison({ against: 'result.json', isSame: false, parting })
    expect(changed).toContain('exchange 3 differs in its path')
    expect(changed).toContain('has changed since')
    const nondeterministic = { ...parting, n: 2 }
    const random = tellComparison({ against: 'r.json', isSame: false, parting, nondeterministic })
    expect(random).toContain('The subject is not deterministic')
    expect(random).toContain('exchange 2')
  })
})
