import { describe, expect, it } from 'vitest'
import { findPlan } from '../fault-plans.ts'
import { toResult } from '../report/result.ts'
import { summarize } from '../report/summary.ts'
import type { Scenario } from '../scenario.ts'
import { playRun } from '../schedule.ts'
import type { Subject } from '../subject/subject.ts'
import { nothingSubject } from '../subject/nothing.ts'
import { boardBases, loaded } from '../testing/board-run.ts'
import { boardScenario, callBoard, subjectOf } from '../testing/board-stage.ts'
import { controlWithMutants, type MutantControl } from './control.ts'

let plays = 0
const pinner = subjectOf(async ({ body }, surroundings) => {
  plays++
  const { id } = body as { id: string }
  const { status } = await callBoard(surroundings, 'PUT', `/notes/${id}`, {
    title: 'A',
    pinned: true,
  })
  return { status }
})

const sharp = boardScenario(async ({ given, subject, check, board, changes }) => {
  const note = given.board.note({ title: 'A' })
  changes.allow(`board.notes[${note.id}].pinned`)
  await subject.post('/pin', { id: note.id })
  check('it is pinned', board.get(`/notes/${note.id}`).body.pinned)
})

/** Fails for who does nothing, and sees nothing of what is done. */
const blind = boardScenario(async ({ given, subject, check, changes }) => {
  const note = given.board.note({ title: 'A' })
  changes.allow('board.notes[*]')
  const { body } = await subject.post('/pin', { id: note.id })
  check('it said nothing', body === undefined)
})

async function run(stories: Record<string, Scenario>, subject: Subject) {
  const scenarios = Object.entries(stories).map(([id, one]) => loaded(one, id))
  const ground = { bases: boardBases(), jobs: 2 }
  const plans = [await findPlan('none')]
  const space = { scenarios, seeds: ['1', '2'], plans }
  const { trials } = await playRun({ ...space, ...ground, subject })
  const { trials: controls } = await playRun({ ...space, ...ground, subject: nothingSubject })
  const control = (): Promise<MutantControl[]> =>
    controlWithMutants(scenarios, trials, { ...ground, subject })
  return { trials, controls, control }
}

describe('the mutant control', () => {
  it('ends at the first mutant that is noticed', async () => {
    const { control } = await run({ sharp }, pinner)
    plays = 0
    expect(await control()).toEqual([
      { scenario: 'sharp', outcome: 'noticed', mutant: 'board.changeNote:dropped', tried: 1 },
    ])
    // Once as it is, once with the mutant.
    expect(plays).toBe(2)
  })

  it('calls a scenario blind that notices none, and its trials are not counted', async () => {
    const { trials, controls, control } = await run({ sharp, blind }, pinner)
    const mutantControls = await control()
    expect(mutantControls.map(({ scenario, outcome }) => [scenario, outcome])).toEqual([
      ['sharp', 'noticed'],
      ['blind', 'blind'],
    ])
    const run1 = { seeds: ['1', '2'], plans: ['none'], jobs: 1, minDepth: 'spec' as const }
    const result = toResult({
      startedAt: '2026-01-01T00:00:00.000Z',
      wallMs: 1,
      version: '0',
      subject: pinner,
      subjectFile: 's.json',
      run: { ...run1, scenarios: ['sharp', 'blind'] },
      trials,
      controls: controls.filter(({ seed }) => seed === '1'),
      mutantControls,
      broken: [],
      unplayed: 0,
    })
    expect(result.measuringNothing).toEqual(['blind'])
    expect(result.score).toMatchObject({ satisfied: 2, scenarios: 1 })
    const told = summarize(result)
    expect(told).toContain('a call gone wrong is noticed in 1 of 2 scenarios')
    expect(told).toMatch(/blind measures nothing: it notices none of \d+ ways/)
  })

  it('costs no run when the subject can not be opened again', async () => {
    const broken = { ...pinner, open: () => Promise.reject(new Error('gone\nfor good')) }
    const { trials } = await run({ sharp }, pinner)
    const ground = { bases: boardBases(), jobs: 1, subject: broken }
    const [control] = await controlWithMutants([loaded(sharp, 'sharp')], trials, ground)
    expect(control).toMatchObject({ scenario: 'sharp', outcome: 'untried', tried: 0 })
  })

  it('says why it could not be tried', async () => {
    const idle = await run({ sharp }, nothingSubject)
    expect(await idle.control()).toEqual([
      { scenario: 'sharp', outcome: 'untried', tried: 0, why: 'no trial satisfies' },
    ])
    const looking = boardScenario(async ({ subject, check }) => {
      check('seen', (await subject.post('/look')).status, 201)
    })
    const reader = subjectOf(async (_request, surroundings) => {
      await callBoard(surroundings, 'GET', '/notes')
      return { status: 201 }
    })
    const { control } = await run({ looking }, reader)
    expect(await control()).toMatchObject([
      { outcome: 'untried', why: 'the subject makes no call that changes anything' },
    ])
  })
})
