import { describe, expect, it } from 'vitest'
import { findFaultProblem } from '../faults/actions.ts'
import type { Fault } from '../../engine/faults.ts'
import { playSingle } from '../single-trial.ts'
import { loaded, planOf, singleTrial } from '../testing/board-run.ts'
import { boardScenario, callBoard, subjectOf } from '../testing/board-stage.ts'
import { Attempts } from './attempts.ts'
import { joinCuts } from './cut.ts'
import { ddmin } from './ddmin.ts'
import { simplerFaults } from './parts.ts'
import { shrinkTrial } from './shrink.ts'

describe('ddmin', () => {
  async function minimize(all: string, needs: string): Promise<[string, number]> {
    let tests = 0
    const left = await ddmin([...all], (some) => {
      tests++
      return Promise.resolve([...needs].every((one) => some.includes(one)))
    })
    return [left.join(''), tests]
  }

  it('finds what it takes to fail, and nothing else', async () => {
    for (const needs of ['', 'a', 'h', 'ah', 'cde', 'bdfh', 'abcdefgh']) {
      const [left] = await minimize('abcdefgh', needs)
      expect(left).toBe(needs)
    }
  })

  it('needs few tests where a single part is to blame', async () => {
    const letters = 'abcdefghijklmnopqrstuvwxyzABCDEF'
    const [left, tests] = await minimize(letters, 'k')
    expect(left).toBe('k')
    expect(tests).toBeLessThan(20)
  })
})

// Pins a note, tries again once when the answer is lost, and so writes twice; a slow answer is no matter.
const hasty = subjectOf(async ({ body }, surroundings) => {
  const { title } = body as { title: string }
  for (let tries = 0; tries < 2; tries++) {
    const reply = await callBoard(surroundings, 'POST', '/notes', { title }).catch(() => undefined)
    if (reply?.status === 201) return { status: 200 }
  }
  return { status: 503 }
})

const told = boardScenario(async ({ given, subject, check, board, changes }) => {
  const note = given.board.note({ title: 'Fire drill', pinned: true })
  given.board.note({ title: 'Nobody cares', author: 'a passer-by' })
  changes.allow('board.notes[+]')
  await subject.post('/tell', { title: `About ${note.title}` })
  const seen = board.get(`/notes?limit=100`).body as { title: string }[]
  const about = seen.filter(({ title }) => title === 'About Fire drill')
  check('it is told once', about.length, 1)
  check('what it is about is there', board.get(`/notes/${note.id}`).status, 200)
})

const noise: Fault[] = [
  { on: 'listNotes', at: 1, action: { kind: 'malformed' } },
  { on: 'any', at: 4, action: { kind: 'delay', ms: 200 } },
  { on: 'write', at: 1, times: 1, action: { kind: 'drop-after' } },
  { on: 'any', at: 7, action: { kind: 'drop-before' } },
]

async function shrinkTold(options: { tries?: number; reason?: string } = {}) {
  const trial = await singleTrial(told, hasty, planOf('noisy', noise))
  return shrinkTrial(trial, { tries: 400, ...options })
}

describe('shrinking a trial', () => {
  it('leaves the one fault that it fails from, in its plainest form', async () => {
    const { parts, before, after, reason } = await shrinkTold()
    expect(reason.key).toBe('not so: it is told once')
    expect(parts.faults).toEqual([{ on: 'write', at: 1, action: { kind: 'drop-after' } }])
    expect([before.faults, after.faults]).toEqual([4, 1])
  })

  it('leaves out the rows and the words that the failure does not need, and keeps the others', async () => {
    const { parts, after, isMinimal } = await shrinkTold()
    expect(parts.cut.given).toEqual(['board.note#2'])
    expect(parts.cut.fields).toEqual(['board.note#1.pinned'])
    expect(after).toMatchObject({ given: 1, fields: 1, rows: 0 })
    expect(isMinimal).toBe(true)
  })

  it('gives a trial that fails in the same way, alone', async () => {
    const { parts } = await shrinkTold()
    const trial = await singleTrial(told, hasty)
    const attempts = new Attempts(trial, { most: 1 })
    const result = await attempts.play(parts)
    expect(result!.why.map(({ key }) => key)).toEqual(['not so: it is told once'])
    expect((await playSingle(trial))!.verdict).toBe('satisfied')
  })

  it('stops when its tries are used up, and says that there may be less', async () => {
    const { tries, isMinimal, parts } = await shrinkTold({ tries: 3 })
    expect(tries).toBe(3)
    expect(isMinimal).toBe(false)
    expect(parts.faults.length).toBeGreaterThan(0)
  })

  it('says what a trial that does not fail is, and which failures there are', async () => {
    const sound = await singleTrial(told, hasty)
    await expect(shrinkTrial(sound, { tries: 9 })).rejects.toThrow('it is satisfied')
    await expect(shrinkTold({ reason: 'no such' })).rejects.toThrow('it is told once')
  })
})

describe('a plan that leaves data out', () => {
  it('keeps the ids of what is still given', async () => {
    const ids: string[] = []
    const twice = boardScenario(async ({ given, check, board }) => {
      const [first, second] = [given.board.note({}), given.board.note({})]
      ids.push(first.id, second.id)
      check('the second is there', board.get(`/notes/${second.id}`).status, 200)
      check('the first is not', board.get(`/notes/${first.id}`).status, 404)
    })
    const trial = await singleTrial(twice, hasty)
    trial.scenario = loaded(twice)
    await playSingle(trial)
    const attempts = new Attempts(trial, { most: 1 })
    const result = await attempts.play({ faults: [], cut: { given: ['board.note#1'] } })
    expect(ids.slice(0, 2)).toEqual(ids.slice(2))
    expect(result!.verdict).toBe('satisfied')
  })

  it('may be joined with others', () => {
    const plans = [
      { cut: { given: ['a.b#1'] } },
      {},
      { cut: { given: ['a.b#1', 'a.b#2'], rows: ['t[1]'] } },
    ]
    const joined = joinCuts(plans.map((one) => ({ name: '', faults: [], ...one })))
    expect(joined).toEqual({ cut: { rows: ['t[1]'], given: ['a.b#1', 'a.b#2'] } })
    expect(joinCuts([{ name: '', faults: [] }])).toEqual({})
  })

  it('names a row that no world begins with', async () => {
    const trial = await singleTrial(told, hasty)
    const draw = () => ({ name: 'cut', faults: [], cut: { rows: ['board.notes[n0]'] } })
    await expect(playSingle(trial, { plan: { name: 'cut', draw } })).rejects.toThrow(
      'board.notes[n0]',
    )
    // To a shrinking, that is no trial at all.
    const attempts = new Attempts(trial, { most: 1 })
    expect(await attempts.play({ faults: [], cut: draw().cut })).toBeUndefined()
    expect(attempts.interrupted).toBe(false)
  })
})

describe('simpler forms of a fault', () => {
  it('are all such as a plan file may hold', () => {
    const fault: Fault = {
      twin: 'board',
      on: 'any',
      at: 3,
      times: 5,
      forMs: 9000,
      action: { kind: 'refuse', as: 'limited', retryAfterMs: 2000 },
    }
    const forms = simplerFaults(fault)
    expect(forms.length).toBeGreaterThan(5)
    for (const form of forms) expect(findFaultProblem(form, 'must')).toBeUndefined()
    expect(forms).toContainEqual({ ...fault, times: 2 })
    expect(forms.every(({ at }) => at === 3)).toBe(true)
  })
})
