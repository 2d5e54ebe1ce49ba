import { hostname } from 'node:os'
import { UsageError } from '../../engine/usage-error.ts'
import type { RunResult } from '../report/result.ts'
import type { TrialResult } from '../trial-result.ts'
import type { History, RunRecord, RunStart } from './history.ts'

/** A run that is written into a history as it is played. */
export class KeptRun {
  readonly id: number
  /** What an earlier part of it has played. */
  readonly played: ReadonlyMap<string, TrialResult>
  readonly #history: History
  #isLost = false

  /** Begins a run, or goes on with one. Throws a UsageError when what it played has changed since. */
  constructor(history: History, start: RunStart, resumed?: RunRecord) {
    this.#history = history
    if (resumed === undefined) {
      this.id = history.startRun(start)
      this.played = new Map()
      return
    }
    needSame(start, resumed)
    this.id = resumed.id
    this.played = new Map(history.trials(resumed.id).map((trial) => [trial.id, trial]))
    history.resumeRun(resumed.id)
  }

  /** Keeps a trial that has ended. A disk that is full costs the history, not the run. */
  readonly add = (trial: TrialResult): void => {
    if (this.#isLost) return
    try {
      this.#history.addTrial(this.id, trial)
    } catch (error) {
      this.#isLost = true
      process.stderr.write(
        `The history ends here, the run goes on: ${(error as Error).message} (${this.#history.file}).\n`,
      )
    }
  }

  finish(result: RunResult): void {
    if (!this.#isLost) this.#history.finishRun(this.id, new Date().toISOString(), result)
  }
}

/** The run that is to be gone on with: the last one that has not ended, or the one of a number. Throws a UsageError when there is none, or when somebody still plays it. */
export function findUnfinished(history: History, id?: number): RunRecord {
  const record =
    id === undefined
      ? history.runs().find((one) => one.finishedAt === undefined && !isPlayed(one))
      : history.run(id)
  const file = history.file
  if (record === undefined) {
    const what = id === undefined ? 'No run is unfinished.' : `There is no run ${id}.`
    throw new UsageError(what, { file, fix: 'See backlot history.' })
  }
  if (record.finishedAt !== undefined) {
    throw new UsageError(`Run ${record.id} has ended.`, { file, fix: 'See backlot history.' })
  }
  if (isPlayed(record)) {
    const what = `Run ${record.id} is still being played, by process ${record.player.pid}.`
    throw new UsageError(what, { file })
  }
  return record
}

/** Whether a process of this machine is playing it right now. */
export function isPlayed({ finishedAt, player: { host, pid } }: RunRecord): boolean {
  if (finishedAt !== undefined || pid === undefined || host !== hostname()) return false
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Trials of two versions make no run. */
function needSame(now: RunStart, then: RunRecord): void {
  const changed: string[] = []
  if (now.versions.backlot !== then.versions.backlot) changed.push('Backlot')
  if (now.subject.name !== then.subject.name || now.digest !== then.digest) {
    changed.push('the subject')
  }
  for (const name of new Set([...Object.keys(now.sources), ...Object.keys(then.sources)])) {
    if (now.sources[name] !== then.sources[name]) changed.push(name)
  }
  if (changed.length === 0) return
  const some = changed.slice(0, 4).join(', ')
  throw new UsageError(`Run ${then.id} can't go on: since it began, ${some} changed.`, {
    fix: 'Start a new run.',
  })
}
