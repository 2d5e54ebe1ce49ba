import { createHash } from 'node:crypto'
import type { ExchangeView } from '../exchange-view.ts'
import type { Reason, TrialResult } from '../trial-result.ts'

/** One way of falling short: the trials of a scenario that did, and one of them to look at. */
export interface Failure {
  scenario: string
  name: string
  reason: Reason
  /** What fell short in the very same trials too. */
  also: Reason[]
  /** The one that shows it: with the fewest faults, the first of the run. */
  shown: TrialResult
  trials: TrialResult[]
  /** Where it stands in a page. */
  anchor: string
}

/** The ways in which trials fell short, the most frequent first. A trial that fell short in several ways is in several. */
export function groupFailures(
  trials: readonly TrialResult[],
  verdict: 'unsatisfied' | 'inconclusive',
): Failure[] {
  const byReason = new Map<string, TrialResult[]>()
  for (const trial of trials) {
    if (trial.verdict !== verdict) continue
    for (const key of new Set(trial.why.map((one) => one.key))) {
      const place = JSON.stringify([trial.scenario, key])
      const group = byReason.get(place)
      if (group === undefined) byReason.set(place, [trial])
      else group.push(trial)
    }
  }
  const byTrials = new Map<string, Failure>()
  for (const [place, group] of byReason) {
    const [, key] = JSON.parse(place) as [string, string]
    const shown = group.reduce((a, b) => (b.plan.places.length < a.plan.places.length ? b : a))
    const reason = shown.why.find((one) => one.key === key)!
    const same = group.map(({ id }) => id).join('\n')
    const known = byTrials.get(same)
    if (known === undefined) byTrials.set(same, toFailure(shown, reason, group))
    else known.also.push(reason)
  }
  return [...byTrials.values()].sort((a, b) => b.trials.length - a.trials.length)
}

function toFailure(shown: TrialResult, reason: Reason, trials: TrialResult[]): Failure {
  const { scenario, name, verdict } = shown
  const key = JSON.stringify([verdict, scenario, reason.key])
  const anchor = `f-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`
  return { scenario, name, reason, also: [], shown, trials, anchor }
}

/**
 * A satisfied trial of the same scenario to hold one that fell short against: with the same seed where
 * there is one, so that names and ids agree, then with the fewest faults.
 */
export function findPassingLike(
  shown: TrialResult,
  trials: readonly TrialResult[],
): TrialResult | undefined {
  const farness = ({ seed, plan, exchanges }: TrialResult): number =>
    (exchanges.some(hasBodies) ? 0 : 1e6) + (seed === shown.seed ? 0 : 1e3) + plan.places.length
  let found: TrialResult | undefined
  for (const one of trials) {
    if (one.scenario !== shown.scenario || one.verdict !== 'satisfied') continue
    if (found === undefined || farness(one) < farness(found)) found = one
  }
  return found
}

/** Whether what was sent or answered is kept. */
export function hasBodies({ request, reply }: ExchangeView): boolean {
  return request !== undefined || reply !== undefined
}

/** The exchanges that a reason rests on, and before them those that a fault struck. */
export function exchangesBehind(trial: TrialResult, reason: Reason, most = 4): ExchangeView[] {
  const wanted = new Set(reason.exchanges)
  const struck = trial.exchanges.filter(({ fault, n }) => fault !== undefined && !wanted.has(n))
  const rested = trial.exchanges.filter(({ n }) => wanted.has(n))
  return [...struck.slice(0, 2), ...rested.slice(-most)].sort((a, b) => a.n - b.n)
}
