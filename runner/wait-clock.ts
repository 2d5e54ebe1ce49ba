/** Waits are told in steps of so many milliseconds; anything shorter is the machine, not the subject. */
const QUANTUM_MS = 500
/** Timers may fire a little early. */
const EARLY_MS = 25

/**
 * A wall clock for a world whose subject really waits. Virtual time must not follow the machine's
 * speed, or no trial could be played again: only the stretch between two readings counts, and only
 * its whole half seconds, so that a `Retry-After: 1` shows as 1000 ms and jitter as nothing. It
 * stands still while no request is under way, and until the first call of a request (a process
 * starts as slowly as it likes).
 */
export class WaitClock {
  readonly #now: () => number
  #totalMs = 0
  #lastAt: number | undefined
  #underWay = 0
  #tellFirst: () => void = () => {}

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** For `WorldOptions.wall`. */
  readonly wall = (): number => {
    if (this.#underWay === 0) return this.#totalMs
    const at = this.#now()
    if (this.#lastAt === undefined) this.#tellFirst()
    else {
      this.#totalMs += Math.floor((at - this.#lastAt + EARLY_MS) / QUANTUM_MS) * QUANTUM_MS
    }
    this.#lastAt = at
    return this.#totalMs
  }

  /** A request to the subject begins; the promise is kept at its first call. */
  begin(): Promise<void> {
    if (this.#underWay++ === 0) this.#lastAt = undefined
    const first = Promise.withResolvers<void>()
    const tellOthers = this.#tellFirst
    this.#tellFirst = () => {
      this.#tellFirst = () => {}
      first.resolve()
      tellOthers()
    }
    return first.promise
  }

  /** The subject has answered. How long a process takes to leave after its last call is not told. */
  end(): void {
    this.#underWay--
  }
}
