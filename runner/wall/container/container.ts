import { readFileSync } from 'node:fs'
import type { Program } from '../wall.ts'
import { isMissing, type Engine, type EngineApi } from './engine.ts'
import { runInside } from './run-inside.ts'
import { holdFile } from './settings.ts'

type Handle = ReturnType<EngineApi['getContainer']>
type CreateOptions = Parameters<EngineApi['createContainer']>[0]
type Stream = Awaited<ReturnType<Handle['attach']>>
type Exec = Awaited<ReturnType<Handle['exec']>>

/** A container that runs the holding program, and whatever else it is told to. Ends when this process does. */
export class Container {
  readonly id: string
  /** Of its first process, as this machine counts when the engine runs here. */
  readonly pid: number
  readonly #handle: Handle
  /** The other end of its standard input: when it is closed, the container ends. */
  readonly #lifeline: Stream
  readonly #engine: Engine
  #removed: Promise<void> | undefined

  private constructor(engine: Engine, handle: Handle, lifeline: Stream, pid: number) {
    this.#engine = engine
    this.#handle = handle
    this.#lifeline = lifeline
    this.id = handle.id
    this.pid = pid
  }

  /** Rejects with the engine's words. */
  static async start(engine: Engine, options: CreateOptions): Promise<Container> {
    const handle = await engine.api.createContainer(options)
    try {
      const lifeline = await handle.attach({ stream: true, stdin: true, hijack: true })
      lifeline.on('error', () => {})
      await handle.start()
      const { State } = await handle.inspect()
      return new Container(engine, handle, lifeline, State.Pid)
    } catch (error) {
      await handle.remove({ force: true, v: true }).catch(() => {})
      throw error
    }
  }

  /** Whether it has been removed, or is being so. */
  get isRemoved(): boolean {
    return this.#removed !== undefined
  }

  /** Whether the engine still runs it. */
  async isRunning(): Promise<boolean> {
    return this.#handle.inspect().then(
      ({ State }) => State.Running,
      () => false,
    )
  }

  /** Starts a program in here, besides what runs already. Rejects with the engine's words. */
  async exec({
    command,
    cwd,
    env,
  }: Program): Promise<{ exec: Exec; stream: Awaited<ReturnType<Exec['start']>> }> {
    const exec = await this.#handle.exec({
      Cmd: [...command],
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      WorkingDir: cwd,
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    })
    return { exec, stream: await exec.start({ hijack: true, stdin: true }) }
  }

  /** Signals every process of the program's user. Rejects when it can't, as when there may be no more processes. */
  async signalAll(word: 'kill' | 'term'): Promise<void> {
    const program = { command: [holdFile, word], cwd: '/', env: {} }
    const { code, detail } = await runInside(this.#engine, Promise.resolve(this), program).ended
    if (code !== 0) throw new Error(detail ?? `ended with exit code ${code}`)
  }

  /** Whether nothing but the holding program runs; undefined where that can't be seen from here. */
  isIdle(): boolean | undefined {
    try {
      return readFileSync(`/proc/${this.pid}/task/${this.pid}/children`, 'utf8').trim() === ''
    } catch {
      return undefined
    }
  }

  /** Ends it and all that runs in it. The second call does nothing. */
  remove(): Promise<void> {
    return (this.#removed ??= this.#remove())
  }

  async #remove(): Promise<void> {
    try {
      await this.#handle.remove({ force: true, v: true })
    } catch (error) {
      const { statusCode } = error as { statusCode?: number }
      // It is gone already, or just going.
      if (!isMissing(error) && statusCode !== 409) throw error
    } finally {
      this.#lifeline.end()
    }
  }
}
