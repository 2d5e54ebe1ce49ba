import type { Berth } from '../../wall/wall.ts'
import type { Berths } from '../berths.ts'
import type { SubjectSession, Surroundings } from '../subject.ts'
import { NotReady, ServiceProcess } from './process.ts'
import type { ServiceOptions } from './service.ts'
import { brokenSession, originsOf, ServiceSession, type Serving } from './session.ts'

/** A service that can't be started so often in a row is not tried again. */
const STARTS_MAX = 3

/** One process, and the trials that are on it. */
interface Shared {
  process: ServiceProcess
  berth: Berth
  trials: Set<{ isBystander: boolean }>
  /** How many trials it has had. One that went down under its only trial is that trial's own doing. */
  served: number
}

/** One process of a service for all trials at once; a trial that must be alone gets one of its own. */
export class SharedService {
  readonly #options: ServiceOptions
  readonly #berths: Berths
  readonly #all = new Set<ServiceProcess>()
  #current: Promise<Shared> | undefined
  #failures = 0

  constructor(options: ServiceOptions, berths: Berths) {
    this.#options = options
    this.#berths = berths
  }

  async open(surroundings: Surroundings): Promise<SubjectSession> {
    const { admit, signal, url, alone = false } = surroundings
    let shared: Shared
    try {
      shared = await (alone ? this.#startAlone(signal) : this.#share(signal))
    } catch (error) {
      if (error instanceof NotReady) return brokenSession(error)
      throw error
    }
    const trial = { isBystander: false }
    shared.trials.add(trial)
    shared.served++
    const admitted = admit(shared.berth)
    const { tenant, timeoutMs, startMs } = this.#options
    const session = await ServiceSession.open(servingOf(shared), {
      tenant,
      timeoutMs,
      startMs,
      url,
      env: admitted.env,
      signal,
    })
    return {
      send: (request) => session.send(request),
      turn: () => shared.process.turn(),
      origins: session.origins,
      inboundPath: session.inboundPath,
      isBystander: () => trial.isBystander,
      end: async () => {
        await session.end()
        shared.trials.delete(trial)
        await admitted.leave()
        if (alone) await this.#stop(shared)
      },
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((one) => one.stop()))
  }

  /** The port of the shared process may be the only one that there is. */
  async #startAlone(signal: AbortSignal): Promise<Shared> {
    if (this.#options.turns !== undefined) {
      const shared = await this.#current?.catch(() => undefined)
      await shared?.process.stop()
    }
    return this.#start(signal)
  }

  #share(signal: AbortSignal): Promise<Shared> {
    if (this.#current !== undefined) return this.#current
    const starting = this.#start(signal)
    const forget = (): void => {
      if (this.#current === starting) this.#current = undefined
    }
    this.#current = starting
    starting.then(
      ({ process }) => void process.ended.then(forget),
      () => {
        if (this.#failures < STARTS_MAX) forget()
      },
    )
    return starting
  }

  async #start(signal: AbortSignal): Promise<Shared> {
    const berth = await this.#berths.take()
    let process: ServiceProcess
    try {
      process = await ServiceProcess.start(this.#options, berth, signal)
      this.#failures = 0
    } catch (error) {
      this.#failures++
      await this.#berths.give(berth)
      throw error
    }
    this.#all.add(process)
    const shared: Shared = { process, berth, trials: new Set(), served: 0 }
    process.ended.then(() => blameNobody(shared)).catch(() => {})
    return shared
  }

  async #stop({ process, berth }: Shared): Promise<void> {
    await process.stop()
    this.#all.delete(process)
    await this.#berths.give(berth)
  }
}

function servingOf(shared: Shared): Serving {
  const { process } = shared
  return {
    client: process.client,
    turn: () => process.turn(),
    origins: originsOf(process.port),
    basePath: '',
    findEnding: () => process.findEnding(),
    suspect: async () => {
      if (shared.served === 1 || (await process.answers())) return
      // It may be another's endless loop that kept this one waiting.
      blameNobody(shared)
      process.kill()
      await process.ended
    },
    forgetOutput: () => process.forgetOutput(),
    // What many write at once is nobody's in particular.
    stderr: () => (shared.served === 1 ? process.stderr : ''),
  }
}

/** When a process with many trials goes down, each of them is played again alone: then it shows whose doing it was. */
function blameNobody({ trials, served }: Shared): void {
  if (served > 1) for (const one of trials) one.isBystander = true
}
