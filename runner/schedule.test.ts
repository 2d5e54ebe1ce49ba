import { describe, expect, it } from 'vitest'
import { board } from '../test/small-twin.ts'
import { UsageError } from '../engine/usage-error.ts'
import { Bases } from './bases.ts'
import { findPlan } from './fault-plans.ts'
import type { LoadedScenario } from './load-scenarios.ts'
import { playRun, type Run } from './schedule.ts'
import { scenario, type Scenario } from './scenario.ts'
import { boardScenario, callBoard, subjectOf } from './testing/board-stage.ts'

const bases = new Bases((name) => {
  if (name === 'board') return Promise.resolve(board as never)
  return Promise.reject(new UsageError(`There is no twin "${name}".`, { fix: 'Use "board".' }))
})
const adds = subjectOf(async (_request, world) => {
  const { status } = await callBoard(world, 'POST', '/notes', { title: 'Hi' })
  return { status }
})
const adding = boardScenario(async ({ subject, check, changes }) => {
  changes.allow('board.notes[+]')
  check('made', (await subject.run()).status, 201)
})

function loaded(id: string, one: Scenario): LoadedScenario {
  return { id, file: import.meta.filename, scenario: one }
}

async function runOf(rest: Partial<Run>): Promise<Run> {
  return {
    scenarios: [loaded('one', adding)],
    seeds: ['1'],
    plans: [await findPlan('none')],
    jobs: 1,
    subject: adds,
    bases,
    ...rest,
  }
}

describe('playRun', () => {
  it('plays every scenario with every plan and seed, in one order whatever the jobs', async () => {
    const wide = {
      scenarios: [loaded('a', adding), loaded('b', adding)],
      seeds: ['1', '2', '3'],
      plans: [await findPlan('none'), await findPlan('flaky')],
    }
    const one = await playRun(await runOf({ ...wide, jobs: 1 }))
    const many = await playRun(await runOf({ ...wide, jobs: 7 }))
    const ids = one.trials.map(({ id }) => id)
    expect(ids).toHaveLength(12)
    expect(ids.slice(0, 4)).toEqual(['a@1', 'a@2', 'a@3', 'a@1+flaky'])
    const still = (trials: typeof one.trials) => trials.map((trial) => ({ ...trial, wallMs: 0 }))
    expect(still(many.trials)).toEqual(still(one.trials))
    expect(one).toMatchObject({ broken: [], unplayed: 0 })
  })

  it('loses nobody else to a scenario that is wrong', async () => {
    const unknownTwin = scenario('X', { twins: ['bord'] }, () => {})
    const wrongWord = boardScenario(({ changes }) => changes.allow('board.nots[*]'))
    const { trials, broken } = await playRun(
      await runOf({
        scenarios: [
          loaded('bad-word', wrongWord),
          loaded('good', adding),
          loaded('x', unknownTwin),
        ],
        seeds: ['1', '2'],
      }),
    )
    expect(trials.map(({ id }) => id)).toEqual(['good@1', 'good@2'])
    expect(broken.map(({ id, error }) => [id, error.what])).toEqual([
      ['bad-word', '"board.nots[*]" names no table: there is no "board.nots".'],
      ['x', 'There is no twin "bord".'],
    ])
    expect(broken[1]!.error.where).toMatchObject({
      file: import.meta.filename,
      line: expect.any(Number),
    })
  })

  it('keeps what was played when it is interrupted', async () => {
    const controller = new AbortController()
    const { trials, unplayed } = await playRun(
      await runOf({
        seeds: Array.from({ length: 20 }, (_, i) => String(i)),
        signal: controller.signal,
        onTrial: (_result, done) => void (done === 5 && controller.abort()),
      }),
    )
    expect(trials).toHaveLength(5)
    expect(unplayed).toBe(15)
  })

  it('makes our own mistake cost one trial', async () => {
    const failing = { ...adds, open: () => Promise.reject(new Error('disk full')) }
    const { trials } = await playRun(await runOf({ subject: failing }))
    expect(trials).toMatchObject([
      {
        verdict: 'inconclusive',
        why: [{ text: expect.stringMatching(/^Backlot itself failed: Error: disk full/) }],
      },
    ])
  })
})
