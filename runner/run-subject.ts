import type { Depth } from '../engine/depth.ts'
import { Bases } from './bases.ts'
import type { Prices } from './budget/prices.ts'
import { findPlan, type PlanSource } from './fault-plans.ts'
import { compareWithLast } from './history/compare-with-last.ts'
import { findFormerRuns } from './history/former-runs.ts'
import type { History, RunRecord } from './history/history.ts'
import { KeptRun } from './history/keep-run.ts'
import { controlWithMutants, messageOf, untried, type MutantControl } from './mutants/control.ts'
import { overServer } from './over-server.ts'
import { planTrials, type Shard } from './plan-trials.ts'
import { prepareRun, type Prepared } from './prepare-run.ts'
import { toResult, type RunResult } from './report/result.ts'
import type { Budget } from './scenario.ts'
import { playRun, type Run, type RunOutcome } from './schedule.ts'
import type { GateOptions } from './statistics/gate-test.ts'
import { BudgetRule, GateRule } from './stop-rules.ts'
import { loadSubject } from './subject/load.ts'
import { nothingSubject } from './subject/nothing.ts'
import type { Subject } from './subject/subject.ts'
import type { StopRule } from './tally.ts'
import type { TrialResult } from './trial-result.ts'
import { readVersion } from './version.ts'
import type { WallWord } from './wall/choose.ts'
import { wantsWorkers, WorkerPool } from './workers/worker-pool.ts'

/** A run as a person asks for it. */
export interface RunRequest {
  /** Files, folders or ids of scenarios. */
  paths: readonly string[]
  /** The subject's description file. */
  subjectFile: string
  seeds: readonly string[]
  /** Names or files of fault plans. */
  plans: readonly string[]
  jobs: number
  minDepth?: Depth | undefined
  /** The wall around the subject. Default: the strongest that this machine has. */
  wall?: WallWord | undefined
  /** Plays a part of the trials only. */
  shard?: Shard | undefined
  /** Ends the run once it is certain enough whether the gate is reached. */
  gate?: GateOptions | undefined
  /** Ends the run once it has spent more. */
  budget?: Budget | undefined
  /** What calls cost. */
  prices?: Prices | undefined
  /** Keeps every trial as it ends, and compares with the last run. */
  history?: History | undefined
  /** Also shows that each scenario notices when the subject's own calls go wrong. */
  mutantControls?: boolean | undefined
  /** The run of the history that is gone on with. */
  resumed?: RunRecord | undefined
  signal?: AbortSignal | undefined
  onTrial?: (result: TrialResult, done: number, all: number) => void
}

/** Plays a subject through scenarios × seeds × plans, and the do-nothing subject once through each. */
export async function runSubject(request: RunRequest): Promise<RunResult> {
  const startedAt = new Date().toISOString()
  const begun = performance.now()
  const prepared = await prepareRun(request)
  const { subject, plans, sources, broken } = prepared
  const run = toRun(request, prepared)
  const kept = keep(request, { startedAt, run, prepared })
  const [played, controls] = await playWithControls(request, run, kept)
  const result = toResult({
    startedAt: request.resumed?.startedAt ?? startedAt,
    wallMs: performance.now() - begun,
    version: readVersion(),
    subject,
    subjectFile: request.subjectFile,
    sources,
    run: {
      scenarios: run.scenarios.map(({ id }) => id),
      seeds: [...request.seeds],
      plans: plans.map(({ name }) => name),
      jobs: request.jobs,
      minDepth: request.minDepth ?? 'spec',
      ...(request.shard === undefined ? {} : { shard: request.shard }),
      ...(request.budget === undefined ? {} : { budget: request.budget }),
    },
    gate: request.gate,
    controls,
    mutantControls: await playMutantControls(request, run, played.trials),
    ...played,
    broken: [...broken, ...played.broken],
  })
  if (kept === undefined) return result
  const comparison = compareWithLast(request.history!, kept.id, result)
  const whole: RunResult = { ...result, history: { file: request.history!.file, run: kept.id } }
  if (comparison !== undefined) whole.comparison = comparison
  const former = findFormerRuns(request.history!, kept.id, result)
  if (former.length > 0) whole.former = former
  kept.finish(whole)
  return whole
}

function toRun(request: RunRequest, { subject, scenarios, plans }: Prepared): Run {
  const { seeds, jobs, minDepth, signal, shard, prices, budget } = request
  const accounting = { prices, countsBytes: budget?.bytes !== undefined }
  const bases = new Bases()
  return { scenarios, seeds, plans, shard, jobs, subject, bases, minDepth, signal, accounting }
}

