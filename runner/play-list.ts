import { setImmediate as breathe } from 'node:timers/promises'
import type { OnWorld } from './play.ts'
import { playOne, type Outcome, type PlayGround } from './play-one.ts'
import type { Planned } from './plan-trials.ts'
import { watchStrays } from './stray.ts'
import type { TrialResult } from './trial-result.ts'
import { watchEventLoop } from './watchdog.ts'

/** One trial of a list, and what looks into its world or stands in its way. */
export interface Listed {
  planned: Planned
  onWorld?: OnWorld
  /** How long it may take on the wall; then it is given up, and `onLate` is told. */
  limitMs?: number
}

export interface PlayListOptions<T extends Listed> {
  /** How many trials are under way at once. */
  jobs: number
  /** Told of each trial as it ends, in any order. */
  onResult: (result: TrialResult, listed: T) => void
  /** Told of each trial that took too long. */
  onLate?: (listed: T) => void
}

/** So long may trials in this process keep the event loop to themselves. */
const BREATH_MS = 20

/**
 * Plays trials that need not be of one shape, such as those of an analysis. Asks for the next when one
 * has ended, so that a list may grow shorter by what was found. Throws the mistake of a scenario that is wrong.
 */
export async function playList<T extends Listed>(
  list: Iterable<T>,
  ground: PlayGround,
  { jobs, onResult, onLate }: PlayListOptions<T>,
): Promise<void> {
  const { signal } = ground
  const next = list[Symbol.iterator]()
  let breathedAt = performance.now()
  let mistake: Error | undefined
  async function work(): Promise<void> {
    for (;;) {
      if (signal?.aborted === true || mistake !== undefined) return
      const { value: listed, done } = next.next()
      if (done === true) return
      const { planned, onWorld, limitMs } = listed
      const outcome = await playWithin(planned, { ...ground, onWorld }, limitMs)
      if (outcome === undefined) return
      if (outcome === 'late') onLate?.(listed)
      else if ('error' in outcome) mistake = outcome.error
      else onResult(outcome, listed)
      if (performance.now() - breathedAt < BREATH_MS) continue
      await breathe()
      breathedAt = performance.now()
    }
  }
  await watched(() => Promise.all(Array.from({ length: Math.max(1, jobs) }, work)))
  if (mistake !== undefined) throw mistake
}

/** Plays one trial, and gives it up when it takes longer than it may on the wall. */
export async function playWithin(
  planned: Planned,
  ground: PlayGround,
  limitMs?: number,
): Promise<Outcome | 'late'> {
  if (limitMs === undefined) return playOne(planned, ground)
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Error('it took too long')), limitMs)
  const signals = ground.signal === undefined ? [late.signal] : [ground.signal, late.signal]
  try {
    const outcome = await playOne(planned, { ...ground, signal: AbortSignal.any(signals) })
    const isLate = outcome === undefined && ground.signal?.aborted !== true
    return isLate ? 'late' : outcome
  } finally {
    clearTimeout(timer)
  }
}

/** Plays trials while stray errors are taken to those who own them, and endless loops of this process are broken. */
export async function watched<T>(play: () => Promise<T>): Promise<T> {
  const stopWatches = [watchStrays(), watchEventLoop()]
  try {
    return await play()
  } finally {
    for (const stop of stopWatches) stop()
  }
}
