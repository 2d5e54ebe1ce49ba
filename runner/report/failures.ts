import type { ExchangeView } from '../exchange-view.ts'
import type { Reason, TrialResult } from '../trial-result.ts'

/** Trials of one scenario that fell short for the same first reason. */
export interface Failure {
  scenario: string
  name: string
  reason: Reason
  /** The one that shows it: the simplest plan, the lowest place in the run. */
  shown: TrialResult
  trials: TrialResult[]
}

/** The ways in which trials fell short, the most frequent first. */
export function groupFailures(
  trials: readonly TrialResult[],
  verdict: 'unsatisfied' | 'inconclusive',
): Failure[] {
  const groups = new Map<string, Failure>()
  for (const trial of trials) {
    const [reason] = trial.why
    if (trial.verdict !== verdict || reason === undefined) continue
    const key = JSON.stringify([trial.scenario, reason.key])
    const group = groups.get(key)
    if (group === undefined) {
      const { scenario, name } = trial
      groups.set(key, { scenario, name, reason, shown: trial, trials: [trial] })
      continue
    }
    group.trials.push(trial)
    if (trial.plan.places.length < group.shown.plan.places.length) {
      group.shown = trial
      group.reason = reason
    }
  }
  return [...groups.values()].sort((a, b) => b.trials.length - a.trials.length)
}

/** The exchanges that a reason rests on, and before them those that a fault struck. */
export function exchangesBehind(trial: TrialResult, reason: Reason, most = 4): ExchangeView[] {
  const wanted = new Set(reason.exchanges)
  const struck = trial.exchanges.filter(({ fault, n }) => fault !== undefined && !wanted.has(n))
  const rested = trial.exchanges.filter(({ n }) => wanted.has(n))
  return [...struck.slice(0, 2), ...rested.slice(-most)].sort((a, b) => a.n - b.n)
}

/** The command that plays a trial again. */
export function replayCommand(trialId: string, subjectFile: string): string {
  return `npx backlot replay ${quote(trialId)} --subject ${quote(subjectFile)}`
}

/** One word of a POSIX shell. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
