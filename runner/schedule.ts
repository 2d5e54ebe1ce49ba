import { setImmediate as breathe } from 'node:timers/promises'
import type { Depth } from '../engine/depth.ts'
import { UsageError } from '../engine/usage-error.ts'
import type { Worlds } from '../fronts/worlds.ts'
import type { Bases } from './bases.ts'
import { locate } from './check-scenario.ts'
import type { PlanSource } from './fault-plans.ts'
import type { BrokenScenario, LoadedScenario } from './load-scenarios.ts'
import { playTrial, type OnWorld, type Trial } from './play.ts'
import { readText } from './read-document.ts'
import type { Subject } from './subject/subject.ts'
import { watchStrays } from './stray.ts'
import { spellTrialId } from './trial-id.ts'
import type { TrialResult } from './trial-result.ts'
import { namesOfTwins, placeTwin } from './twin-word.ts'
import { because } from './verdict.ts'
import { watchEventLoop } from './watchdog.ts'

/** A whole run: every scenario with every seed and every plan. */
export interface Run {
  scenarios: readonly LoadedScenario[]
  seeds: readonly string[]
  plans: readonly PlanSource[]
  /** How many trials are under way at once. */
  jobs: number
  subject: Subject
  bases: Bases
  server?: { url: string; worlds: Worlds } | undefined
  minDepth?: Depth | undefined
  /** Ends the run; what has been played is kept. */
  signal?: AbortSignal | undefined
  onWorld?: OnWorld | undefined
  /** Told of each trial as it ends, in any order. */
  onTrial?: (result: TrialResult, done: number, all: number) => void
}

export interface RunOutcome {
  /** In the order of scenarios, plans, seeds; whatever order they ended in. */
  trials: TrialResult[]
  broken: BrokenScenario[]
  /** How many trials an interruption kept from being played. */
  unplayed: number
}

interface Planned {
  loaded: LoadedScenario
  plan: PlanSource
  seed: string
}

/** So long may trials in this process keep the event loop to themselves. */
const BREATH_MS = 20

/** Plays all trials of a run. A scenario that turns out to be wrong loses its own trials and nobody else's. */
export async function playRun(run: Run): Promise<RunOutcome> {
  const planned = run.scenarios.flatMap((loaded) =>
    run.plans.flatMap((plan) => run.seeds.map((seed) => ({ loaded, plan, seed }))),
  )
  const results: (TrialResult | undefined)[] = planned.map(() => undefined)
  const broken = new Map<string, BrokenScenario>()
  let next = 0
  let done = 0
  let breathedAt = performance.now()
  async function work(): Promise<void> {
    while (next < planned.length && !run.signal?.aborted) {
      const index = next++
      const one = planned[index]!
      if (broken.has(one.loaded.id)) continue
      const result = await playOne(one, run)
      if (result === undefined) continue
      if ('error' in result) {
        broken.set(one.loaded.id, result)
        continue
      }
      results[index] = result
      run.onTrial?.(result, ++done, planned.length)
      if (performance.now() - breathedAt < BREATH_MS) continue
      await breathe()
      breathedAt = performance.now()
    }
  }
  const stopWatches = [watchStrays(), watchEventLoop()]
  try {
    await Promise.all(Array.from({ length: Math.max(1, run.jobs) }, work))
  } finally {
    for (const stop of stopWatches) stop()
  }
  const isPlayed = (result: TrialResult | undefined): result is TrialResult =>
    result !== undefined && !broken.has(result.scenario)
  const trials = results.filter(isPlayed)
  const expected = planned.filter(({ loaded }) => !broken.has(loaded.id)).length
  return { trials, broken: [...broken.values()], unplayed: expected - trials.length }
}

/** One trial; undefined when it was interrupted. */
async function playOne(
  { loaded, plan, seed }: Planned,
  run: Run,
): Promise<TrialResult | BrokenScenario | undefined> {
  const { id, file, scenario } = loaded
  const { subject, server, minDepth, signal, onWorld } = run
  const name = { scenario: id, seed, plan: plan.name }
  try {
    const base = await run.bases.of(scenario.options.twins.map((word) => placeTwin(word, file)))
    const faults = plan.draw(base, `${id}@${seed}`)
    // One passing trial of each scenario is told with bodies beside those that fell short.
    const keepsBodies = seed === run.seeds[0]
    const trial: Trial = { scenarioId: id, scenario, seed, plan: faults, keepsBodies }
    return await playTrial(trial, { base, subject, server, minDepth, signal, onWorld })
  } catch (error) {
    if (signal?.aborted) return undefined
    if (error instanceof UsageError) return { id, file, error: await placed(error, file) }
    return crashed(loaded, name, error)
  }
}

/** Our own mistake costs one trial, not the run. */
function crashed(
  { scenario }: LoadedScenario,
  name: { scenario: string; seed: string; plan: string },
  error: unknown,
): TrialResult {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const none = { used: 0 }
  return {
    id: spellTrialId(name),
    scenario: name.scenario,
    name: scenario.name,
    tags: scenario.options.tags ?? [],
    twins: namesOfTwins(scenario.options.twins),
    seed: name.seed,
    plan: { name: name.plan, places: [], struck: 0 },
    verdict: 'inconclusive',
    why: [because('ours', `Backlot itself failed: ${stack}`, { key: 'Backlot itself failed' })],
    checks: [],
    steps: [],
    requests: [],
    budget: { calls: none, writes: none, seconds: none },
    unexpected: [],
    escapes: [],
    shallow: [],
    exchanges: [],
    wallMs: 0,
  }
}

/** A mistake that showed while a scenario was played, with its file and, where the word is found in it, the line. */
async function placed(mistake: UsageError, file: string): Promise<UsageError> {
  const { what, where, fix } = mistake
  if (where.file !== undefined) return mistake
  const word = /"([^"]+)"/.exec(what)?.[1] ?? ''
  const spot = word === '' ? {} : locate(await readText(file), word)
  return new UsageError(what, { ...where, file, ...spot, fix })
}
