import fc from 'fast-check'
import { expect, it } from 'vitest'
import { attackers } from './attackers.ts'
import {
  climb,
  ladderFor,
  nothingTold,
  plainExcess,
  worstExcess,
  type Rung,
  type Told,
} from './ladder.ts'
import { playAttack } from './simulate.ts'

it('derives its step from the number of cases', () => {
  expect([1, 4, 25, 100, 400].map((n) => ladderFor(n, 10).step)).toEqual([
    1,
    1 / 2,
    1 / 5,
    1 / 10,
    1 / 20,
  ])
})

it('tells a score when it beats the best by a step, rounded down, and nothing else', () => {
  const ladder = ladderFor(100, 6)
  const scores = [0.52, 0.58, 0.6, 0.44, 1, 0.2, 0.9]
  const rungs: Rung[] = []
  let told: Told = nothingTold
  for (const score of scores) {
    const step = climb(ladder, told, score)
    rungs.push(step.rung)
    told = step.told
  }
  expect(rungs).toEqual([
    { kind: 'improved', best: 0.5, questionsLeft: 5 },
    { kind: 'unchanged', best: 0.5, questionsLeft: 4 },
    { kind: 'improved', best: 0.6, questionsLeft: 3 },
    { kind: 'unchanged', best: 0.6, questionsLeft: 2 },
    { kind: 'improved', best: 1, questionsLeft: 1 },
    { kind: 'unchanged', best: 1, questionsLeft: 0 },
    { kind: 'refused', best: 1, questionsLeft: 0 },
  ])
})

it('never tells more than was scored, nor two scores within a step', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 }),
      (cases, scores) => {
        const ladder = ladderFor(cases, scores.length)
        let told: Told = nothingTold
        let highest = 0
        for (const score of scores) {
          highest = Math.max(highest, score)
          const before = told.best
          const step = climb(ladder, told, score)
          told = step.told
          expect(told.best!).toBeLessThanOrEqual(highest + 1e-6)
          if (before !== null && told.best !== before) {
            expect(told.best! - before).toBeGreaterThanOrEqual(ladder.step - 1e-6)
          }
        }
      },
    ),
  )
})

it('states bounds that shrink with the set and grow with the questions', () => {
  const [small, big] = [ladderFor(100, 50), ladderFor(10_000, 50)]
  expect(worstExcess(small)).toBeGreaterThan(worstExcess(big))
  expect(plainExcess(ladderFor(100, 1000))).toBeGreaterThan(plainExcess(small))
  // ln(50 / 0.05) = 6.9078; √(6.9078 / 200) = 0.18585.
  expect(plainExcess(small)).toBeCloseTo(0.18585, 4)
})

it.each(attackers.map((one) => [one.name, one] as const))(
  'leaves %s far behind what full scores give away',
  (_name, attacker) => {
    const ladder = ladderFor(100, 1000)
    const last = (feedback: 'naive' | 'ladder', seed: string): number =>
      playAttack(attacker, ladder, feedback, seed).at(-1)!
    const seeds = ['a', 'b', 'c', 'd', 'e']
    const mean = (feedback: 'naive' | 'ladder'): number =>
      seeds.reduce((sum, seed) => sum + last(feedback, seed), 0) / seeds.length
    expect(mean('naive')).toBeGreaterThan(0.3)
    expect(mean('ladder')).toBeLessThan(0.15)
  },
)
