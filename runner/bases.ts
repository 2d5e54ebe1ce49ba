import type { TwinDefinition } from '../engine/twin.ts'
import { World } from '../engine/world.ts'
import { loadTwin } from '../twins/index.ts'
import { splitTwin } from './twin-word.ts'

/** Base worlds, built once for each set of twins; every trial gets a fork. */
export class Bases {
  readonly #load: (word: string) => Promise<TwinDefinition>
  readonly #worlds = new Map<string, Promise<World>>()

  constructor(load: (word: string) => Promise<TwinDefinition> = loadPlaced) {
    this.#load = load
  }

  /** The base world of a set of twins. Fails with a UsageError when there is no such twin. */
  of(names: readonly string[]): Promise<World> {
    const key = [...names].sort().join()
    let world = this.#worlds.get(key)
    if (world === undefined) this.#worlds.set(key, (world = this.#build(names)))
    return world
  }

  async #build(names: readonly string[]): Promise<World> {
    // Sorted, so that two scenarios that name the same twins in another order begin alike.
    const twins = await Promise.all([...names].sort().map((name) => this.#load(name)))
    return World.create({ twins })
  }
}

/** The reader of documents takes longer to load than a twin; most scenarios name known twins. */
async function loadPlaced(word: string): Promise<TwinDefinition> {
  if (splitTwin(word).path === undefined) return loadTwin(word)
  const { loadTwinOrSpec } = await import('./spec-file.ts')
  return loadTwinOrSpec(word)
}
