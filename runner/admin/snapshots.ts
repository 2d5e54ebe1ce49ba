import type { Snapshot } from '../../engine/world-options.ts'
import type { OpenWorld, Worlds } from '../../fronts/worlds.ts'
import { AdminError } from './admin-error.ts'

/** How worlds stood, kept until they are removed. */
export class Snapshots {
  readonly #worlds: Worlds
  readonly #taken = new WeakMap<OpenWorld, Map<string, Snapshot>>()

  constructor(worlds: Worlds) {
    this.#worlds = worlds
    // A world is reset to how it stood when it was first administered at the latest.
    for (const open of worlds.list()) this.begin(open)
  }

  /** Remembers how a new world begins, for `reset`. */
  begin(open: OpenWorld): void {
    for (const name of open.world.twins.keys()) {
      // Credentials are minted first, so that a reset does not take them away.
      if (open.credentials[name] === undefined) this.#worlds.mint(open.id, name)
    }
    this.#taken.set(open, new Map([['start', open.world.snapshot()]]))
  }

  take(open: OpenWorld): string {
    const ofWorld = this.#of(open)
    const id = `s${ofWorld.size}`
    ofWorld.set(id, open.world.snapshot())
    return id
  }

  list(open: OpenWorld): string[] {
    return [...this.#of(open).keys()]
  }

  /** Goes back to a snapshot; `start` is how the world began. */
  restore(open: OpenWorld, id: string): void {
    const snapshot = this.#of(open).get(id)
    if (snapshot === undefined) {
      const fix = `There are: ${this.list(open).join(', ')}.`
      throw new AdminError(404, `World "${open.id}" has no snapshot "${id}".`, {
        where: 'body/snapshot',
        fix,
      })
    }
    open.world.restore(snapshot)
  }

  #of(open: OpenWorld): Map<string, Snapshot> {
    if (!this.#taken.has(open)) this.begin(open)
    return this.#taken.get(open)!
  }
}
