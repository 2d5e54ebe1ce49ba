import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import type { Writable } from 'node:stream'
import type { Launch } from '../wall/wall.ts'
import { inheritedDescriptors } from './inherited.ts'

/** How a process is started and bounded. */
export interface ProcessOptions {
  /** Its environment is the whole of it: nothing of ours leaks in. */
  launch: Launch
  /** Called with each line of stdout. */
  onLine: (line: string) => void
  /** Called whenever it says anything, on stdout or stderr. */
  onSign?: () => void
}

/** How a process ended. */
export interface Ending {
  code: number | null
  signal: string | null
  /** Why we ended it, or why it never began. */
  reason?: 'killed' | 'too-much-output' | 'not-started'
  detail?: string
}

/** More than this on stdout ends the process; of stderr so much is kept. */
const STDOUT_BYTES_MAX = 4 * 1024 * 1024
const STDERR_TAIL_CHARS = 4000

const alive = new Set<SubjectProcess>()
process.on('exit', () => endAllProcesses())

/** Ends every process that was started here, at once. */
export function endAllProcesses(): void {
  for (const one of alive) one.kill()
}

/** Three streams, what is to be read from further descriptors, and nothing in place of what we inherited. */
function stdioOf(inputs: readonly Buffer[]): StdioOptions {
  const inherited = inheritedDescriptors()
  const last = Math.max(2 + inputs.length, ...inherited.keys())
  return Array.from({ length: last + 1 }, (_, i) =>
    i < 3 + inputs.length ? 'pipe' : (inherited.get(i) ?? 'ignore'),
  )
}

/** A process in a group of its own, so that it can be ended with everything it started. */
export class SubjectProcess {
  readonly ended: Promise<Ending>
  stderr = ''
  readonly #child: ChildProcess
  #stdoutBytes = 0
  #rest = ''
  #reason: Ending['reason']
  #onLine: (line: string) => void

  constructor({ launch, onLine, onSign = () => {} }: ProcessOptions) {
    const { command, cwd, env, inputs = [] } = launch
    const [file, ...args] = command
    this.#onLine = onLine
    this.#child = spawn(file!, args, { cwd, env, detached: true, stdio: stdioOf(inputs) })
    alive.add(this)
    for (const [i, input] of inputs.entries()) {
      const pipe = this.#child.stdio[3 + i] as Writable
      pipe.on('error', () => {})
      pipe.end(input)
    }
    // A process that never reads its input must not bring us down.
    this.#child.stdin!.on('error', () => {})
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      onSign()
      this.#read(text)
    })
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      onSign()
      this.stderr = (this.stderr + text).slice(-STDERR_TAIL_CHARS)
    })
    this.ended = this.#watch()
  }

  /** Whether it still runs. */
  get isAlive(): boolean {
    return alive.has(this)
  }

  write(line: string): void {
    this.#child.stdin!.write(`${line}\n`)
  }

  closeInput(): void {
    this.#child.stdin!.end()
  }

  /** What it says from here on belongs to another request. */
  turnPage(): void {
    this.#stdoutBytes = 0
    this.stderr = ''
  }

  /** What it says from here on counts anew against the bound; what it said last is kept. */
  forgetOutput(): void {
    this.#stdoutBytes = 0
  }

  /** Asks the process and everything in its group to end (SIGTERM). */
  terminate(): void {
    this.#signalGroup('SIGTERM')
  }

  /** Ends the process and everything in its group. */
  kill(reason: NonNullable<Ending['reason']> = 'killed'): void {
    if (alive.has(this)) this.#reason ??= reason
    this.#killGroup()
  }

  #killGroup(): void {
    this.#signalGroup('SIGKILL')
  }

  #signalGroup(signal: NodeJS.Signals): void {
    const { pid } = this.#child
    if (pid === undefined) return
    try {
      process.kill(-pid, signal)
    } catch {
      // The whole group is gone already, which is what was wanted.
    }
  }

  #read(text: string): void {
    this.#stdoutBytes += text.length
    if (this.#stdoutBytes > STDOUT_BYTES_MAX) return this.kill('too-much-output')
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop()!
    for (const line of lines) if (line.trim() !== '') this.#onLine(line)
  }

  #watch(): Promise<Ending> {
    return new Promise((resolve) => {
      const end = (ending: Ending): void => {
        alive.delete(this)
        this.#killGroup()
        if (this.#rest.trim() !== '') this.#onLine(this.#rest)
        this.#rest = ''
        resolve(this.#reason === undefined ? ending : { reason: this.#reason, ...ending })
      }
      this.#child.once('error', ({ message }) => {
        if (this.#child.pid !== undefined) return
        end({ code: null, signal: null, reason: 'not-started', detail: message })
      })
      // What it started may hold the pipes open; the group goes first, so that they close.
      this.#child.once('exit', () => this.#killGroup())
      this.#child.once('close', (code, signal) => end({ code, signal }))
    })
  }
}