/** Enters the run into the history, where one is kept. */
function keep(
  request: RunRequest,
  { startedAt, run, prepared }: { startedAt: string; run: Run; prepared: Prepared },
): KeptRun | undefined {
  const { history, resumed, signal: _signal, onTrial: _onTrial, jobs: _jobs, ...asked } = request
  if (history === undefined) return undefined
  const { subject, sources } = prepared
  const start = {
    startedAt,
    subject: { name: subject.name, kind: subject.kind },
    digest: sources.subject,
    versions: { backlot: readVersion(), node: process.version },
    planned: planTrials(run).length,
    request: { ...asked, from: process.cwd() },
    sources: { ...sources.scenarios, ...sources.plans },
  }
  return new KeptRun(history, start, resumed)
}

async function playWithControls(
  request: RunRequest,
  run: Run,
  kept: KeptRun | undefined,
): Promise<[RunOutcome, TrialResult[]]> {
  const { gate, budget, onTrial } = request
  // A gate must know which scenarios measure nothing before it begins.
  const early = gate === undefined ? undefined : await playControls(run)
  const rules: StopRule[] = []
  if (gate !== undefined) {
    const idle = early!.filter(({ verdict }) => verdict === 'satisfied')
    rules.push(new GateRule(gate, new Set(idle.map(({ scenario }) => scenario))))
  }
  if (budget !== undefined) rules.push(new BudgetRule(budget))
  const pool = openPool(request, run, kept)
  const told = {
    ...run,
    rules,
    player: pool,
    played: kept?.played,
    onTrial: (result: TrialResult, done: number, all: number) => {
      kept?.add(result)
      onTrial?.(result, done, all)
    },
  }
  const played = await playOver(told, run.subject).finally(() => pool?.close())
  // One that never ends would keep the control waiting as well.
  const lost = new Set(played.broken.map(({ id }) => id))
  const sound = run.scenarios.filter(({ id }) => !lost.has(id))
  const controls = early ?? (await playControls({ ...run, scenarios: sound }))
  return [played, controls.filter(({ scenario }) => !lost.has(scenario))]
}

/** Breaks the subject's calls until each scenario has noticed one; undefined where nobody asked, or after an interruption. */
async function playMutantControls(
  { mutantControls = false, subjectFile, wall }: RunRequest,
  run: Run,
  trials: readonly TrialResult[],
): Promise<MutantControl[] | undefined> {
  if (!mutantControls || run.signal?.aborted === true) return undefined
  const scenarios = run.scenarios.filter(({ id }) => trials.some(({ scenario }) => scenario === id))
  const allUntried = (why: string) => scenarios.map(({ id }) => untried(id, why))
  if (trials.every(({ verdict }) => verdict !== 'satisfied'))
    return allUntried('no trial satisfies')
  try {
    // The run has closed its own.
    const subject = await loadSubject(subjectFile, wall)
    return await overServer(subject, (server) =>
      controlWithMutants(scenarios, trials, { ...run, subject, server }),
    )
  } catch (error) {
    return allUntried(`it could not be tried: ${messageOf(error)}`)
  }
}

/** Processes for trials of a module, where there is enough to do. */
function openPool(
  { subjectFile, plans, minDepth, prices }: RunRequest,
  run: Run,
  kept: KeptRun | undefined,
): WorkerPool | undefined {
  const trials = planTrials(run).length - (kept?.played.size ?? 0)
  if (!wantsWorkers(run.subject, { jobs: run.jobs, trials })) return undefined
  const countsBytes = run.accounting?.countsBytes === true
  return new WorkerPool({ subjectFile, plans, minDepth, prices, countsBytes }, run.jobs)
}

/** The run through a server of its own, where the subject needs one. */
export function playOver(run: Run, subject: Subject): ReturnType<typeof playRun> {
  return overServer(subject, (server) => playRun({ ...run, server }))
}

/** A subject that does nothing, once through every scenario, without faults. */
async function playControls({
  scenarios,
  seeds,
  bases,
  minDepth,
  signal,
  accounting,
}: Run): Promise<TrialResult[]> {
  const plans: PlanSource[] = [await findPlan('none')]
  const asked = { scenarios, seeds: seeds.slice(0, 1), plans, bases, minDepth, signal, accounting }
  return (await playRun({ ...asked, jobs: 1, subject: nothingSubject })).trials
}

/** `3` and 2 as `3, 4`; a seed that is a word is numbered. */
export function seedsFrom(first: string, count: number): string[] {
  const isNumber = /^\d{1,15}$/.test(first)
  return Array.from({ length: count }, (_, i) => {
    if (isNumber) return String(Number(first) + i)
    return i === 0 ? first : `${first}.${i + 1}`
  })
}
