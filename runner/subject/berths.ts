import type { Berth, BerthOptions, Wall } from '../wall/wall.ts'

/** The berths of one subject: opened as trials need them, and used again, since opening one costs more than a trial. */
export class Berths {
  readonly #wall: Wall
  readonly #options: BerthOptions
  readonly #idle: Berth[] = []

  constructor(wall: Wall, options: BerthOptions) {
    this.#wall = wall
    this.#options = options
  }

  /** A berth in which nothing runs. */
  async take(): Promise<Berth> {
    return this.#idle.pop() ?? (await this.#wall.open(this.#options))
  }

  /** Gives back a berth in which nothing runs any more; home and temporary folder are emptied. */
  async give(berth: Berth): Promise<void> {
    await berth.sweep()
    this.#idle.push(berth)
  }

  /** Closes all, and the wall. */
  close(): Promise<void> {
    return this.#wall.close()
  }
}
