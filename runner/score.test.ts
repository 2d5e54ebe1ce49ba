import { describe, expect, it } from 'vitest'
import { createChance, drawFraction } from '../engine/chance.ts'
import { bootstrap, passHatK, scoreTrials, wilson, type Scored } from './score.ts'

function trials(
  scenario: string,
  satisfied: number,
  unsatisfied: number,
  inconclusive = 0,
): Scored[] {
  return [
    ...Array.from({ length: satisfied }, () => ({ scenario, verdict: 'satisfied' as const })),
    ...Array.from({ length: unsatisfied }, () => ({ scenario, verdict: 'unsatisfied' as const })),
    ...Array.from({ length: inconclusive }, () => ({ scenario, verdict: 'inconclusive' as const })),
  ]
}

describe('wilson', () => {
  // Newcombe 1998, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('gives the published interval for %i of %i', (yes, n, low, high) => {
    const interval = wilson(yes, n)
    expect(interval.low).toBeCloseTo(low, 4)
    expect(interval.high).toBeCloseTo(high, 4)
  })

  it('is the mirror image for the complement', () => {
    const one = wilson(3, 10)
    const other = wilson(7, 10)
    expect(one.low).toBeCloseTo(1 - other.high, 12)
    expect(one.high).toBeCloseTo(1 - other.low, 12)
    expect(wilson(10, 10).high).toBe(1)
  })
})

describe('bootstrap', () => {
  it('agrees with the normal approximation where every trial stands alone', () => {
    const clusters = Array.from({ length: 400 }, (_, i) => [i < 300])
    const { low, high } = bootstrap(clusters, 'x')
    const reach = 1.96 * Math.sqrt((0.75 * 0.25) / 400)
    expect(low).toBeCloseTo(0.75 - reach, 1)
    expect(high).toBeCloseTo(0.75 + reach, 1)
    expect(Math.abs(high - low - 2 * reach)).toBeLessThan(0.015)
  })

  it('is as wide as the scenarios differ, however many trials each has', () => {
    const [yes, no] = [
      Array.from({ length: 50 }, () => true),
      Array.from({ length: 50 }, () => false),
    ]
    const clusters = [
      ...Array.from({ length: 6 }, () => yes),
      ...Array.from({ length: 4 }, () => no),
    ]
    const { low, high } = bootstrap(clusters, 'x')
    // As ten independent trials of which six hold, not as five hundred.
    expect(low).toBeCloseTo(0.3, 1)
    expect(high).toBeCloseTo(0.9, 1)
  })

  it('gives the same interval for the same seed', () => {
    const clusters = [[true, false], [true], [false, false, true]]
    expect(bootstrap(clusters, 'a')).toEqual(bootstrap(clusters, 'a'))
  })

  it('covers the truth about as often as it says', () => {
    const chance = createChance('coverage')
    let covered = 0
    for (let i = 0; i < 200; i++) {
      // Scenarios differ: half hold always, half two times in five. The truth is 0.7.
      const clusters = Array.from({ length: 24 }, () => {
        const rate = drawFraction(chance) < 0.5 ? 1 : 0.4
        return Array.from({ length: 5 }, () => drawFraction(chance) < rate)
      })
      const { low, high } = bootstrap(clusters, String(i), 400)
      if (low <= 0.7 && 0.7 <= high) covered++
    }
    expect(covered).toBeGreaterThanOrEqual(180)
    expect(covered).toBeLessThan(200)
  })
})

describe('the bootstrap against every resample there is', () => {
  /** The distribution of the pooled fraction over all ways to draw clusters, then outcomes in each. */
  function enumerate(clusters: readonly (readonly boolean[])[]): { at: number; weight: number }[] {
    const n = clusters.length
    const weights = new Map<number, number>()
    const walk = (left: number, yes: number, size: number, weight: number): void => {
      if (left === 0) {
        const at = yes / size
        weights.set(at, (weights.get(at) ?? 0) + weight)
        return
      }
      for (const outcomes of clusters) {
        // Every sequence of draws with replacement, one outcome at a time.
        const draw = (more: number, hits: number, chance: number): void => {
          if (more === 0) return walk(left - 1, yes + hits, size + outcomes.length, chance)
          for (const one of outcomes) draw(more - 1, hits + (one ? 1 : 0), chance / outcomes.length)
        }
        draw(outcomes.length, 0, weight / n)
      }
    }
    walk(n, 0, 0, 1)
    return [...weights].map(([at, weight]) => ({ at, weight })).sort((a, b) => a.at - b.at)
  }

  /** Between which values the quantile must lie when each resample is one draw: five standard errors wide. */
  function around(all: { at: number; weight: number }[], q: number, resamples: number) {
    const slack = 5 * Math.sqrt((q * (1 - q)) / resamples)
    const quantile = (p: number): number => {
      let sum = 0
      for (const { at, weight } of all) if ((sum += weight) >= p - 1e-12) return at
      return all.at(-1)!.at
    }
    return [quantile(Math.max(0, q - slack)), quantile(Math.min(1, q + slack))] as const
  }

  const [y, n] = [true, false]
  it.each([
    [
      [
        [y, n],
        [y, y],
        [n, n],
      ],
    ],
    [[[y], [n], [y]]],
    [[[y, y, n], [n], [y, n]]],
    [
      [
        [y, n, n, n],
        [y, y, y, n],
      ],
    ],
    [[[y], [y, n], [y, n, n], [n]]],
  ])('agrees for %j', (clusters) => {
    const all = enumerate(clusters)
    expect(all.reduce((sum, one) => sum + one.weight, 0)).toBeCloseTo(1, 9)
    const resamples = 20_000
    const { low, high } = bootstrap(clusters, 'exact', resamples)
    const [lowest, lowmost] = around(all, 0.025, resamples)
    expect(low).toBeGreaterThanOrEqual(lowest)
    expect(low).toBeLessThanOrEqual(lowmost)
    const [highest, highmost] = around(all, 0.975, resamples)
    expect(high).toBeGreaterThanOrEqual(highest)
    expect(high).toBeLessThanOrEqual(highmost)
  })
})

