import { createChance, drawFraction } from '../engine/chance.ts'
import { clopperPearson } from './statistics/exact.ts'
import type { Verdict } from './trial-result.ts'

/** What a score is made from: one trial's scenario and verdict. */
export interface Scored {
  scenario: string
  verdict: Verdict
}

/** The fraction of trials that satisfied the user, and how sure it is. */
export interface Score {
  satisfied: number
  unsatisfied: number
  /** Counted as neither. */
  inconclusive: number
  scenarios: number
  /** satisfied / (satisfied + unsatisfied); null when nothing was conclusive. */
  satisfaction: number | null
  /** Of 95 %. */
  interval: Interval | null
  /** Clopper and Pearson's, of one scenario's trials: at least 95 %, whatever the truth. */
  exact?: { low: number; high: number }
}

export interface Interval {
  low: number
  high: number
  /** `bootstrap`: scenarios resampled, then trials. `wilson`: one scenario's trials. `wilson-scenarios`: scenarios that all agree. */
  method: 'bootstrap' | 'wilson' | 'wilson-scenarios'
}

/** The two-sided 95 % point of the normal distribution. */
const Z95 = 1.959963984540054
const RESAMPLES = 2000

/**
 * Scores trials. Those of one scenario are not independent, so the interval comes from resampling
 * scenarios first and then their trials. One scenario alone has no such spread: Wilson's interval
 * over its trials. Nor have scenarios that all agree to the last trial (every resample would say
 * 100 %): Wilson's over the scenarios, as if each were a single trial.
 */
export function scoreTrials(trials: readonly Scored[], seed = 'score'): Score {
  const clusters = new Map<string, boolean[]>()
  const counts = { satisfied: 0, unsatisfied: 0, inconclusive: 0 }
  for (const { scenario, verdict } of trials) {
    counts[verdict]++
    if (verdict === 'inconclusive') continue
    const outcomes = clusters.get(scenario)
    if (outcomes === undefined) clusters.set(scenario, [verdict === 'satisfied'])
    else outcomes.push(verdict === 'satisfied')
  }
  const { satisfied, unsatisfied } = counts
  const conclusive = satisfied + unsatisfied
  const scenarios = new Set(trials.map((one) => one.scenario)).size
  if (conclusive === 0) return { ...counts, scenarios, satisfaction: null, interval: null }
  const satisfaction = satisfied / conclusive
  const interval = intervalOf([...clusters.values()], seed)
  const score = { ...counts, scenarios, satisfaction, interval }
  return clusters.size > 1 ? score : { ...score, exact: clopperPearson(satisfied, conclusive) }
}

function intervalOf(clusters: readonly (readonly boolean[])[], seed: string): Interval {
  const all = clusters.flat()
  const yes = all.filter(Boolean).length
  if (clusters.length === 1) return { ...wilson(yes, all.length), method: 'wilson' }
  if (yes === 0 || yes === all.length) {
    const n = clusters.length
    return { ...wilson(yes === 0 ? 0 : n, n), method: 'wilson-scenarios' }
  }
  return { ...bootstrap(clusters, seed), method: 'bootstrap' }
}

/**
 * Wilson's score interval for `yes` of `n`. E. B. Wilson, "Probable inference, the law of
 * succession, and statistical inference", JASA 22 (1927) 209–212; as method 3 in R. G. Newcombe,
 * "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998) 857–872.
 */
export function wilson(yes: number, n: number, z = Z95): { low: number; high: number } {
  const p = yes / n
  const zz = (z * z) / n
  const middle = p + zz / 2
  const reach = z * Math.sqrt((p * (1 - p)) / n + zz / (4 * n))
  return {
    low: yes === 0 ? 0 : Math.max(0, (middle - reach) / (1 + zz)),
    high: yes === n ? 1 : Math.min(1, (middle + reach) / (1 + zz)),
  }
}

/**
 * The two-stage bootstrap for clustered data: resample clusters with replacement, then outcomes
 * within each; the 2.5 and 97.5 percentiles of the pooled fraction. A. C. Davison and D. V. Hinkley,
 * "Bootstrap Methods and their Application" (1997), §3.8 and §5.3.
 */
export function bootstrap(
  clusters: readonly (readonly boolean[])[],
  seed: string,
  resamples = RESAMPLES,
): { low: number; high: number } {
  const chance = createChance(`bootstrap:${seed}`)
  const rates = clusters.map((outcomes) => outcomes.filter(Boolean).length / outcomes.length)
  const fractions = new Float64Array(resamples)
  for (let i = 0; i < resamples; i++) {
    let yes = 0
    let n = 0
    for (let j = 0; j < clusters.length; j++) {
      const pick = Math.floor(drawFraction(chance) * clusters.length)
      const size = clusters[pick]!.length
      // Drawing an outcome with replacement is a draw with the cluster's own rate.
      for (let k = 0; k < size; k++) if (drawFraction(chance) < rates[pick]!) yes++
      n += size
    }
    fractions[i] = yes / n
  }
  fractions.sort()
  return {
    low: fractions[Math.floor(0.025 * resamples)]!,
    high: fractions[Math.ceil(0.975 * resamples) - 1]!,
  }
}

/**
 * pass^k: the chance that all of `k` trials of a scenario satisfy, averaged over scenarios, by the
 * unbiased estimate C(yes, k) / C(n, k). S. Yao et al., "τ-bench" (arXiv 2406.12045, 2024), §3.
 * Null when some scenario has fewer than `k` conclusive trials.
 */
export function passHatK(trials: readonly Scored[], k: number): number | null {
  const counts = new Map<string, { yes: number; n: number }>()
  for (const { scenario, verdict } of trials) {
    if (verdict === 'inconclusive') continue
    const count = counts.get(scenario) ?? { yes: 0, n: 0 }
    counts.set(scenario, { yes: count.yes + (verdict === 'satisfied' ? 1 : 0), n: count.n + 1 })
  }
  if (counts.size === 0) return null
  let sum = 0
  for (const { yes, n } of counts.values()) {
    if (n < k) return null
    let chance = 1
    for (let i = 0; i < k; i++) chance *= Math.max(0, yes - i) / (n - i)
    sum += chance
  }
  return sum / counts.size
}
