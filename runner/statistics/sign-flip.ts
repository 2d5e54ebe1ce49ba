import { createChance, draw32 } from '../../engine/chance.ts'

/** With at most so many clusters, all flips are tried: the test is exact. */
const EXACT_MOST = 14
const FLIPS = 9999

/**
 * The paired permutation test over clusters: under the hypothesis that nothing changed, each cluster's
 * difference might as well have had the other sign. Returns the two-sided p: the share of all flips (of
 * 9,999 seeded ones, beyond 14 clusters) whose sum is at least as far from zero. Clusters of zero
 * difference say nothing and are left out. R. A. Fisher, "The Design of Experiments" (1935), §21; for
 * clusters M. Gail et al., Statistics in Medicine 15 (1996) 1069–1092; the count of the sample itself: B. Phipson and
 * G. Smyth, Statistical Applications in Genetics and Molecular Biology 9 (2010) 39.
 */
export function signFlip(differences: readonly number[], seed = 'sign-flip'): number {
  const parts = differences.filter((one) => one !== 0)
  const found = Math.abs(sum(parts)) - 1e-12
  if (parts.length === 0 || found <= 0) return 1
  if (parts.length <= EXACT_MOST) return exactly(parts, found)
  const chance = createChance(`sign-flip:${seed}`)
  let beyond = 1
  for (let i = 0; i < FLIPS; i++) {
    let total = 0
    let bits = 0
    for (let j = 0; j < parts.length; j++) {
      if (j % 32 === 0) bits = draw32(chance)
      total += bits & 1 ? parts[j]! : -parts[j]!
      bits >>>= 1
    }
    if (Math.abs(total) >= found) beyond++
  }
  return beyond / (FLIPS + 1)
}

function exactly(parts: readonly number[], found: number): number {
  const all = 2 ** parts.length
  let beyond = 0
  for (let mask = 0; mask < all; mask++) {
    let total = 0
    for (let j = 0; j < parts.length; j++) total += (mask >> j) & 1 ? parts[j]! : -parts[j]!
    if (Math.abs(total) >= found) beyond++
  }
  return beyond / all
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
