import { serveHttp } from '../fronts/http.ts'
import { createResolver } from '../fronts/resolve.ts'
import { Worlds } from '../fronts/worlds.ts'
import type { Depth } from '../engine/depth.ts'
import { Bases } from './bases.ts'
import { findPlan, type PlanSource } from './fault-plans.ts'
import { loadScenarios } from './load-scenarios.ts'
import { toResult, type RunResult } from './report/result.ts'
import { playRun, type Run } from './schedule.ts'
import { loadSubject } from './subject/load.ts'
import { nothingSubject } from './subject/nothing.ts'
import type { Subject } from './subject/subject.ts'
import type { TrialResult } from './trial-result.ts'
import { readVersion } from './version.ts'

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
  signal?: AbortSignal | undefined
  onTrial?: (result: TrialResult, done: number, all: number) => void
}

/** Plays a subject through scenarios × seeds × plans, and the do-nothing subject once through each. */
export async function runSubject(request: RunRequest): Promise<RunResult> {
  const startedAt = new Date().toISOString()
  const begun = performance.now()
  const { seeds, plans, jobs, minDepth, subjectFile } = request
  const [subject, { scenarios, broken }, sources] = await Promise.all([
    loadSubject(subjectFile),
    loadScenarios(request.paths),
    Promise.all(plans.map(findPlan)).then(eachOnce),
  ])
  const shared = { scenarios, bases: new Bases(), signal: request.signal, minDepth }
  const run: Run = { ...shared, seeds, plans: sources, jobs, subject }
  if (request.onTrial !== undefined) run.onTrial = request.onTrial
  const played = await playOver(run, subject)
  // One that never ends would keep the control waiting as well.
  const lost = new Set(played.broken.map(({ id }) => id))
  const sound = { ...shared, scenarios: scenarios.filter(({ id }) => !lost.has(id)) }
  const controls = await playControls(sound, seeds[0]!, await findPlan('none'))
  return toResult({
    startedAt,
    wallMs: performance.now() - begun,
    version: readVersion(),
    subject,
    subjectFile,
    run: {
      seeds: [...seeds],
      plans: sources.map(({ name }) => name),
      jobs,
      minDepth: minDepth ?? 'spec',
    },
    trials: played.trials,
    controls,
    broken: [...broken, ...played.broken],
    unplayed: played.unplayed,
  })
}

/** Each plan once, whatever it was called: `none+flaky` is `flaky`. */
function eachOnce(sources: readonly PlanSource[]): PlanSource[] {
  return [...new Map(sources.map((one) => [one.name, one])).values()]
}

/** The run through a server of its own, where the subject needs one. */
export async function playOver(run: Run, subject: Subject): ReturnType<typeof playRun> {
  try {
    if (subject.reach === 'fetch') return await playRun(run)
    const worlds = new Worlds()
    const server = await serveHttp({ resolve: createResolver(worlds) })
    try {
      return await playRun({ ...run, server: { url: server.url, worlds } })
    } finally {
      await server.close()
    }
  } finally {
    await subject.close()
  }
}

async function playControls(
  shared: Pick<Run, 'scenarios' | 'bases' | 'signal' | 'minDepth'>,
  seed: string,
  none: PlanSource,
): Promise<TrialResult[]> {
  const run = { ...shared, seeds: [seed], plans: [none], jobs: 1, subject: nothingSubject }
  return (await playRun(run)).trials
}

/** `3` and 2 as `3, 4`; a seed that is a word is numbered. */
export function seedsFrom(first: string, count: number): string[] {
  const isNumber = /^\d{1,15}$/.test(first)
  return Array.from({ length: count }, (_, i) => {
    if (isNumber) return String(Number(first) + i)
    return i === 0 ? first : `${first}.${i + 1}`
  })
}
