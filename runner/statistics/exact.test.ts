import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { clopperPearson, fisherExact, mcNemarExact } from './exact.ts'

interface JStat {
  beta: { inv: (p: number, a: number, b: number) => number }
  binomial: { cdf: (k: number, n: number, p: number) => number }
  hypgeom: { pdf: (k: number, all: number, yes: number, drawn: number) => number }
}

// It brings no types.
const { jStat } = createRequire(import.meta.url)('jstat') as { jStat: JStat }

describe('clopperPearson', () => {
  // Newcombe (1998), Table I, method 5.
  it.each([
    [81, 263, 0.2527, 0.3676],
    [15, 148, 0.0578, 0.1617],
    [0, 20, 0, 0.1684],
    [1, 29, 0.0009, 0.1776],
  ])('gives Newcombe’s figures for %i of %i', (yes, n, low, high) => {
    const found = clopperPearson(yes, n)
    expect(found.low).toBeCloseTo(low, 4)
    expect(found.high).toBeCloseTo(high, 4)
  })

  it('covers the truth as often as it says, by summing over all outcomes', () => {
    for (const p of [0.01, 0.2, 0.5, 0.93]) {
      for (const n of [5, 20, 60]) {
        let covered = 0
        for (let k = 0; k <= n; k++) {
          const { low, high } = clopperPearson(k, n)
          const chance =
            jStat.binomial.cdf(k, n, p) - (k === 0 ? 0 : jStat.binomial.cdf(k - 1, n, p))
          if (low <= p && p <= high) covered += chance
        }
        expect(covered).toBeGreaterThanOrEqual(0.95)
      }
    }
  })

  it('agrees with jstat at other confidences', () => {
    expect(clopperPearson(7, 31, 0.99).low).toBeCloseTo(jStat.beta.inv(0.005, 7, 25), 6)
    expect(clopperPearson(7, 31, 0.99).high).toBeCloseTo(jStat.beta.inv(0.995, 8, 24), 6)
  })
})

describe('mcNemarExact', () => {
  it('is twice the tail of a binomial', () => {
    for (const [won, lost] of [
      [1, 0],
      [5, 0],
      [6, 0],
      [10, 3],
      [3, 10],
      [40, 61],
    ] as const) {
      const tail = 2 * jStat.binomial.cdf(Math.min(won, lost), won + lost, 0.5)
      expect(mcNemarExact(won, lost)).toBeCloseTo(Math.min(1, tail), 9)
    }
    expect(mcNemarExact(0, 0)).toBe(1)
    expect(mcNemarExact(4, 4)).toBe(1)
  })
})

describe('fisherExact', () => {
  it('gives the published answer for the tea lady', () => {
    // Fisher (1935): eight cups, three of four found: two-sided 34 of 70.
    const tea = { before: { yes: 1, n: 4 }, after: { yes: 3, n: 4 } }
    expect(fisherExact(tea)).toBeCloseTo(34 / 70, 9)
  })

  it('sums the likelier tables as jstat weighs them', () => {
    for (const [a, n1, b, n2] of [
      [8, 10, 2, 10],
      [30, 40, 20, 41],
      [5, 5, 0, 7],
      [3, 30, 3, 30],
    ] as const) {
      const weigh = (k: number): number => jStat.hypgeom.pdf(k, n1 + n2, a + b, n2)
      let sum = 0
      for (let k = Math.max(0, a + b - n1); k <= Math.min(n2, a + b); k++) {
        if (weigh(k) <= weigh(b) * (1 + 1e-7)) sum += weigh(k)
      }
      const table = { before: { yes: a, n: n1 }, after: { yes: b, n: n2 } }
      expect(fisherExact(table)).toBeCloseTo(sum, 6)
    }
  })
})
