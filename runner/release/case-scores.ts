import type { HoldoutScore } from '../holdout/score-holdout.ts'
import { scoreTrials, type Score } from '../score.ts'
import type { TrialResult } from '../trial-result.ts'
import type { CaseScore, ScoreGroup } from './release-data.ts'

/** Every case of a scoring under the name that its makers know, those that fell short first, sealed ones before public ones. */
export function scoreCases({ result, names }: Pick<HoldoutScore, 'result' | 'names'>): CaseScore[] {
  const idle = new Set(result.measuringNothing)
  const cases = new Map<string, CaseScore>()
  for (const trial of result.trials) {
    const { name, sealed } = names[trial.scenario] ?? { name: trial.scenario, sealed: true }
    const key = JSON.stringify([sealed, name])
    const one = cases.get(key) ?? {
      title: trial.name,
      name,
      sealed,
      tags: trial.tags,
      satisfied: 0,
      unsatisfied: 0,
      inconclusive: 0,
      under: [],
      measuresNothing: idle.has(trial.scenario),
    }
    cases.set(key, one)
    one[trial.verdict]++
    if (trial.verdict === 'unsatisfied' && !one.under.includes(trial.plan.name)) {
      one.under.push(trial.plan.name)
    }
  }
  const rank = (one: CaseScore): number => (one.unsatisfied === 0 ? 2 : 0) + (one.sealed ? 0 : 1)
  return [...cases.values()].sort(
    (a, b) => rank(a) - rank(b) || b.unsatisfied - a.unsatisfied || (a.title < b.title ? -1 : 1),
  )
}

/** The scores of both parts by what `namesOf` says of a trial, in order of the names. Cases that measure nothing count nowhere. */
export function groupScores(
  score: Pick<HoldoutScore, 'result' | 'names' | 'holdout' | 'public'>,
  namesOf: (trial: TrialResult) => readonly string[],
): ScoreGroup[] {
  const { result, names } = score
  const idle = new Set(result.measuringNothing)
  const groups = new Map<string, Record<Part, TrialResult[]>>()
  for (const trial of result.trials) {
    if (idle.has(trial.scenario)) continue
    const part = names[trial.scenario]?.sealed === false ? 'public' : 'holdout'
    for (const name of new Set(namesOf(trial))) {
      const group = groups.get(name) ?? { holdout: [], public: [] }
      groups.set(name, group)
      group[part].push(trial)
    }
  }
  const scoreOf = (name: string, part: Part, trials: readonly TrialResult[]): Score | null => {
    if (trials.length === 0) return null
    // Where all trials are of one group its score is that of the part, to the last figure.
    return trials.length === trialsOf(score[part]) ? score[part] : scoreTrials(trials, name)
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, group]) => ({
      name,
      holdout: scoreOf(name, 'holdout', group.holdout),
      public: scoreOf(name, 'public', group.public),
    }))
}

type Part = 'holdout' | 'public'

function trialsOf({ satisfied, unsatisfied, inconclusive }: Score): number {
  return satisfied + unsatisfied + inconclusive
}
