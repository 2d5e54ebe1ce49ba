import type { Launch, RunningProgram } from '../wall/wall.ts'
import { startLocally } from './local-program.ts'

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
  reason?: 'killed' | 'too-much-output' | 'not-started' | 'out-of-memory'
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

/** A program that can be ended with everything it started, and whose words are bounded. */
export class SubjectProcess {
  readonly ended: Promise<Ending>
  stderr = ''
  readonly #program: RunningProgram
  #stdoutBytes = 0
  #rest = ''
  #reason: Ending['reason']
  #onLine: (line: string) => void

  constructor({ launch, onLine, onSign = () => {} }: ProcessOptions) {
    this.#onLine = onLine
    this.#program = launch.start?.() ?? startLocally(launch)
    alive.add(this)
    // A process that never reads its input must not bring us down.
    this.#program.stdin.on('error', () => {})
    this.#program.stdout.setEncoding('utf8').on('data', (text: string) => {
      onSign()
      this.#read(text)
    })
    this.#program.stderr.setEncoding('utf8').on('data', (text: string) => {
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
    this.#program.stdin.write(`${line}\n`)
  }

  closeInput(): void {
    this.#program.stdin.end()
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
    this.#program.signal('SIGTERM')
  }

  /** Ends the process and everything in its group. */
  kill(reason: NonNullable<Ending['reason']> = 'killed'): void {
    if (alive.has(this)) this.#reason ??= reason
    this.#program.signal('SIGKILL')
  }

  #read(text: string): void {
    this.#stdoutBytes += text.length
    if (this.#stdoutBytes > STDOUT_BYTES_MAX) return this.kill('too-much-output')
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop()!
    for (const line of lines) if (line.trim() !== '') this.#onLine(line)
  }

  async #watch(): Promise<Ending> {
    const ending = await this.#program.ended
    alive.delete(this)
    this.#program.signal('SIGKILL')
    if (this.#rest.trim() !== '') this.#onLine(this.#rest)
    this.#rest = ''
    return this.#reason === undefined ? ending : { reason: this.#reason, ...ending }
  }
}
