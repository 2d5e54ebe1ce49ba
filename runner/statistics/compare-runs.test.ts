import { describe, expect, it } from 'vitest'
import { createChance, drawFraction } from '../../engine/chance.ts'
import type { Verdict } from '../trial-result.ts'
import { compareRuns, type Compared } from './compare-runs.ts'

/** Trials `scenario@seed` with what a rule says of each. */
function runOf(
  scenarios: number,
  seeds: number,
  rule: (scenario: number, seed: number) => boolean | undefined,
  first = 0,
): Compared[] {
  return Array.from({ length: scenarios * seeds }, (_, i) => {
    const [scenario, seed] = [Math.floor(i / seeds), first + (i % seeds)]
    const said = rule(scenario, seed)
    const verdict: Verdict =
      said === undefined ? 'inconclusive' : said ? 'satisfied' : 'unsatisfied'
    return { id: `s${scenario}@${seed}`, scenario: `s${scenario}`, verdict }
  })
}

describe('compareRuns', () => {
  it('tells better from worse where the same trials were played, by whole scenarios', () => {
    const before = runOf(10, 5, () => false)
    const after = runOf(10, 5, (scenario) => scenario < 8)
    const change = compareRuns(before, after)
    expect(change).toMatchObject({
      verdict: 'better',
      difference: 0.8,
      p: 2 / 256,
      test: 'cluster-permutation',
      trials: 50,
      scenarios: 10,
      lost: [],
    })
    expect(change.won).toHaveLength(40)
    expect(compareRuns(after, before)).toMatchObject({
      verdict: 'worse',
      difference: -0.8,
      won: [],
    })
  })

  it('is not fooled by many trials of few scenarios', () => {
    // Five scenarios changed, three for the better: five observations, not two hundred and fifty.
    const before = runOf(20, 50, (scenario) => scenario % 2 === 0)
    const after = runOf(20, 50, (scenario) =>
      scenario < 6 && scenario !== 4 ? scenario % 2 === 1 : scenario % 2 === 0 || scenario === 7,
    )
    const change = compareRuns(before, after)
    expect(change.won).toHaveLength(200)
    expect(change.lost).toHaveLength(100)
    expect(change).toMatchObject({ verdict: 'cannot-tell', test: 'cluster-permutation' })
    expect(change.p).toBeGreaterThan(0.3)
  })

  it('goes by single trials where few scenarios differ, and says so', () => {
    const before = runOf(3, 20, () => true)
    const after = runOf(3, 20, (scenario) => scenario > 0)
    const change = compareRuns(before, after)
    expect(change).toMatchObject({ verdict: 'worse', test: 'mcnemar' })
    expect(change.p).toBeCloseTo(2 / 2 ** 20, 12)
    const five = runOf(3, 20, (scenario, seed) => scenario > 0 || seed >= 5)
    expect(compareRuns(before, five)).toMatchObject({ verdict: 'cannot-tell' })
    expect(compareRuns(before, five).p).toBeCloseTo(1 / 16, 12)
  })

  it('compares other seeds of the same scenarios by scenario', () => {
    const before = runOf(9, 10, () => false)
    const after = runOf(9, 10, (_scenario, seed) => seed % 2 === 0, 100)
    expect(compareRuns(before, after)).toMatchObject({
      verdict: 'better',
      difference: 0.5,
      test: 'scenario-permutation',
      p: 2 / 512,
      won: [],
    })
    const few = compareRuns(
      runOf(2, 10, () => false),
      runOf(2, 10, () => true, 100),
    )
    expect(few).toMatchObject({ verdict: 'better', test: 'fisher', trials: 20, scenarios: 2 })
    expect(few.p).toBeLessThan(1e-9)
  })

  it('pairs what is there when most of the trials are the same', () => {
    const before = runOf(8, 4, () => true)
    const after = runOf(8, 5, () => false)
    expect(compareRuns(before, after)).toMatchObject({ test: 'cluster-permutation', trials: 32 })
    expect(
      compareRuns(
        before,
        runOf(8, 40, () => false),
      ).test,
    ).toBe('scenario-permutation')
  })

  it('cannot tell when nothing differs, nothing is shared, or nothing is conclusive', () => {
    const one = runOf(4, 3, (scenario) => scenario > 0)
    expect(compareRuns(one, one)).toMatchObject({ verdict: 'cannot-tell', difference: 0, p: 1 })
    const other = one.map((trial) => ({ ...trial, id: `x${trial.id}`, scenario: 'x' }))
    expect(compareRuns(one, other)).toMatchObject({ verdict: 'cannot-tell', test: 'none' })
    const dark = runOf(4, 3, () => undefined)
    expect(compareRuns(dark, dark)).toMatchObject({ verdict: 'cannot-tell', difference: null })
  })

  it('errs no more often than it says where scenarios differ but the subject did not change', () => {
    const chance = createChance('compare-runs')
    let found = 0
    for (let round = 0; round < 300; round++) {
      const rates = Array.from({ length: 12 }, () => drawFraction(chance))
      const draw = (scenario: number): boolean => drawFraction(chance) < rates[scenario]!
      if (compareRuns(runOf(12, 10, draw), runOf(12, 10, draw)).verdict !== 'cannot-tell') found++
    }
    expect(found / 300).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 300))
  })
})
