import { betaQuantile, incompleteBeta, logChoose } from './beta.ts'

/**
 * Clopper and Pearson's interval for `yes` of `n` independent trials: covers the truth at least
 * `confidence` of the time, whatever it is. C. J. Clopper and E. S. Pearson, Biometrika 26 (1934) 404–413;
 * method 5 in R. G. Newcombe, Statistics in Medicine 17 (1998) 857–872.
 */
export function clopperPearson(
  yes: number,
  n: number,
  confidence = 0.95,
): { low: number; high: number } {
  const half = (1 - confidence) / 2
  return {
    low: yes === 0 ? 0 : betaQuantile(half, yes, n - yes + 1),
    high: yes === n ? 1 : betaQuantile(1 - half, yes + 1, n - yes),
  }
}

/**
 * McNemar's test in its exact form: how likely a split at least as uneven as `won` to `lost` is where
 * either is as likely as the other; two-sided. Q. McNemar, Psychometrika 12 (1947) 153–157.
 */
export function mcNemarExact(won: number, lost: number): number {
  const n = won + lost
  if (n === 0) return 1
  const fewer = Math.min(won, lost)
  if (2 * fewer === n) return 1
  // P(X ≤ fewer) of a binomial with one half is a beta's.
  return Math.min(1, 2 * incompleteBeta(0.5, n - fewer, fewer + 1))
}

/** A table of two runs: how many were satisfied of how many. */
export interface TwoCounts {
  before: { yes: number; n: number }
  after: { yes: number; n: number }
}

/**
 * Fisher's exact test, two-sided: the chance of all tables with the same margins that are no likelier
 * than this one. R. A. Fisher, "The Design of Experiments" (1935), §11.
 */
export function fisherExact({ before, after }: TwoCounts): number {
  const yes = before.yes + after.yes
  const all = before.n + after.n
  const whole = logChoose(all, yes)
  const chanceOf = (k: number): number =>
    Math.exp(logChoose(after.n, k) + logChoose(before.n, yes - k) - whole)
  const here = chanceOf(after.yes)
  let sum = 0
  for (let k = Math.max(0, yes - before.n); k <= Math.min(after.n, yes); k++) {
    const chance = chanceOf(k)
    // Tables of equal chance must count, whatever the last bits say.
    if (chance <= here * (1 + 1e-7)) sum += chance
  }
  return Math.min(1, sum)
}
