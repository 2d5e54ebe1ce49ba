import { wrong } from '../engine/assert.ts'
import type { Credentials } from '../engine/twin.ts'
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

/** What a trial's way in depends on. */
export interface EntryOptions {
  reach: 'http' | 'fetch'
  /** Settings besides those of the twins. */
  settings?: Readonly<Record<string, string>>
  /** Credentials that the world holds already: then its addresses are used again and again as well. */
  fixed?: Readonly<Record<string, Credentials>> | undefined
}

/** Gives a trial its credentials, and a place on the server where its subject needs one. */
export function enter(
  world: World,
  server: { url: string; worlds: Worlds } | undefined,
  { reach, settings = {}, fixed }: EntryOptions,
): Entry {
  const addresses = new Map<string, string>()
  if (server === undefined || reach === 'fetch') {
    const places: Record<string, Place> = {}
    for (const [name, { definition }] of world.twins) {
      const credentials = fixed?.[name] ?? world.mint(name)
      places[name] = { url: definition.origin, credentials }
    }
    const admit = (): never => wrong('a subject in a berth needs a server')
    const env = { ...clientEnv(world, places), ...settings }
    return { env, admit, addresses, leave: () => Promise.resolve() }
  }
  const { worlds, url } = server
  const open = openPlace(world, worlds, fixed)
  const envAt = (urlOf: (twin: string) => string): Record<string, string> => ({
    ...clientEnv(world, placesAt(open, urlOf, addresses)),
    ...settings,
  })
  const leaves: (() => Promise<void>)[] = []
  return {
    env: envAt((twin) => url + prefixOf(open.id, twin)),
    admit: (berth) => {
      const { urlOf, leave } = berth.admit(open, server)
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

/** The world's place on the server. Trials of one seed under several plans must not share their tokens. */
function openPlace(world: World, worlds: Worlds, fixed: EntryOptions['fixed']): OpenWorld {
  if (fixed !== undefined) {
    const open = worlds.add(world, freeSlot(worlds))
    Object.assign(open.credentials, fixed)
    return open
  }
  const open = worlds.add(world)
  for (const name of world.twins.keys()) worlds.mint(open.id, name, world.faultLine.plan.name)
  return open
}

/** `s1`, `s2` …: the first that no trial has at this moment. */
function freeSlot(worlds: Worlds): string {
  for (let n = 1; ; n++) if (worlds.get(`s${n}`) === undefined) return `s${n}`
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
