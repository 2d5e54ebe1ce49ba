import type { Depth } from '../../engine/depth.ts'
import type { Whereabouts } from '../../engine/usage-error.ts'
import type { BrokenScenario } from '../load-scenarios.ts'
import { passHatK, scoreTrials, type Score } from '../score.ts'
import type { Subject } from '../subject/subject.ts'
import type { TrialResult, Verdict } from '../trial-result.ts'
import { checkedNothing } from '../verdict.ts'
import { findPassingLike, groupFailures } from './failures.ts'

/**
 * What a run found: the file `result.json`, and what every report is drawn from. Fields are only
 * ever added within one format.
 */
export interface RunResult {
  format: 'backlot.result/1'
  /** When it began, ISO 8601. */
  startedAt: string
  wallMs: number
  versions: { backlot: string; node: string }
  subject: { name: string; kind: string; file: string }
  run: { seeds: string[]; plans: string[]; jobs: number; minDepth: Depth }
  /** Of all trials whose scenario measures something. */
  score: Score
  /** pass^k for a few k, as far as there are trials enough. */
  passHat: { k: number; value: number }[]
  by: Record<Dimension, { name: string; score: Score }[]>
  /** The do-nothing subject, once through every scenario. */
  controls: { scenario: string; verdict: Verdict }[]
  /** Scenarios that the do-nothing subject satisfies, or that check nothing: their trials are not counted. */
  measuringNothing: string[]
  broken: { id: string; what: string; where: Whereabouts; fix?: string }[]
  /** Trials that an interruption kept from being played. */
  unplayed: number
  trials: TrialResult[]
}

export const dimensions = ['scenario', 'plan', 'tag', 'service'] as const
export type Dimension = (typeof dimensions)[number]

/** What a result is made from. */
export interface Played {
  startedAt: string
  wallMs: number
  version: string
  subject: Subject
  subjectFile: string
  run: RunResult['run']
  trials: TrialResult[]
  controls: TrialResult[]
  broken: readonly BrokenScenario[]
  unplayed: number
}

/** Scores what was played. */
export function toResult(played: Played): RunResult {
  const { trials, controls, broken, subject } = played
  const measuringNothing = controls
    .filter((control) => control.verdict === 'satisfied' || checksNothing(control, trials))
    .map(({ scenario }) => scenario)
  const failures = [
    ...groupFailures(trials, 'unsatisfied'),
    ...groupFailures(trials, 'inconclusive'),
  ]
  const shown = new Set(failures.map((one) => one.shown))
  const told = new Set([...shown].flatMap((one) => [one, findPassingLike(one, trials) ?? one]))
  const counted = trials.filter(({ scenario }) => !measuringNothing.includes(scenario))
  return {
    format: 'backlot.result/1',
    startedAt: played.startedAt,
    wallMs: Math.round(played.wallMs),
    versions: { backlot: played.version, node: process.version },
    subject: { name: subject.name, kind: subject.kind, file: played.subjectFile },
    run: played.run,
    score: scoreTrials(counted),
    passHat: [1, 2, 4, 8, 16].flatMap((k) => {
      const value = passHatK(counted, k)
      return value === null ? [] : [{ k, value }]
    }),
    by: {
      scenario: groupBy(trials, ({ scenario }) => [scenario]),
      plan: groupBy(counted, ({ plan }) => [plan.name]),
      tag: groupBy(counted, ({ tags }) => tags),
      service: groupBy(counted, ({ twins }) => twins),
    },
    controls: controls.map(({ scenario, verdict }) => ({ scenario, verdict })),
    measuringNothing,
    broken: broken.map(({ id, error: { what, where, fix } }) => ({
      id,
      what,
      where,
      ...(fix === undefined ? {} : { fix }),
    })),
    unplayed: played.unplayed,
    trials: trials.map((trial) => (told.has(trial) ? trial : withoutBodies(trial))),
  }
}

/** Whether a scenario reached its end without a single check, whoever was asked. */
function checksNothing({ scenario }: TrialResult, trials: readonly TrialResult[]): boolean {
  const own = trials.filter((one) => one.scenario === scenario)
  return own.length > 0 && own.every(({ why }) => why.some(({ key }) => key === checkedNothing))
}

/** 0: satisfied throughout. 1: the subject fell short. 2: a scenario is broken or measures nothing. 3: something of ours was inconclusive. 130: interrupted. */
export function exitCodeOf(result: RunResult): number {
  const { score, broken, measuringNothing, unplayed, trials } = result
  if (unplayed > 0) return 130
  if (broken.length > 0) return 2
  if (score.unsatisfied > 0) return 1
  if (measuringNothing.length > 0) return 2
  return score.satisfied > 0 && trials.every((one) => one.verdict !== 'inconclusive') ? 0 : 3
}

/** Bodies are kept for the trials that show a failure and a passing one beside each; `backlot replay` tells those of any other. */
function withoutBodies(trial: TrialResult): TrialResult {
  const exchanges = trial.exchanges.map(({ request: _request, reply: _reply, ...rest }) => rest)
  return { ...trial, exchanges }
}

function groupBy(
  trials: readonly TrialResult[],
  namesOf: (trial: TrialResult) => readonly string[],
): { name: string; score: Score }[] {
  const groups = new Map<string, TrialResult[]>()
  for (const trial of trials) {
    for (const name of namesOf(trial)) {
      const group = groups.get(name)
      if (group === undefined) groups.set(name, [trial])
      else group.push(trial)
    }
  }
  return [...groups].map(([name, group]) => ({ name, score: scoreTrials(group, name) }))
}
