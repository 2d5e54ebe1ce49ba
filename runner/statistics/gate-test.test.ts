import { describe, expect, it } from 'vitest'
import { createChance, drawFraction, type Chance } from '../../engine/chance.ts'
import { GateTest, type GateAnswer, type GateOptions } from './gate-test.ts'

const usual: GateOptions = { at: 0.9, alpha: 0.05, beta: 0.05 }

/** The answer for outcomes in their order, and after how many it came. */
function ask(
  outcomes: readonly (boolean | undefined)[],
  options = usual,
): { answer: GateAnswer; after: number } {
  const test = new GateTest(options, outcomes.length)
  let after = 0
  while (test.answer === undefined) test.add(outcomes[after++])
  return { answer: test.answer, after }
}

function shuffled<T>(values: readonly T[], chance: Chance): T[] {
  const out = [...values]
  for (let i = out.length - 1; i > 0; i--) {
    const j = Math.floor(drawFraction(chance) * (i + 1))
    ;[out[i], out[j]] = [out[j]!, out[i]!]
  }
  return out
}

describe('GateTest', () => {
  it('ends early where all trials agree', () => {
    const all = ask(Array.from({ length: 2000 }, () => true))
    expect(all.answer).toBe('pass')
    // Nobody can be surer sooner: 0.9 to the 28th is still above 0.05.
    expect(all.after).toBeGreaterThan(28)
    // As docs/trials.md says.
    expect(all.after).toBe(33)
    const none = ask(Array.from({ length: 2000 }, () => false))
    expect(none).toEqual({ answer: 'fail', after: expect.any(Number) })
    expect(none.after).toBeLessThan(4)
  })

  it('says what the whole run says when it gets to its end, or when nothing can change any more', () => {
    const nine = [true, false, true, true, true, true, true, true, true, true]
    expect(ask(nine)).toEqual({ answer: 'pass', after: 10 })
    expect(ask([...nine.slice(0, 9), false])).toEqual({ answer: 'fail', after: 10 })
    expect(ask([false, false, ...nine.slice(2)]).answer).toBe('fail')
    expect(ask([true, true, true, false, false], { ...usual, at: 0.6 }).after).toBe(3)
    expect(ask([true, true, false, true], { ...usual, at: 1 })).toEqual({
      answer: 'fail',
      after: 3,
    })
    expect(ask([true, true], { ...usual, at: 1 })).toEqual({ answer: 'pass', after: 2 })
  })

  it('counts inconclusive trials as neither', () => {
    const outcomes = [true, undefined, true, undefined, true, true, false, undefined]
    const options = { at: 0.75, alpha: 1e-9, beta: 1e-9 }
    expect(ask(outcomes, options).answer).toBe('pass')
    expect(ask(outcomes, { ...options, at: 0.85 }).answer).toBe('fail')
    expect(ask([undefined, undefined], options)).toEqual({ answer: 'pass', after: 2 })
  })

  it('is a mixture of Wald’s probability ratios where the run has no end', () => {
    // A. Wald, "Sequential Analysis" (1947), §5.2: each success multiplies the ratio by p1/p0, each failure by
    // (1 − p1)/(1 − p0); the ratio of either hypothesis may reach 1/error with a chance of at most that error.
    const ratio = (p0: number, odds: number, yes: number, no: number): number => {
      const p1 = (odds * p0) / (odds * p0 + 1 - p0)
      return (p1 / p0) ** yes * ((1 - p1) / (1 - p0)) ** no
    }
    const passes = (yes: number, no: number): number =>
      [1.3, 2, 4, 10, 200].reduce(
        (sum, odds, i) => sum + [0.1, 0.1, 0.15, 0.25, 0.4][i]! * ratio(0.9, odds, yes, no),
        0,
      )
    const fails = (yes: number, no: number): number =>
      [1.3, 2, 4, 10, 50].reduce((sum, odds) => sum + 0.2 * ratio(0.1, odds, no, yes), 0)
    for (const every of [2, 5, 40, 1000]) {
      const test = new GateTest(usual, 1e12)
      let [yes, no] = [0, 0]
      while (test.answer === undefined) {
        const good = (yes + no + 1) % every !== 0
        expect(passes(yes, no)).toBeLessThan(20)
        expect(fails(yes, no)).toBeLessThan(20)
        test.add(good)
        if (good) yes++
        else no++
      }
      expect(test.answer).toBe(every > 10 ? 'pass' : 'fail')
      expect((test.answer === 'pass' ? passes : fails)(yes, no)).toBeGreaterThan(20)
    }
  })

  it('errs no more often than alpha and beta in any population: all orders of small ones', () => {
    for (const at of [0.5, 0.7, 0.9]) {
      for (const yes of [5, 7, 8, 10, 11, 13]) {
        const options = { at, alpha: 0.25, beta: 0.15 }
        const truth: GateAnswer = yes >= at * 14 - 1e-9 ? 'pass' : 'fail'
        let [all, wrong] = [0, 0]
        for (const order of ordersOf(14, yes)) {
          all++
          if (ask(order, options).answer !== truth) wrong++
        }
        expect(wrong / all).toBeLessThanOrEqual(truth === 'pass' ? options.beta : options.alpha)
      }
    }
  })

  it('errs no more often where trials hang together by scenario, and saves most of them', () => {
    const chance = createChance('gate-test')
    for (const { satisfied, truth } of [
      { satisfied: 0.895, truth: 'fail' },
      { satisfied: 0.9, truth: 'pass' },
    ] as const) {
      // 40 scenarios × 25 trials; most are satisfied throughout, a few never: as dependent as can be.
      const outcomes = Array.from({ length: 1000 }, (_, i) => i < satisfied * 1000)
      let wrong = 0
      for (let run = 0; run < 600; run++) {
        if (ask(shuffled(outcomes, chance)).answer !== truth) wrong++
      }
      // Three standard errors of 600 runs above 0.05.
      expect(wrong / 600, truth).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 600))
    }
    const clearly = Array.from({ length: 1000 }, (_, i) => i < 700)
    const played = Array.from({ length: 100 }, () => ask(shuffled(clearly, chance)))
    expect(played.every(({ answer }) => answer === 'fail')).toBe(true)
    expect(played.reduce((sum, { after }) => sum + after, 0) / 100).toBeLessThan(60)
  })
})

/** Every order of `yes` successes among `n`. */
function* ordersOf(n: number, yes: number): Generator<boolean[]> {
  if (n === 0) return yield []
  if (yes > 0) for (const rest of ordersOf(n - 1, yes - 1)) yield [true, ...rest]
  if (yes < n) for (const rest of ordersOf(n - 1, yes)) yield [false, ...rest]
}
