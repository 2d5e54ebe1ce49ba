import { url as debugged } from 'node:inspector'
import type { Outcome } from '../play-one.ts'
import type { Planned } from '../plan-trials.ts'
import type { Player } from '../schedule.ts'
import type { Subject } from '../subject/subject.ts'
import type { WorkerSetup } from './protocol.ts'
import { WorkerProcess, type Assigned } from './worker-process.ts'

/** Fewer trials are played before workers would have started. */
const TRIALS_LEAST = 200
/** How many trials a worker has been told of, that it need not wait for the next. */
const AHEAD = 32

/** Whether trials of a subject are worth processes of their own. A debugger wants them here. */
export function wantsWorkers(
  { kind, fixed }: Pick<Subject, 'kind' | 'fixed'>,
  { jobs, trials }: { jobs: number; trials: number },
): boolean {
  return (
    kind === 'module' &&
    fixed !== true &&
    jobs > 1 &&
    trials >= TRIALS_LEAST &&
    debugged() === undefined
  )
}

/**
 * Plays trials of a module subject on several cores, in processes: each builds its own base worlds. Processes and
 * not threads, because the watch that breaks an endless loop reaches the main thread of a process only, and
 * because a module that exhausts its memory or calls `process.exit` then costs one trial.
 */
export class WorkerPool implements Player {
  readonly lanes: number
  readonly #setup: WorkerSetup
  readonly #workers = new Set<WorkerProcess>()
  #n = 0
  #isClosed = false
  #failure: Error | undefined

  constructor(setup: WorkerSetup, jobs: number) {
    this.#setup = setup
    this.lanes = jobs * AHEAD
    for (let i = 0; i < jobs; i++) this.#start()
  }

  /** Plays one trial somewhere; nothing comes of it when the signal ends it. Rejects when no worker can begin. */
  play = (planned: Planned, signal: AbortSignal): Promise<Outcome> =>
    new Promise((resolve, reject) => {
      const stop = (): void => resolve(undefined)
      if (signal.aborted) return stop()
      if (this.#failure !== undefined) return reject(this.#failure)
      signal.addEventListener('abort', stop, { once: true })
      const settle = (outcome: Outcome): void => {
        signal.removeEventListener('abort', stop)
        if (this.#failure === undefined) resolve(outcome)
        else reject(this.#failure)
      }
      this.#assign({ n: this.#n++, planned, settle })
    })

  /** Ends every worker at once. */
  async close(): Promise<void> {
    this.#isClosed = true
    const workers = [...this.#workers]
    for (const worker of workers) worker.close()
    await Promise.all(workers.map(({ ended }) => ended))
  }

  #start(): WorkerProcess {
    const worker = new WorkerProcess(this.#setup)
    this.#workers.add(worker)
    void this.#follow(worker)
    return worker
  }

  /** Replaces a worker that has gone, and tells another what it had not begun. */
  async #follow(worker: WorkerProcess): Promise<void> {
    const { culprit, left, failure } = await worker.ended
    this.#workers.delete(worker)
    if (this.#isClosed) return
    // What can't begin would never begin.
    this.#failure ??= failure
    if (this.#failure === undefined) this.#start()
    culprit?.assigned.settle(culprit.outcome)
    for (const one of left) {
      if (this.#failure === undefined) this.#assign(one)
      else one.settle(undefined)
    }
  }

  #assign(one: Assigned): void {
    let idlest: WorkerProcess | undefined
    for (const worker of this.#workers) {
      if (idlest === undefined || worker.load < idlest.load) idlest = worker
    }
    ;(idlest ?? this.#start()).assign(one)
  }
}
