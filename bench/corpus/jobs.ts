import { fork, type ChildProcess } from 'node:child_process'
import { statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { emptyResult, type DocumentResult } from './result.ts'
import type { Task } from './worker.ts'

export interface Limits {
  ms: number
  heapMb: number
  /** A process takes so many documents; then another begins, with an empty heap. */
  documents: number
}

/** Has documents judged in another process, which a hang or a crash costs and nothing else. */
export class Judge {
  readonly #limits: Limits
  #child: ChildProcess | undefined
  #taken = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  judge(task: Task): Promise<DocumentResult> {
    const child = this.#childNow()
    const begun = performance.now()
    return new Promise((resolve) => {
      let phase = 'start'
      const end = (result: DocumentResult): void => {
        clearTimeout(timer)
        child.removeAllListeners('message').removeAllListeners('exit')
        if (result.outcome === 'hang' || result.outcome === 'out-of-memory') this.stop()
        resolve(result)
      }
      const lost = (outcome: DocumentResult['outcome'], why: string): void => {
        const bytes = statSync(task.path).size
        const totalMs = Math.round(performance.now() - begun)
        end({ ...emptyResult(task.id), bytes, totalMs, outcome, why: `${why} at ${phase}` })
      }
      const timer = setTimeout(() => lost('hang', 'no end'), this.#limits.ms)
      child.on('message', (told: { phase?: string; result?: DocumentResult }) => {
        if (told.phase !== undefined) phase = told.phase
        if (told.result !== undefined) end(told.result)
      })
      child.on('exit', (code, signal) => {
        this.#child = undefined
        lost('out-of-memory', `the process ended with ${signal ?? code}`)
      })
      child.send(task)
    })
  }

  stop(): void {
    this.#child?.removeAllListeners('exit')
    this.#child?.kill('SIGKILL')
    this.#child = undefined
  }

  #childNow(): ChildProcess {
    if (this.#taken++ % this.#limits.documents === 0) this.stop()
    this.#child ??= fork(fileURLToPath(new URL('./worker.ts', import.meta.url)), {
      execArgv: ['--expose-gc', `--max-old-space-size=${this.#limits.heapMb}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    return this.#child
  }
}
