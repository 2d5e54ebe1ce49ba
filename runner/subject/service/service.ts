import type { Limits, Wall } from '../../wall/wall.ts'
import { Berths } from '../berths.ts'
import type { Subject, SubjectSession, Surroundings } from '../subject.ts'
import { NotReady, ServiceProcess, type Ready } from './process.ts'
import { brokenSession, originsOf, ServiceSession, type Serving } from './session.ts'
import { SharedService } from './shared.ts'
import type { TenantDescription } from './tenant.ts'
import { Turns } from './turns.ts'

export interface ServiceOptions {
  name: string
  command: readonly string[]
  /** Absolute path. */
  cwd: string
  env: Readonly<Record<string, string>>
  timeoutMs: number
  startMs: number
  stopMs: number
  port?: number | undefined
  portEnv: string
  turns?: Turns | undefined
  ready?: Ready | undefined
  /** How its trials are told apart; absent: one at a time. */
  tenant?: TenantDescription | undefined
  /** Without tenants: one process plays trial after trial, with settings that never change. */
  warm: boolean
  wall: Wall
  readable?: readonly string[]
  limits?: Limits | undefined
}

/** Services answer a webhook first and do what it asks for then. */
const SETTLE_MS = 25
/** Of one that can't be asked whether it has had its turn. */
export const UNASKED_SETTLE_MS = 100

/** The code under test as a service: a process that listens on a port and gets requests and events over HTTP. */
export function createServiceSubject(options: ServiceOptions): Subject {
  const { name, wall, tenant, warm, ready } = options
  const isShared = tenant !== undefined
  const berths = berthsOf(options, isShared)
  // Behind any other wall each process has ports of its own.
  const isContended = options.port !== undefined && wall.name === 'environment'
  const turns = isContended ? new Turns() : undefined
  const host = isShared
    ? new SharedService({ ...options, turns }, berths)
    : new SingleService({ ...options, turns }, berths, warm)
  return {
    name,
    kind: 'service',
    reach: 'http',
    wall,
    settleMs: ready !== undefined && 'path' in ready ? SETTLE_MS : UNASKED_SETTLE_MS,
    fixed: !isShared && warm,
    open: (surroundings) => host.open(surroundings),
    close: async () => {
      await host.close()
      await berths.close()
    },
  }
}

function berthsOf({ wall, cwd, readable = [], limits }: ServiceOptions, shared: boolean): Berths {
  const options = { readable: [cwd, ...readable], shared }
  return new Berths(wall, limits === undefined ? options : { ...options, limits })
}

/** Processes that play one trial at a time: a new one for each, or the same where settings are the same. */
class SingleService {
  readonly #options: ServiceOptions
  readonly #berths: Berths
  readonly #isWarm: boolean
  readonly #idle: { key: string; process: ServiceProcess }[] = []
  readonly #all = new Set<ServiceProcess>()

  constructor(options: ServiceOptions, berths: Berths, isWarm: boolean) {
    this.#options = options
    this.#berths = berths
    this.#isWarm = isWarm
  }

  async open(surroundings: Surroundings): Promise<SubjectSession> {
    const { admit, signal, url } = surroundings
    const key = JSON.stringify(surroundings.env)
    const idle = this.#takeIdle(key)
    if (idle === undefined && this.#options.turns !== undefined) await this.#stopIdle()
    const berth = idle?.berth ?? (await this.#berths.take())
    const admitted = admit(berth)
    let process: ServiceProcess
    try {
      process = idle ?? (await this.#start(berth, admitted.env, signal))
    } catch (error) {
      await admitted.leave()
      await this.#berths.give(berth)
      if (error instanceof NotReady) return brokenSession(error)
      throw error
    }
    const interrupt = (): void => process.kill()
    signal.addEventListener('abort', interrupt)
    const { timeoutMs, startMs } = this.#options
    const options = { tenant: undefined, timeoutMs, startMs, url, env: admitted.env, signal }
    const session = await ServiceSession.open(servingOf(process), options)
    const end = async (): Promise<void> => {
      const isTrusted = this.#isWarm && !session.isBusy && process.isAlive
      await session.end()
      signal.removeEventListener('abort', interrupt)
      if (isTrusted) {
        await admitted.leave()
        this.#idle.push({ key, process })
        return
      }
      await this.#stop(process)
      await admitted.leave()
      await this.#berths.give(process.berth)
    }
    const { origins, inboundPath } = session
    const turn = (): Promise<void> => process.turn()
    return { send: (request) => session.send(request), turn, origins, inboundPath, end }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((one) => this.#stop(one)))
  }

  /** Those that wait for a trial with their settings hold a port that another needs. */
  async #stopIdle(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map(({ process }) => this.#retire(process)))
  }

  async #retire(process: ServiceProcess): Promise<void> {
    await this.#stop(process)
    await this.#berths.give(process.berth)
  }

  #takeIdle(key: string): ServiceProcess | undefined {
    const found = this.#idle.findIndex((one) => one.key === key && one.process.isAlive)
    return found === -1 ? undefined : this.#idle.splice(found, 1)[0]!.process
  }

  async #start(
    berth: ServiceProcess['berth'],
    env: Record<string, string>,
    signal: AbortSignal,
  ): Promise<ServiceProcess> {
    const process = await ServiceProcess.start(
      { ...this.#options, env: { ...this.#options.env, ...env } },
      berth,
      signal,
    )
    this.#all.add(process)
    return process
  }

  async #stop(process: ServiceProcess): Promise<void> {
    await process.stop()
    this.#all.delete(process)
  }
}

/** A process that serves one trial at a time. */
function servingOf(process: ServiceProcess): Serving {
  return {
    client: process.client,
    turn: () => process.turn(),
    origins: originsOf(process.port),
    basePath: '',
    findEnding: () => process.findEnding(),
    // It is the only trial: whatever held it up is its own.
    suspect: () => Promise.resolve(),
    forgetOutput: () => process.forgetOutput(),
    stderr: () => process.stderr,
  }
}
