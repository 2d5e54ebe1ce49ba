import { describe, expect, it } from 'vitest'
import { findPlan } from './fault-plans.ts'
import { playList, type Listed } from './play-list.ts'
import { planTrials, type Planned } from './plan-trials.ts'
import { boardBases, loaded } from './testing/board-run.ts'
import { boardScenario, subjectOf } from './testing/board-stage.ts'

const asked = boardScenario(async ({ subject, check }) => {
  check('it answered', (await subject.post('/')).status, 200)
})
const plain = subjectOf(() => ({ status: 200 }))
const hanging = subjectOf(() => new Promise(() => {}))

async function plan(scenario = asked, seeds = ['1', '2', '3']): Promise<Planned[]> {
  return planTrials({ scenarios: [loaded(scenario)], plans: [await findPlan('none')], seeds })
}

describe('a list of trials', () => {
  it('is played one by one, each in its own way, and asks for the next only when one has ended', async () => {
    const seen: string[] = []
    const ended: string[] = []
    function* list(planned: Planned[]): Generator<Listed> {
      for (const one of planned) {
        expect(ended).toHaveLength(planned.indexOf(one))
        yield { planned: one, onWorld: (world) => void seen.push(world.seed) }
      }
    }
    const ground = { subject: plain, bases: boardBases() }
    await playList(list(await plan()), ground, {
      jobs: 1,
      onResult: ({ id }) => void ended.push(id),
    })
    expect(ended).toEqual(['test/one@1', 'test/one@2', 'test/one@3'])
    expect(seen).toEqual(ended)
  })

  it('gives up what takes longer than it may, and goes on', async () => {
    const told: string[] = []
    const list = (await plan()).map((planned) => ({ planned, limitMs: 60 }))
    const ground = { subject: hanging, bases: boardBases() }
    await playList(list, ground, {
      jobs: 2,
      onResult: ({ id }) => void told.push(`ended ${id}`),
      onLate: ({ planned }) => void told.push(`late ${planned.id}`),
    })
    expect(told.sort()).toEqual(['late test/one@1', 'late test/one@2', 'late test/one@3'])
  })

  it('ends with the mistake of a scenario, and when it is interrupted', async () => {
    const wrong = boardScenario(({ changes }) => changes.allow('nowhere[*]'))
    const ground = { subject: plain, bases: boardBases() }
    const list = (await plan(wrong)).map((planned) => ({ planned }))
    await expect(playList(list, ground, { jobs: 2, onResult: () => {} })).rejects.toThrow('nowhere')
    const ended: string[] = []
    const interrupt = new AbortController()
    const sound = (await plan()).map((planned) => ({ planned }))
    await playList(
      sound,
      { ...ground, signal: interrupt.signal },
      {
        jobs: 1,
        onResult: ({ id }) => {
          ended.push(id)
          interrupt.abort(new Error('enough'))
        },
      },
    )
    expect(ended).toEqual(['test/one@1'])
  })
})