describe('wilson against its definition', () => {
  it('ends where the score test just rejects', () => {
    for (const [yes, n] of [
      [1, 3],
      [7, 9],
      [50, 120],
      [0, 5],
      [5, 5],
    ] as const) {
      const { low, high } = wilson(yes, n)
      const z = (p: number) => (yes / n - p) / Math.sqrt((p * (1 - p)) / n)
      if (yes > 0) expect(z(low)).toBeCloseTo(1.959964, 5)
      if (yes < n) expect(z(high)).toBeCloseTo(-1.959964, 5)
    }
  })
})

describe('scoreTrials', () => {
  it('counts inconclusive trials as neither', () => {
    const score = scoreTrials([...trials('a', 3, 1, 2), ...trials('b', 2, 2)])
    expect(score).toMatchObject({ satisfied: 5, unsatisfied: 3, inconclusive: 2, scenarios: 2 })
    expect(score.satisfaction).toBe(5 / 8)
    expect(score.interval!.method).toBe('bootstrap')
    expect(score.interval!.low).toBeLessThan(5 / 8)
    expect(score.interval!.high).toBeGreaterThan(5 / 8)
  })

  it('uses Wilson where there is one scenario', () => {
    expect(scoreTrials(trials('a', 15, 133)).interval).toMatchObject({ method: 'wilson' })
    expect(scoreTrials(trials('a', 15, 133)).interval!.high).toBeCloseTo(0.1605, 4)
  })

  it('never claims certainty because nothing failed yet', () => {
    const all = [...trials('a', 50, 0), ...trials('b', 50, 0), ...trials('c', 50, 0)]
    const { satisfaction, interval } = scoreTrials(all)
    expect(satisfaction).toBe(1)
    expect(interval).toEqual({ ...wilson(3, 3), method: 'wilson-scenarios' })
    expect(interval!.low).toBeLessThan(0.5)
  })

  it('has no number when nothing was conclusive', () => {
    expect(scoreTrials(trials('a', 0, 0, 3))).toMatchObject({ satisfaction: null, interval: null })
    expect(scoreTrials([])).toMatchObject({ satisfaction: null, interval: null })
  })
})

describe('passHatK', () => {
  it('is the chance that k trials in a row satisfy, averaged over scenarios', () => {
    // C(3,2)/C(4,2) = 3/6 and C(4,2)/C(4,2) = 1.
    const all = [...trials('a', 3, 1), ...trials('b', 4, 0)]
    expect(passHatK(all, 1)).toBeCloseTo((0.75 + 1) / 2, 12)
    expect(passHatK(all, 2)).toBeCloseTo((0.5 + 1) / 2, 12)
    expect(passHatK(all, 4)).toBeCloseTo((0 + 1) / 2, 12)
  })

  it('is what counting every choice of k trials gives', () => {
    const chance = createChance('choices')
    for (let round = 0; round < 20; round++) {
      const sets = ['a', 'b', 'c'].map(() =>
        Array.from(
          { length: 4 + Math.floor(drawFraction(chance) * 4) },
          () => drawFraction(chance) < 0.7,
        ),
      )
      const all = sets.flatMap((outcomes, i) => {
        const yes = outcomes.filter(Boolean).length
        return trials(String(i), yes, outcomes.length - yes)
      })
      for (const k of [1, 2, 3, 4]) {
        const shares = sets.map((outcomes) => {
          let [held, count] = [0, 0]
          for (let mask = 0; mask < 1 << outcomes.length; mask++) {
            const chosen = outcomes.filter((_one, i) => (mask >> i) & 1)
            if (chosen.length !== k) continue
            count++
            if (chosen.every(Boolean)) held++
          }
          return held / count
        })
        expect(passHatK(all, k)).toBeCloseTo((shares[0]! + shares[1]! + shares[2]!) / 3, 12)
      }
    }
  })

  it('is unknown with fewer than k trials', () => {
    expect(passHatK(trials('a', 2, 0), 3)).toBeNull()
    expect(passHatK([], 1)).toBeNull()
  })
})

describe('the exact interval', () => {
  it('goes with the score of one scenario, and with no other', () => {
    const one = Array.from({ length: 20 }, () => ({
      scenario: 'a',
      verdict: 'unsatisfied' as const,
    }))
    // Newcombe 1998, table I, method 5: 0 of 20.
    expect(scoreTrials(one).exact!.high).toBeCloseTo(0.1684, 4)
    expect(scoreTrials([...one, { scenario: 'b', verdict: 'satisfied' }])).not.toHaveProperty(
      'exact',
    )
    expect(scoreTrials([])).not.toHaveProperty('exact')
  })
})
