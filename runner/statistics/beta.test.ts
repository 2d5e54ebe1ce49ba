import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { betaQuantile, incompleteBeta, logChoose } from './beta.ts'

interface JStat {
  ibeta: (x: number, a: number, b: number) => number
  beta: { inv: (p: number, a: number, b: number) => number }
  binomial: { cdf: (k: number, n: number, p: number) => number }
}

// It brings no types.
const { jStat } = createRequire(import.meta.url)('jstat') as { jStat: JStat }
const shapes = [0.5, 1, 2, 7.5, 30, 160]

describe('the incomplete beta function', () => {
  it('agrees with jstat', () => {
    for (const a of shapes) {
      for (const b of shapes) {
        for (const x of [0, 0.001, 0.1, 0.37, 0.5, 0.9, 0.999, 1]) {
          expect(incompleteBeta(x, a, b), `I_${x}(${a}, ${b})`).toBeCloseTo(
            jStat.ibeta(x, a, b),
            // Its own last digits are off for halves.
            6,
          )
        }
      }
    }
  })

  it('is turned around by its quantile, which agrees with jstat', () => {
    for (const a of shapes) {
      for (const b of shapes) {
        for (const p of [0.025, 0.4, 0.975]) {
          const x = betaQuantile(p, a, b)
          expect(incompleteBeta(x, a, b)).toBeCloseTo(p, 9)
          expect(x).toBeCloseTo(jStat.beta.inv(p, a, b), 6)
        }
      }
    }
  })

  it('is the tail of a binomial, for large numbers too', () => {
    for (const [k, n, p] of [
      [3, 10, 0.2],
      [480, 1000, 0.5],
      [9, 4000, 0.001],
    ] as const) {
      expect(1 - incompleteBeta(p, k + 1, n - k)).toBeCloseTo(jStat.binomial.cdf(k, n, p), 6)
    }
  })

  it('counts choices', () => {
    expect(Math.exp(logChoose(52, 5))).toBeCloseTo(2_598_960, 3)
  })
})
