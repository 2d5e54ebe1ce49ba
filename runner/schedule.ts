import { setImmediate as breathe } from 'node:timers/promises'
import type { BrokenScenario } from './load-scenarios.ts'
import { playOne, type Outcome, type PlayGround } from './play-one.ts'
import { planTrials, shuffledOrder, type Planned, type TrialSpace } from './plan-trials.ts'
import { watchStrays } from './stray.ts'
import { Tally, type Stopped, type StopRule } from './tally.ts'
import type { TrialResult } from './trial-result.ts'
import { watchEventLoop } from './watchdog.ts'

/** A whole run: every scenario with every seed and every plan. */
export interface Run extends TrialSpace, PlayGround {
  /** How many trials are under way at once. */
  jobs: number
  /** Told of each trial as it ends, in any order. */
  onTrial?: ((result: TrialResult, done: number, all: number) => void) | undefined
  /** Trials that an earlier part of this run has played, by id. */
  played?: ReadonlyMap<string, TrialResult> | undefined
  /** What may end the run early. */
  rules?: readonly StopRule[] | undefined
  /** Plays trials somewhere else than in this process. */
  player?: Player | undefined
}

/** Plays trials in other processes. */
export interface Player {
  /** How many trials it takes at once. */
  lanes: number
  play: (planned: Planned, signal: AbortSignal) => Promise<Outcome>
}

export interface RunOutcome {
  /** In the order of scenarios, plans, seeds; whatever order they ended in. */
  trials: TrialResult[]
  broken: BrokenScenario[]
  /** How many trials an interruption kept from being played. */
  unplayed: number
  /** How many trials a rule that ended the run early saved. */
  saved: number
  stopped?: Stopped
}

/** So long may trials in this process keep the event loop to themselves. */
const BREATH_MS = 20

/** Plays all trials of a run. A scenario that turns out to be wrong loses its own trials and nobody else's. */
export async function playRun(run: Run): Promise<RunOutcome> {
  const planned = planTrials(run)
  const { rules = [] } = run
  const order = rules.length > 0 ? shuffledOrder(planned) : planned.map((_one, i) => i)
  const tally = new Tally(planned, order, rules)
  const left = order.filter((index) => {
    const earlier = run.played?.get(planned[index]!.id)
    if (earlier !== undefined) tally.take(index, earlier)
    return earlier === undefined
  })
  await playAll(left, { run, planned, tally })
  const outcome = tally.end()
  return tally.stopped === undefined ? outcome : { ...outcome, stopped: tally.stopped }
}

async function playAll(
  order: readonly number[],
  { run, planned, tally }: { run: Run; planned: readonly Planned[]; tally: Tally },
): Promise<void> {
  const over = new AbortController()
  const signal = run.signal === undefined ? over.signal : AbortSignal.any([run.signal, over.signal])
  const ground = { ...run, signal }
  let next = 0
  let breathedAt = performance.now()
  if (tally.stopped !== undefined) return
  async function work(): Promise<void> {
    while (next < order.length && !signal.aborted) {
      const index = order[next++]!
      const one = planned[index]!
      if (tally.isLost(one)) continue
      const outcome = await (run.player?.play(one, signal) ?? playOne(one, ground))
      if (outcome === undefined) continue
      tally.take(index, outcome)
      if (!('error' in outcome)) run.onTrial?.(outcome, tally.done, planned.length)
      // What is under way beyond the end would be let go.
      if (tally.stopped !== undefined) over.abort(new Error('the run has its answer'))
      if (performance.now() - breathedAt < BREATH_MS) continue
      await breathe()
      breathedAt = performance.now()
    }
  }
  const stopWatches = [watchStrays(), watchEventLoop()]
  try {
    const lanes = run.player?.lanes ?? Math.max(1, run.jobs)
    await Promise.all(Array.from({ length: lanes }, work))
  } finally {
    for (const stop of stopWatches) stop()
  }
}
