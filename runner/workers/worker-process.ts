import { fork, type ChildProcess } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { UsageError } from '../../engine/usage-error.ts'
import { unseen, type Outcome } from '../play-one.ts'
import type { Planned } from '../plan-trials.ts'
import type { TrialResult } from '../trial-result.ts'
import { because } from '../verdict.ts'
import { BEAT_MS, type Said, type Task, type WorkerSetup } from './protocol.ts'

/** A worker whose event loop has stood so long that even its own watch could not free it is ended. */
const STUCK_BEATS = 60

/** A trial that a worker has been told of. */
export interface Assigned {
  n: number
  planned: Planned
  settle: (outcome: Outcome) => void
}

/** How a worker ended. */
export interface WorkerEnd {
  /** The trial that ended it. */
  culprit?: { assigned: Assigned; outcome: Outcome }
  /** What it was told of and had not begun. */
  left: Assigned[]
  /** Why it could not even begin. */
  failure?: Error
}

/** One process that plays trials, one after the other. */
export class WorkerProcess {
  readonly ended: Promise<WorkerEnd>
  readonly #child: ChildProcess
  /** In the order in which it plays them. */
  readonly #assigned = new Map<number, Assigned>()
  readonly #watch: NodeJS.Timeout
  /** A file without a name, in which the worker writes what it begins. */
  readonly #mark = openUnnamed()
  #untold: Task[] = []
  #isReady = false
  #isStuck = false
  #isClosed = false
  #missedBeats = 0
  #failure: string | undefined

  constructor(setup: WorkerSetup) {
    const file = join(import.meta.dirname, `worker${extname(import.meta.filename)}`)
    this.#child = fork(file, {
      serialization: 'advanced',
      execArgv: process.execArgv.filter((flag) => !flag.startsWith('--inspect')),
      // What code under test prints must not mix with what we print.
      stdio: ['ignore', 2, 2, 'ipc', this.#mark],
    })
    this.#child.on('message', (said: Said[]) => {
      for (const one of said) this.#hear(one)
    })
    this.#child.on('error', (error) => (this.#failure = error.message))
    this.#child.send(setup, () => {})
    this.#watch = setInterval(() => this.#countBeat(), BEAT_MS).unref()
    this.ended = this.#follow()
  }

  /** How many trials it has been told of and not yet answered. */
  get load(): number {
    return this.#assigned.size
  }

  assign(one: Assigned): void {
    const { n, planned } = one
    const { loaded, plan, seed, isFirst } = planned
    this.#assigned.set(n, one)
    const scenario = { id: loaded.id, file: loaded.file }
    // Those of one turn go together.
    if (this.#untold.length === 0) setImmediate(() => this.#tell())
    this.#untold.push({ n, scenario, plan: plan.name, seed, isFirst })
  }

  #tell(): void {
    if (this.#child.connected) this.#child.send(this.#untold, () => {})
    this.#untold = []
  }

  /** Ends it at once; what it was told of has no outcome. */
  close(): void {
    this.#isClosed = true
    this.#child.kill('SIGKILL')
  }

  async #follow(): Promise<WorkerEnd> {
    // What it said last may come after its end.
    const silent = new Promise((resolve) => this.#child.once('disconnect', resolve))
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
      this.#child.once('exit', (...how) => resolve(how))
      this.#child.once('error', () => resolve([null, null]))
    })
    if (this.#child.connected) await silent
    return this.#conclude(code, signal)
  }

  #hear(said: Said): void {
    this.#missedBeats = 0
    if (said.kind === 'ready') this.#isReady = true
    if (said.kind === 'failed') {
      this.#failure = said.what
      this.#child.kill('SIGKILL')
    }
    if (said.kind === 'played') {
      this.#take(said.n)?.settle(JSON.parse(said.trial) as TrialResult)
    }
    if (said.kind === 'broken') {
      const one = this.#take(said.n)
      if (one === undefined) return
      const { id, file } = one.planned.loaded
      const error = new UsageError(said.what, { ...said.where, fix: said.fix })
      one.settle({ id, file, error })
    }
  }

  #take(n: number): Assigned | undefined {
    const one = this.#assigned.get(n)
    this.#assigned.delete(n)
    return one
  }

  /** Counted by our own clock: a machine that slept is no reason. */
  #countBeat(): void {
    if (++this.#missedBeats < STUCK_BEATS) return
    this.#isStuck = true
    this.#child.kill('SIGKILL')
  }

  /** The trial that was under way is what ended it; those behind it were not begun. */
  #conclude(code: number | null, signal: string | null): WorkerEnd {
    clearInterval(this.#watch)
    const begun = readMark(this.#mark)
    closeSync(this.#mark)
    const under = this.#assigned.get(begun) ?? this.#assigned.values().next().value
    const left = [...this.#assigned.values()].filter((one) => one !== under)
    this.#assigned.clear()
    if (this.#isClosed) {
      for (const one of [under, ...left]) one?.settle(undefined)
      return { left: [] }
    }
    if (!this.#isReady) {
      const how = this.#failure ?? `it ended with ${signal ?? `exit code ${code}`}`
      const failure = new Error(`A worker could not begin: ${how}`)
      return { left: under === undefined ? [] : [under, ...left], failure }
    }
    if (under === undefined) return { left }
    const why = this.#isStuck
      ? `it held its process for more than ${(STUCK_BEATS * BEAT_MS) / 1000} s`
      : `it ended its process with ${signal ?? `exit code ${code}`}`
    const reason = because('answer', `no answer: the subject is a module, and ${why}`, {
      key: `no answer: ${this.#isStuck ? 'held' : 'ended'} its process`,
    })
    const outcome = unseen(under.planned, 'unsatisfied', reason)
    return { culprit: { assigned: under, outcome }, left }
  }
}

function openUnnamed(): number {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-worker-'))
  const file = openSync(join(folder, 'mark'), 'w+')
  rmSync(folder, { recursive: true })
  return file
}

/** The number of the trial that a worker began last; -1 when it began none. */
function readMark(file: number): number {
  const mark = Buffer.alloc(4)
  return readSync(file, mark, 0, 4, 0) === 4 ? mark.readUInt32LE() : -1
}
