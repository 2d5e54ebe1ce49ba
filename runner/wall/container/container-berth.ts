import type { Socket } from 'node:net'
import type { OpenWorld } from '../../../fronts/worlds.ts'
import type { LaneNetwork } from '../lane/lane-network.ts'
import type {
  Admission,
  Berth,
  EscapeAttempt,
  Launch,
  Program,
  RunningProgram,
  WallServer,
} from '../wall.ts'
import type { Container } from './container.ts'
import type { Engine } from './engine.ts'
import { runInside } from './run-inside.ts'

/** What a berth of containers is made of. */
export interface ContainerBerthOptions {
  engine: Engine
  /** Keeps the network while containers come and go. */
  holder: Container
  network: LaneNetwork
  /** Starts a container for the code under test in that network. */
  start: () => Promise<Container>
  /** Whether one container serves trial after trial. */
  isKept: boolean
  /** Handed what was tried and found no trial to be noted in. */
  onClose: (strays: EscapeAttempt[]) => void
}

/** A network that ends at the twins, and one container after the other in it. */
export class ContainerBerth implements Berth {
  readonly #options: ContainerBerthOptions
  readonly #running = new Set<RunningProgram>()
  /** The one that programs are started in, or will be. */
  #current: Promise<Container> | undefined
  #isUsed = false

  constructor(options: ContainerBerthOptions) {
    this.#options = options
    this.#prepare()
  }

  admit(open: OpenWorld, server: WallServer): Admission {
    const { urlOf, leave } = this.#options.network.admit(open, server)
    let left: Promise<void> | undefined
    return {
      urlOf,
      leave: () => {
        left ??= this.#endLeftovers().then(leave, async (error: unknown) => {
          await leave()
          throw error
        })
        return left
      },
    }
  }

  wrap(program: Program): Launch {
    const { command, cwd } = program
    const env = { ...program.env }
    return { command, cwd, env, start: () => this.#start(program) }
  }

  dial(port: number): Promise<Socket> {
    return this.#options.network.dial(port)
  }

  /** A container that was used is gone when the trial is left; the next one starts meanwhile. */
  async sweep(): Promise<void> {
    if (this.#running.size > 0) await this.#discard()
    this.#prepare()
  }

  async close(): Promise<void> {
    const { network, holder, onClose } = this.#options
    await this.#discard()
    const strays = await network.close()
    await holder.remove()
    onClose(strays.splice(0))
  }

  #start(program: Program): RunningProgram {
    this.#isUsed = true
    const running = runInside(this.#options.engine, this.#prepare(), program)
    this.#running.add(running)
    void running.ended.then(() => this.#running.delete(running))
    return running
  }

  #prepare(): Promise<Container> {
    if (this.#current !== undefined) return this.#current
    const starting = this.#options.start()
    this.#current = starting
    this.#isUsed = false
    // Who starts a program in it learns why there is none; the next one may find another.
    starting.catch(() => {
      if (this.#current === starting) this.#current = undefined
    })
    return starting
  }

  /** Whatever a program has left running must be gone before its trial is closed. One that still runs serves further trials. */
  async #endLeftovers(): Promise<void> {
    if (this.#running.size > 0 || !this.#isUsed) return
    const container = await this.#current?.catch(() => undefined)
    if (!this.#options.isKept || container === undefined || container.isRemoved) {
      return this.#discard()
    }
    if (container.isIdle() === true) return
    await container.signalAll('kill').catch(() => this.#discard())
  }

  async #discard(): Promise<void> {
    const current = this.#current
    this.#current = undefined
    const container = await current?.catch(() => undefined)
    await container?.remove()
  }
}
