import type { World } from '../engine/world.ts'

interface Waiting {
  /** Virtual ms. */
  due: number
  go: () => void
}

/**
 * Waits that cost no real time: when everybody in this process has had their turn, the clock of the
 * world goes on to the next that is due. Calls that were made together are answered in the order of
 * their lateness, and time passes once for all of them.
 */
export class VirtualWait {
  readonly #world: World
  readonly #waiting: Waiting[] = []
  #isTurning = false

  constructor(world: World) {
    this.#world = world
  }

  /** Resolves when so many virtual ms have passed. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const due = this.#world.now() + ms
      const before = this.#waiting.findIndex((one) => one.due > due)
      this.#waiting.splice(before === -1 ? this.#waiting.length : before, 0, { due, go: resolve })
      if (this.#isTurning) return
      this.#isTurning = true
      setImmediate(() => this.#turn())
    })
  }

  #turn(): void {
    const next = this.#waiting.shift()
    if (next === undefined) {
      this.#isTurning = false
      return
    }
    const leftMs = next.due - this.#world.now()
    if (leftMs > 0) this.#world.advance(leftMs)
    next.go()
    setImmediate(() => this.#turn())
  }
}
