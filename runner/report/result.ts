import type { Depth } from '../../engine/depth.ts'
import type { Whereabouts } from '../../engine/usage-error.ts'
import type { BrokenScenario } from '../load-scenarios.ts'
import { answerGate, isTooInconclusive, type GateResult } from '../gate-result.ts'
import type { RunComparison } from '../history/compare-with-last.ts'
import type { MutantControl } from '../mutants/control.ts'
import type { Shard } from '../plan-trials.ts'
import type { Sources } from '../prepare-run.ts'
import type { Budget } from '../scenario.ts'
import { passHatK, scoreTrials, type Score } from '../score.ts'
import type { GateOptions } from '../statistics/gate-test.ts'
import { sumUp, type Spending } from '../stop-rules.ts'
import type { Stopped } from '../tally.ts'
import type { TrialResult, Verdict } from '../trial-result.ts'
import { checkedNothing } from '../verdict.ts'
import { noWall, reportWall, type WallReport } from '../wall/wall.ts'
import { cutLarge } from './cut-large.ts'
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
  run: {
    /** Ids, in the order of the trials. */
    scenarios?: string[]
    seeds: string[]
    plans: string[]
    jobs: number
    minDepth: Depth
    /** Which part of the whole run it is. */
    shard?: Shard
    budget?: Budget
  }
  /** What kept the subject where it was put; absent in results of older versions. */
  wall?: WallReport
  /** What was played, by sha256. */
  sources?: Sources
  /** Of all trials whose scenario measures something. */
  score: Score
  /** pass^k for a few k, as far as there are trials enough. */
  passHat: { k: number; value: number }[]
  by: Record<Dimension, { name: string; score: Score }[]>
  /** The do-nothing subject, once through every scenario. */
  controls: { scenario: string; verdict: Verdict }[]
  /** Whether each scenario notices when the subject's own calls go wrong; absent where that was not asked. */
  mutantControls?: MutantControl[]
  /** Scenarios that the do-nothing subject satisfies, that check nothing, or that notice no mutant: their trials are not counted. */
  measuringNothing: string[]
  broken: { id: string; what: string; where: Whereabouts; fix?: string }[]
  /** Trials that an interruption kept from being played. */
  unplayed: number
  /** What all trials spent together. */
  spending?: Spending
  /** Why it ended before all was played, and how many trials that saved. */
  stopped?: Stopped & { saved: number }
  gate?: GateResult
  /** Where it is kept. */
  history?: { file: string; run: number }
  /** Held against the last run of the same subject. */
  comparison?: RunComparison
  /** The scores of former runs of the same subject, oldest first. */
  former?: FormerRun[]
  trials: TrialResult[]
}

/** A run that came before, as far as a line of scores needs it. */
export interface FormerRun {
  /** When it began, ISO 8601. */
  startedAt: string
  score: Score
}

export const dimensions = ['scenario', 'plan', 'tag', 'service'] as const
export type Dimension = (typeof dimensions)[number]

/** What a result is made from. */
export interface Played {
  startedAt: string
  wallMs: number
  version: string
  subject: { name: string; kind: string; wall?: WallReport | undefined }
  subjectFile: string
  sources?: Sources
  run: RunResult['run']
  trials: TrialResult[]
  controls: Pick<TrialResult, 'scenario' | 'verdict'>[]
  mutantControls?: MutantControl[] | undefined
  broken: readonly BrokenScenario[]
  unplayed: number
  saved?: number
  stopped?: Stopped | undefined
  gate?: GateOptions | undefined
}

/** Scores what was played. */
export function toResult(played: Played): RunResult {
  const { trials, controls, broken, subject } = played
  const measuringNothing = controls
    .filter(
      (control) =>
        control.verdict === 'satisfied' ||
        checksNothing(control, trials) ||
        isBlind(control, played),
    )
    .map(({ scenario }) => scenario)
  const failures = [
    ...groupFailures(trials, 'unsatisfied'),
    ...groupFailures(trials, 'inconclusive'),
  ]
  const shown = new Set(failures.map((one) => one.shown))
  const told = new Set([...shown].flatMap((one) => [one, findPassingLike(one, trials) ?? one]))
  const counted = trials.filter(({ scenario }) => !measuringNothing.includes(scenario))
  // Shards keep all bodies: which of them show a failure is known when they are merged.
  const keepsAll = played.run.shard !== undefined
  const score = scoreTrials(counted)
  return {
    format: 'backlot.result/1',
    startedAt: played.startedAt,
    wallMs: Math.round(played.wallMs),
    versions: { backlot: played.version, node: process.version },
    subject: { name: subject.name, kind: subject.kind, file: played.subjectFile },
    run: played.run,
    wall: reportWall(subject.wall ?? noWall),
    ...(played.sources === undefined ? {} : { sources: played.sources }),
    score,
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
    ...(played.mutantControls === undefined ? {} : { mutantControls: played.mutantControls }),
    measuringNothing,
    broken: broken.map(({ id, error: { what, where, fix } }) => ({
      id,
      what,
      where,
      ...(fix === undefined ? {} : { fix }),
    })),
    unplayed: played.unplayed,
    spending: sumUp(trials),
    ...tellEnd(played, score),
    trials: trials.map((trial) =>
      cutLarge(keepsAll || told.has(trial) ? trial : withoutBodies(trial)),
    ),
  }
}

/** What a gate said, and why the run ended early. */
function tellEnd(
  { stopped, saved = 0, unplayed, gate }: Played,
  score: Score,
): Pick<RunResult, 'stopped' | 'gate'> {
  return {
    ...(stopped === undefined || saved === 0 ? {} : { stopped: { ...stopped, saved } }),
    ...(gate === undefined ? {} : { gate: answerGate(gate, { stopped, saved, unplayed }, score) }),
  }
}

/** Whether a scenario notices no mutant. A gate was told beforehand what counts, so that there it is only reported. */
function isBlind(
  { scenario }: Pick<TrialResult, 'scenario'>,
  { mutantControls = [], gate }: Played,
): boolean {
  if (gate !== undefined) return false
  return mutantControls.some((one) => one.scenario === scenario && one.outcome === 'blind')
}

/** Whether a scenario reached its end without a single check, whoever was asked. */
function checksNothing(
  { scenario }: { scenario: string },
  trials: readonly TrialResult[],
): boolean {
  const own = trials.filter((one) => one.scenario === scenario)
  return own.length > 0 && own.every(({ why }) => why.some(({ key }) => key === checkedNothing))
}

/**
 * 0: satisfied throughout, or the gate is passed. 1: the subject fell short, or overspent the run's budget. 2: a scenario is
 * broken or measures nothing. 3: something of ours was inconclusive; with a gate, too much of it. 130: interrupted.
 */
export function exitCodeOf(result: RunResult): number {
  const { score, broken, measuringNothing, unplayed, trials, gate, stopped } = result
  if (unplayed > 0) return 130
  if (broken.length > 0) return 2
  if (stopped?.by === 'budget') return 1
  if (gate !== undefined) {
    if (isTooInconclusive(score)) return 3
    return gate.passed ? (measuringNothing.length > 0 ? 2 : 0) : 1
  }
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
