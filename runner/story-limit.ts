import { UsageError } from '../engine/usage-error.ts'

/** So long may a scenario's own function take, without what its subject takes. */
const STORY_MS = 30_000
/** A timer that comes so late was held up; those who waited beside get a moment more. */
const LATE_MS = 1000

/** Ends a scenario that never ends by itself. It stands still while the subject is asked. */
export class StoryLimit {
  /** Fails when the time is over. */
  readonly over: Promise<never>
  readonly #fail: (reason: unknown) => void
  readonly #most: number
  #leftMs: number
  #since = 0
  #asked = 0
  #timer: NodeJS.Timeout | undefined

  constructor(most = STORY_MS) {
    const { promise, reject } = Promise.withResolvers<never>()
    promise.catch(() => {})
    this.over = promise
    this.#fail = reject
    this.#most = most
    this.#leftMs = most
    this.#start(most)
  }

  /** The subject is asked. */
  pause(): void {
    if (this.#asked++ > 0) return
    clearTimeout(this.#timer)
    this.#leftMs = Math.max(0, this.#leftMs - (performance.now() - this.#since))
  }

  /** The subject has answered. */
  resume(): void {
    if (--this.#asked === 0) this.#start(this.#leftMs)
  }

  end(): void {
    clearTimeout(this.#timer)
  }

  #start(ms: number): void {
    this.#since = performance.now()
    this.#timer = setTimeout(() => {
      const lateMs = performance.now() - this.#since - ms
      if (lateMs > LATE_MS) return this.#start(LATE_MS)
      this.#fail(
        new UsageError(`The scenario came to no end within ${this.#most / 1000} s.`, {
          fix: 'Look for a promise that never settles, or a loop that never ends.',
        }),
      )
    }, ms)
  }
}
