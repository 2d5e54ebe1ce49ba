import type { World } from '../engine/world.ts'

/** Waits are told in steps of so many milliseconds; anything shorter is the machine, not the subject. */
const QUANTUM_MS = 500
/** Timers may fire a little early. */
const EARLY_MS = 25
/** Ours, whatever a test that uses this clock makes of the global one. */
const nextTurn: (tell: () => void) => void = setImmediate

/**
 * A wall clock for a world whose subject really waits. Virtual time must not follow the machine's
 * speed, or no trial could be played again: only the stretch between two readings counts, and only
 * its whole half seconds, so that a `Retry-After: 1` shows as 1000 ms and jitter as nothing. It
 * stands still while no request is under way, until the first call of a request (a process
 * starts as slowly as it likes), and within one turn of our own event loop: there nobody waits, it is
 * we who compute.
 */
export class WaitClock {
  readonly #now: () => number
  #totalMs = 0
  #lastAt: number | undefined
  #underWay = 0
  #tellFirst: () => void = () => {}
  #isSameTurn = false
  readonly #afterTurn: typeof nextTurn

  constructor(now: () => number = () => performance.now(), afterTurn = nextTurn) {
    this.#now = now
    this.#afterTurn = afterTurn
  }

  /** For `WorldOptions.wall`. */
  readonly wall = (): number => {
    if (this.#underWay === 0) return this.#totalMs
    const at = this.#now()
    if (this.#lastAt === undefined) this.#tellFirst()
    else if (!this.#isSameTurn) {
      const passedMs = Math.max(0, at - this.#lastAt)
      this.#totalMs += Math.floor((passedMs + EARLY_MS) / QUANTUM_MS) * QUANTUM_MS
    }
    this.#lastAt = at
    if (!this.#isSameTurn) {
      this.#isSameTurn = true
      this.#afterTurn(() => (this.#isSameTurn = false))
    }
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

  /**
   * Lets a world count to the millisecond what a front keeps its callers waiting: that is no wait of
   * the subject's, and what the machine makes of it must not show.
   */
  attend(world: World): void {
    world.onHeld = (ms, at) => {
      // The call was a reading; all since then was held, however late the machine's timer was.
      if (this.#lastAt !== undefined) this.#lastAt = this.#now()
      const leftMs = at + ms - world.now()
      if (leftMs > 0) world.advance(leftMs)
    }
  }

  /** The subject has answered. How long a process takes to leave after its last call is not told. */
  end(): void {
    this.#underWay--
  }
}
