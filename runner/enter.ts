import { wrong } from '../engine/assert.ts'
import type { World } from '../engine/world.ts'
import { prefixOf, type OpenWorld, type Worlds } from '../fronts/worlds.ts'
import { clientEnv, type Place } from './client-env.ts'
import type { Berth } from './wall/wall.ts'

/** A trial's way into the twins, for its subject. */
export interface Entry {
  /** Settings for a subject in this process. */
  env: Record<string, string>
  /** Lets a berth reach the trial's world; a subject outside this process calls it once. */
  admit: (berth: Berth) => Admitted
  /** The addresses of this trial alone, each with the vendor's own. */
  addresses: Map<string, string>
  /** Ends the way in, when all that was tried is in the journal. */
  leave: () => Promise<void>
}

/** What a subject in a berth is told, and what it calls when nothing of it runs any more. */
export interface Admitted {
  env: Record<string, string>
  leave: () => Promise<void>
}

/** Gives a trial its credentials, and a place on the server where its subject needs one. */
export function enter(
  world: World,
  server: { url: string; worlds: Worlds } | undefined,
  reach: 'http' | 'fetch',
): Entry {
  const addresses = new Map<string, string>()
  if (server === undefined || reach === 'fetch') {
    const places: Record<string, Place> = {}
    for (const [name, { definition }] of world.twins) {
      places[name] = { url: definition.origin, credentials: world.mint(name) }
    }
    const admit = (): never => wrong('a subject in a berth needs a server')
    return { env: clientEnv(world, places), admit, addresses, leave: () => Promise.resolve() }
  }
  const { worlds, url } = server
  const open = worlds.add(world)
  for (const name of world.twins.keys()) worlds.mint(open.id, name)
  const envAt = (urlOf: (twin: string) => string): Record<string, string> =>
    clientEnv(world, placesAt(open, urlOf, addresses))
  const leaves: (() => Promise<void>)[] = []
  return {
    env: envAt((twin) => url + prefixOf(open.id, twin)),
    admit: (berth) => {
      const { urlOf, leave } = berth.admit(open, url)
      leaves.push(leave)
      return { env: envAt(urlOf), leave }
    },
    addresses,
    leave: async () => {
      await Promise.all(leaves.map((leave) => leave()))
      worlds.remove(open.id)
    },
  }
}

function placesAt(
  { world, credentials }: OpenWorld,
  urlOf: (twin: string) => string,
  addresses: Map<string, string>,
): Record<string, Place> {
  const places: Record<string, Place> = {}
  for (const [name, { definition }] of world.twins) {
    const url = urlOf(name)
    places[name] = { url, credentials: credentials[name] ?? {} }
    if (url !== definition.origin) addresses.set(url, definition.origin)
  }
  return places
}
