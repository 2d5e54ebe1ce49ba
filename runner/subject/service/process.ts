import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Berth } from '../../wall/wall.ts'
import { problemOf } from '../command.ts'
import { SubjectProcess, type Ending } from '../process.ts'
import type { SubjectProblem } from '../subject.ts'
import { NoAnswer, ServiceClient } from './client.ts'
import type { Turns } from './turns.ts'

/** When a service takes requests: a path that it answers with 2xx or 3xx, or a word in its log. Else as soon as its port is open. */
export type Ready = { path: string } | { log: string }

export interface ServiceProcessOptions {
  command: readonly string[]
  /** Absolute path. */
  cwd: string
  env: Readonly<Record<string, string>>
  /** A free one when absent. */
  port?: number | undefined
  /** Whose turn it is to listen on that port, where every process would listen on this machine's. */
  turns?: Turns | undefined
  /** The variable by which it is told its port. */
  portEnv: string
  ready?: Ready | undefined
  startMs: number
  stopMs: number
}

/** A service that never came to serve. */
export class NotReady extends Error {
  override name = 'NotReady'
  readonly problem: SubjectProblem
  readonly stderr: string
  constructor(problem: SubjectProblem, stderr: string) {
    super(problem.why)
    this.problem = problem
    this.stderr = stderr
  }
}

const POLL_MS = 15
const PROBE_MS = 2000
/** So long may a process take to go down after it broke its connections. */
const GOING_DOWN_MS = 500

/** One process of a service, in its berth. */
export class ServiceProcess {
  readonly berth: Berth
  readonly client: ServiceClient
  readonly port: number
  readonly ended: Promise<Ending>
  readonly #process: SubjectProcess
  readonly #options: ServiceProcessOptions
  #said = ''
  #stopping = false

  private constructor(options: ServiceProcessOptions, berth: Berth, port: number) {
    const { command, cwd, env, portEnv } = options
    this.#options = options
    this.berth = berth
    this.port = port
    this.client = new ServiceClient(() => berth.dial(port))
    this.#process = new SubjectProcess({
      launch: berth.wrap({ command, cwd, env: { ...env, [portEnv]: String(port) } }),
      onLine: (line) => this.#hear(line),
    })
    this.#process.closeInput()
    this.ended = this.#process.ended
  }

  /** Starts a process and waits until it serves. Rejects with `NotReady`. */
  static async start(
    options: ServiceProcessOptions,
    berth: Berth,
    signal: AbortSignal,
  ): Promise<ServiceProcess> {
    const leave = await options.turns?.take()
    const started = new ServiceProcess(options, berth, options.port ?? (await findFreePort()))
    if (leave !== undefined) started.ended.then(leave, leave)
    const interrupt = (): void => started.kill()
    signal.addEventListener('abort', interrupt)
    if (signal.aborted) interrupt()
    try {
      await started.#becomeReady()
    } finally {
      signal.removeEventListener('abort', interrupt)
    }
    return started
  }

  get isAlive(): boolean {
    return this.#process.isAlive && !this.#stopping
  }

  /** The last of what it wrote to stderr. */
  get stderr(): string {
    return this.#process.stderr
  }

  /** What it writes from here on counts anew against the bound of its output. */
  forgetOutput(): void {
    this.#process.forgetOutput()
  }

  /** Why it went down, if it is down or going down. */
  async findEnding(): Promise<SubjectProblem | undefined> {
    const ending = await Promise.race([this.ended, wait(GOING_DOWN_MS)])
    if (ending === undefined) return undefined
    return problemOf(ending, this.stderr, 'its time', 'having been told to')
  }

  /** Kept when it has answered the question whether it is ready; at once where it has no path for that. */
  async turn(): Promise<void> {
    const { ready } = this.#options
    if (ready === undefined || !('path' in ready)) return
    const headers = { host: `127.0.0.1:${this.port}` }
    const asked = { method: 'GET', path: ready.path, headers }
    await this.client.ask(asked, { timeoutMs: PROBE_MS }).catch(() => {})
  }

  /** Whether it still answers anything at all. */
  async answers(): Promise<boolean> {
    const { ready } = this.#options
    const path = ready !== undefined && 'path' in ready ? ready.path : '/'
    const headers = { host: `127.0.0.1:${this.port}` }
    try {
      await this.client.ask({ method: 'GET', path, headers }, { timeoutMs: PROBE_MS })
      return true
    } catch (error) {
      return error instanceof NoAnswer && error.kind !== 'timed-out' && this.isAlive
    }
  }

  kill(): void {
    this.#stopping = true
    this.#process.kill()
  }

  /** Ends it in good order: SIGTERM, and after `stopMs` SIGKILL for it and all it started. */
  async stop(): Promise<void> {
    this.#stopping = true
    this.client.close()
    this.#process.terminate()
    const timer = setTimeout(() => this.#process.kill(), this.#options.stopMs)
    await this.ended
    clearTimeout(timer)
  }

  #hear(line: string): void {
    if (this.#said !== '') return
    const { ready } = this.#options
    if (ready !== undefined && 'log' in ready && line.includes(ready.log)) this.#said = line
  }

  async #becomeReady(): Promise<void> {
    const { startMs } = this.#options
    const until = performance.now() + startMs
    const ended = this.ended.then((ending) => ({ ending }))
    while (performance.now() < until) {
      if (await this.#isReady()) return
      const over = await Promise.race([ended, wait(POLL_MS)])
      if (over === undefined) continue
      const why = problemOf(over.ending, this.stderr, `${startMs} ms`, 'having served')
      this.client.close()
      throw new NotReady(why, this.stderr)
    }
    const { stderr } = this
    await this.stop()
    throw new NotReady({ kind: 'timed-out', why: `was not ready within ${startMs} ms` }, stderr)
  }

  async #isReady(): Promise<boolean> {
    const { ready } = this.#options
    if (ready !== undefined && 'log' in ready) {
      return this.#said !== '' || this.stderr.includes(ready.log)
    }
    try {
      if (ready === undefined) {
        const socket = await this.berth.dial(this.port)
        socket.destroy()
        return true
      }
      const headers = { host: `127.0.0.1:${this.port}` }
      const asked = { method: 'GET', path: ready.path, headers }
      const { status } = await this.client.ask(asked, { timeoutMs: PROBE_MS })
      return status < 400
    } catch {
      return false
    }
  }
}

/** A port of this machine that nobody listens on; a berth of its own has it free as well. */
function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
