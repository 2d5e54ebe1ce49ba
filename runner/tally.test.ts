import { describe, expect, it } from 'vitest'
import { UsageError } from '../engine/usage-error.ts'
import { findPlan } from './fault-plans.ts'
import { planTrials, shuffledOrder, type Planned } from './plan-trials.ts'
import { unseen } from './play-one.ts'
import { Tally, type StopRule } from './tally.ts'
import { boardScenario } from './testing/board-stage.ts'
import { because } from './verdict.ts'

const none = await findPlan('none')

function planOf(...ids: string[]): Planned[] {
  const scenarios = ids.map((id) => ({ id, file: `${id}.ts`, scenario: boardScenario(() => {}) }))
  return planTrials({ scenarios, plans: [none], seeds: ['1', '2', '3'] })
}

const good = (one: Planned) => unseen(one, 'satisfied', because('check', 'fine'))
const broken = (one: Planned) => ({
  id: one.loaded.id,
  file: one.loaded.file,
  error: new UsageError('Wrong.'),
})

/** Ends a run after so many trials, and remembers what it saw. */
function after(most: number): StopRule & { seen: string[] } {
  const seen: string[] = []
  return {
    seen,
    begin: () => void seen.splice(0),
    take: ({ id }) => {
      seen.push(id)
      return seen.length === most ? { by: 'gate', why: 'enough' } : undefined
    },
  }
}

describe('planTrials', () => {
  it('deals every trial to one shard', () => {
    const all = planOf('a', 'b', 'c')
    const space = { scenarios: all.map(({ loaded }) => loaded), plans: [none], seeds: ['1'] }
    const whole = planTrials(space).map(({ id }) => id)
    const parts = [1, 2, 3, 4].map((index) =>
      planTrials({ ...space, shard: { index, of: 4 } }).map(({ id }) => id),
    )
    expect(parts.flat().sort()).toEqual([...whole].sort())
    expect(parts.map(({ length }) => length)).toEqual([3, 2, 2, 2])
  })

  it('is shuffled alike every time, with every trial once', () => {
    const planned = planOf('a', 'b', 'c')
    const order = shuffledOrder(planned)
    expect(shuffledOrder(planned)).toEqual(order)
    expect(order).not.toEqual(planned.map((_one, i) => i))
    expect([...order].sort((a, b) => a - b)).toEqual(planned.map((_one, i) => i))
  })
})

describe('Tally', () => {
  const planned = planOf('a', 'b')
  const order = [4, 0, 3, 1, 5, 2]

  it('shows rules the trials in order, whatever order they ended in, and lets go what lies beyond the end', () => {
    const rule = after(3)
    const tally = new Tally(planned, order, [rule])
    for (const index of [5, 3, 0, 2]) tally.take(index, good(planned[index]!))
    expect(rule.seen).toEqual([])
    expect(tally.stopped).toBeUndefined()
    tally.take(4, good(planned[4]!))
    expect(rule.seen).toEqual(['b@2', 'a@1', 'b@1'])
    expect(tally.stopped).toEqual({ by: 'gate', why: 'enough' })
    const { trials, ...rest } = tally.end()
    expect(trials.map(({ id }) => id)).toEqual(['a@1', 'b@1', 'b@2'])
    expect(rest).toEqual({ broken: [], unplayed: 0, saved: 3 })
  })

  it('begins anew without a scenario that is broken', () => {
    const rule = after(2)
    const tally = new Tally(planned, order, [rule])
    tally.take(4, good(planned[4]!))
    // In the order, the mistake comes third: only then does it count.
    tally.take(3, broken(planned[3]!))
    expect(tally.isLost(planned[5]!)).toBe(false)
    tally.take(0, good(planned[0]!))
    expect(tally.stopped).toEqual({ by: 'gate', why: 'enough' })
    expect(tally.end().broken).toEqual([])

    const patient = after(3)
    const other = new Tally(planned, order, [patient])
    for (const index of [4, 0]) other.take(index, good(planned[index]!))
    other.take(3, broken(planned[3]!))
    expect(other.isLost(planned[5]!)).toBe(true)
    expect(patient.seen).toEqual(['a@1'])
    for (const index of [2, 1]) other.take(index, good(planned[index]!))
    expect(other.end()).toMatchObject({ broken: [{ id: 'b' }], unplayed: 0, saved: 0 })
    expect(other.end().trials.map(({ id }) => id)).toEqual(['a@1', 'a@2', 'a@3'])
  })

  it('keeps all that was played where no rule ends the run', () => {
    const tally = new Tally(planned, order, [])
    tally.take(5, good(planned[5]!))
    tally.take(1, good(planned[1]!))
    expect(tally.end()).toMatchObject({ trials: [{ id: 'a@2' }, { id: 'b@3' }], unplayed: 4 })
  })
})
