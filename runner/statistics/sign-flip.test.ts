import { describe, expect, it } from 'vitest'
import { createChance, drawFraction } from '../../engine/chance.ts'
import { signFlip } from './sign-flip.ts'

describe('signFlip', () => {
  it('gives Fisher’s p for Darwin’s maize', () => {
    // The Design of Experiments (1935), §21: 15 pairs of plants, differences in eighths of an inch;
    // 1,726 of 2^15 sums are at least as far from zero: p = 0.0527.
    const maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    expect(signFlip(maize)).toBeCloseTo(1726 / 32768, 2)
    // The first 14 are few enough for all flips; counted here in another way.
    const few = maize.slice(0, 14)
    expect(signFlip(few)).toBeCloseTo(share(few), 12)
  })

  it('can prove nothing from fewer than six clusters', () => {
    expect(signFlip([1, 1, 1, 1, 1])).toBe(2 / 32)
    expect(signFlip([1, 1, 1, 1, 1, 1])).toBe(2 / 64)
    expect(signFlip([])).toBe(1)
    expect(signFlip([0, 0])).toBe(1)
    expect(signFlip([2, -2])).toBe(1)
  })

  it('errs no more often than it says where nothing changed', () => {
    const chance = createChance('sign-flip.test')
    let found = 0
    for (let run = 0; run < 400; run++) {
      // Trials of one scenario hang together: here they are all alike.
      const parts = Array.from({ length: 12 }, () => (drawFraction(chance) < 0.5 ? -10 : 10))
      if (signFlip(parts) <= 0.05) found++
    }
    expect(found / 400).toBeLessThan(0.08)
  })
})

/** The share of flips at least as far from zero, by the distribution of sums. */
function share(parts: readonly number[]): number {
  let sums = new Map([[0, 1]])
  for (const part of parts) {
    const next = new Map<number, number>()
    for (const [total, ways] of sums) {
      for (const to of [total + part, total - part]) next.set(to, (next.get(to) ?? 0) + ways)
    }
    sums = next
  }
  const found = Math.abs(parts.reduce((a, b) => a + b, 0))
  let beyond = 0
  for (const [total, ways] of sums) if (Math.abs(total) >= found) beyond += ways
  return beyond / 2 ** parts.length
}
