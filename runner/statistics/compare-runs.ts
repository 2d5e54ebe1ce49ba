import type { Scored } from '../score.ts'
import { fisherExact, mcNemarExact } from './exact.ts'
import { signFlip } from './sign-flip.ts'

/** A trial's verdict with what tells that another run played the same. */
export interface Compared extends Scored {
  id: string
}

/** What became of a subject between two runs, and how sure that is. */
export interface Change {
  verdict: 'better' | 'worse' | 'cannot-tell'
  /** Satisfaction now less satisfaction then, over what both runs played; null where that is nothing. */
  difference: number | null
  /** Two-sided: how often chance alone would show as much. */
  p: number
  test: ChangeTest
  /** Trials that both runs played to a conclusion, or for the unpaired tests those of this run. */
  trials: number
  /** Scenarios that were compared. */
  scenarios: number
  /** Trials that satisfy now and did not then, and the other way round; of paired trials only. */
  won: string[]
  lost: string[]
}

export type ChangeTest =
  | 'cluster-permutation'
  | 'mcnemar'
  | 'scenario-permutation'
  | 'fisher'
  | 'none'

/** Fewer scenarios than this can't prove anything by their signs: 2 / 2^5 is above 0.05. */
const CLUSTERS_LEAST = 6
const ALPHA = 0.05

/**
 * Holds the trials of a run against those of an earlier one. Where both played the same trials they are
 * compared pair by pair, otherwise scenario by scenario. Trials of a scenario hang together, so
 * whole scenarios change sides in the test; with fewer than six that differ, all in one direction, it is over single
 * trials, and speaks of these scenarios only. Inconclusive trials are left out.
 */
export function compareRuns(before: readonly Compared[], after: readonly Compared[]): Change {
  const earlier = new Map(conclusive(before).map((one) => [one.id, one]))
  const now = conclusive(after)
  const pairs = now.filter(({ id }) => earlier.has(id))
  const isPaired = 2 * pairs.length >= Math.max(earlier.size, now.length) && pairs.length > 0
  return isPaired ? comparePairs(pairs, earlier) : compareScenarios([...earlier.values()], now)
}

function comparePairs(pairs: readonly Compared[], earlier: ReadonlyMap<string, Compared>): Change {
  const won: string[] = []
  const lost: string[] = []
  const sums = new Map<string, number>()
  for (const { id, scenario, verdict } of pairs) {
    const step = (verdict === 'satisfied' ? 1 : 0) - (isSatisfied(earlier.get(id)!) ? 1 : 0)
    if (step > 0) won.push(id)
    if (step < 0) lost.push(id)
    sums.set(scenario, (sums.get(scenario) ?? 0) + step)
  }
  const byCluster = goesByCluster([...sums.values()])
  return {
    ...judge(
      (won.length - lost.length) / pairs.length,
      byCluster ? signFlip([...sums.values()]) : mcNemarExact(won.length, lost.length),
    ),
    test: byCluster ? 'cluster-permutation' : 'mcnemar',
    trials: pairs.length,
    scenarios: sums.size,
    won,
    lost,
  }
}

function compareScenarios(before: readonly Compared[], after: readonly Compared[]): Change {
  const [then, now] = [byScenario(before), byScenario(after)]
  const shared = [...now.keys()].filter((scenario) => then.has(scenario))
  const none = { won: [], lost: [], scenarios: shared.length }
  if (shared.length === 0) {
    return { verdict: 'cannot-tell', difference: null, p: 1, test: 'none', trials: 0, ...none }
  }
  const rates = shared.map((one) => rateOf(now.get(one)!) - rateOf(then.get(one)!))
  const difference = rates.reduce((a, b) => a + b, 0) / rates.length
  const whole = {
    before: sum(shared.map((one) => then.get(one)!)),
    after: sum(shared.map((one) => now.get(one)!)),
  }
  const byCluster = goesByCluster(rates)
  return {
    ...judge(difference, byCluster ? signFlip(rates) : fisherExact(whole)),
    test: byCluster ? 'scenario-permutation' : 'fisher',
    trials: whole.after.n,
    ...none,
  }
}

/** Few scenarios that differ may be judged by their trials, but only where all of them point the same way. */
function goesByCluster(differences: readonly number[]): boolean {
  const [up, down] = [differences.some((one) => one > 0), differences.some((one) => one < 0)]
  return differences.filter((one) => one !== 0).length >= CLUSTERS_LEAST || (up && down)
}

function judge(difference: number, p: number): Pick<Change, 'verdict' | 'difference' | 'p'> {
  const isSure = p <= ALPHA && difference !== 0
  return { verdict: !isSure ? 'cannot-tell' : difference > 0 ? 'better' : 'worse', difference, p }
}

interface Counts {
  yes: number
  n: number
}

function byScenario(trials: readonly Compared[]): Map<string, Counts> {
  const out = new Map<string, Counts>()
  for (const one of trials) {
    const { yes, n } = out.get(one.scenario) ?? { yes: 0, n: 0 }
    out.set(one.scenario, { yes: yes + (isSatisfied(one) ? 1 : 0), n: n + 1 })
  }
  return out
}

function sum(counts: readonly Counts[]): Counts {
  return counts.reduce((a, b) => ({ yes: a.yes + b.yes, n: a.n + b.n }), { yes: 0, n: 0 })
}

function rateOf({ yes, n }: Counts): number {
  return yes / n
}

function isSatisfied({ verdict }: Compared): boolean {
  return verdict === 'satisfied'
}

function conclusive(trials: readonly Compared[]): Compared[] {
  return trials.filter(({ verdict }) => verdict !== 'inconclusive')
}
