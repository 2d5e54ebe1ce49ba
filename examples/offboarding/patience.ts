import { setTimeout as pause } from 'node:timers/promises'

/** How a failed call is to be taken. */
export interface Trouble {
  /**
   * `refused`: a no for now, and nothing has happened. `unclear`: the answer is lost or unreadable,
   * so it may have happened. `final`: a no that will stay one.
   */
  kind: 'refused' | 'unclear' | 'final'
  /** How long the service asks us to wait. */
  afterMs?: number
}

export interface PatienceOptions {
  attemptsMax?: number
  /** The first wait; every further one is twice as long. */
  firstWaitMs?: number
  waitMsMax?: number
  /** A call without an answer is given up after so long. */
  answerMsMax?: number
  wait?: (ms: number) => Promise<unknown>
}

/** Tries again where that may help, waits as long as it is asked to, and never writes twice. */
export class Patience {
  readonly #diagnose: (error: unknown) => Trouble
  readonly #options: Required<PatienceOptions>

  constructor(diagnose: (error: unknown) => Trouble, options: PatienceOptions = {}) {
    this.#diagnose = diagnose
    this.#options = {
      attemptsMax: 6,
      firstWaitMs: 50,
      waitMsMax: 60_000,
      answerMsMax: 10_000,
      wait: pause,
      ...options,
    }
  }

  /** For whatever does no harm when it happens twice: reads, and writes that say how it shall be. */
  async repeat<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#inTime(ask)
      } catch (error) {
        const trouble = this.#diagnose(error)
        if (trouble.kind === 'final' || attempt === this.#options.attemptsMax) throw error
        await this.#rest(trouble, attempt)
      }
    }
  }

  /**
   * For writes that must not happen twice: before one is repeated, `hasHappened` looks whether the
   * one before got through. So does a final no, which may be the answer to a repetition.
   */
  async once(act: () => Promise<unknown>, hasHappened: () => Promise<boolean>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.#inTime(act)
        return
      } catch (error) {
        const trouble = this.#diagnose(error)
        if (trouble.kind !== 'final') await this.#rest(trouble, attempt)
        if (trouble.kind !== 'refused' && (await this.repeat(hasHappened))) return
        if (trouble.kind === 'final' || attempt === this.#options.attemptsMax) throw error
      }
    }
  }

  async #rest({ afterMs }: Trouble, attempt: number): Promise<void> {
    const { firstWaitMs, waitMsMax, wait } = this.#options
    const ownMs = firstWaitMs * 2 ** (attempt - 1)
    await wait(Math.min(Math.max(ownMs, afterMs ?? 0), waitMsMax))
  }

  async #inTime<T>(ask: () => Promise<T>): Promise<T> {
    const { answerMsMax } = this.#options
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      late.reject(new Error(`no answer within ${answerMsMax} ms`))
    }, answerMsMax)
    try {
      return await Promise.race([ask(), late.promise])
    } finally {
      clearTimeout(timer)
    }
  }
}

/** An answer that says nothing, though it came: a body cut short, or a proxy's error page. */
export class UnreadableAnswer extends Error {
  override name = 'UnreadableAnswer'
}

/** Takes a status as HTTP means it. Statuses from 500 are unclear: the service may have got far. */
export function troubleOf(status: number, afterMs?: number): Trouble {
  const wait = afterMs === undefined ? {} : { afterMs }
  if (status === 429) return { kind: 'refused', ...wait }
  if (status >= 500) return { kind: 'unclear', ...wait }
  return { kind: 'final' }
}
