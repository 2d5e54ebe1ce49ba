import type { World } from '../../../engine/world.ts'
import { credentialsOf } from '../../../fronts/credential.ts'
import { HostTable, hostnameOf } from '../../../fronts/hosts.ts'
import {
  createResolver,
  type Misdirected,
  type RequestFacts,
  type Resolve,
  type Target,
} from '../../../fronts/resolve.ts'
import type { OpenWorld } from '../../../fronts/worlds.ts'
import type { WallServer } from '../wall.ts'

/** What is said to a request for the world of some other trial. */
export const foreign: Misdirected = {
  misdirected: 'That world is none of this trial.',
  status: 404,
}

interface Guest {
  open: OpenWorld
  resolve: Resolve
  twinOf: (hostname: string) => string | undefined
}

/** The worlds that a lane's traffic may reach at the moment. */
export class Admitted {
  readonly #guests = new Map<string, Guest>()
  #last: Guest | undefined

  add(open: OpenWorld, server: WallServer): void {
    const table = hostsOf(open.world)
    const guest = {
      open,
      resolve: createResolver(server.worlds),
      twinOf: (name: string) => table.find(name),
    }
    this.#guests.set(open.id, guest)
    this.#last = guest
  }

  remove(id: string): boolean {
    return this.#guests.delete(id)
  }

  get isEmpty(): boolean {
    return this.#guests.size === 0
  }

  /** Whether a host is a twin's in some world of now; between two trials, in the last one. */
  hasHost(hostname: string): boolean {
    const guests = [...this.#guests.values()]
    if (guests.length === 0 && this.#last !== undefined) guests.push(this.#last)
    return guests.some(({ twinOf }) => twinOf(hostname) !== undefined)
  }

  /** The ids of the worlds that a request's credentials were made for. */
  idsOf(facts: RequestFacts): ReadonlySet<string> {
    const shown = credentialsOf(facts, undefined)
    const ids = [...this.#guests.values()]
      .filter(({ open }) => shown.some((one) => holds(open, one)))
      .map(({ open }) => open.id)
    return new Set(ids)
  }

  /** The id of a world that is admitted, in a set as attempts take it. */
  idsOfWorld(world: World): ReadonlySet<string> {
    const guests = [...this.#guests.values()].filter(({ open }) => open.world === world)
    return new Set(guests.map(({ open }) => open.id))
  }

  /** Where a request for a twin's host goes, or one whose path names world and twin. */
  resolve(facts: RequestFacts, body: Uint8Array | string | undefined): Target | Misdirected {
    const guests = [...this.#guests.values()]
    const [first] = guests
    if (first === undefined) {
      // The run may want to hear of calls that come too late.
      this.#last?.resolve(facts, body)
      return { misdirected: 'No trial is under way here.', status: 410 }
    }
    if (guests.length === 1) {
      const target = resolveAlone(first, facts)
      if (target !== undefined) return target
    }
    const found = first.resolve(facts, body)
    // Whether there is such a world is none of its business either; one that is over was perhaps its own.
    if ('misdirected' in found) {
      return found.status === 404 && this.#namesOther(facts) ? foreign : found
    }
    return this.#isAdmitted(found.world) ? found : foreign
  }

  /** Whether a request names a world that is not one of these. */
  #namesOther(facts: RequestFacts): boolean {
    const { host, path } = addressOf(facts)
    const id = /^\/w\/([^/?]+)/.exec(path)?.[1] ?? /^([^.]+?)--[^.]*\.localhost/.exec(host)?.[1]
    return id !== undefined && !this.#guests.has(id)
  }

  #isAdmitted(world: World): boolean {
    return [...this.#guests.values()].some(({ open }) => open.world === world)
  }
}

/** The vendors' hosts; of any text, since a program may call a host what it likes. */
function hostsOf({ twins }: World): HostTable<string> {
  const table = new HostTable<string>()
  for (const { definition } of twins.values()) {
    for (const host of definition.hosts) table.add(host, definition.name)
    table.add(new URL(definition.origin).hostname, definition.name)
  }
  return table
}

/** With a single world, its hosts lead there whatever token is shown. */
function resolveAlone({ open, twinOf }: Guest, facts: RequestFacts): Target | undefined {
  const { scheme, host, path } = addressOf(facts)
  const twin = twinOf(hostnameOf(host))
  if (twin === undefined) return undefined
  return { world: open.world, twin, path, origin: `${scheme}://${host}` }
}

/** The scheme, host and path that a request names; a proxy's form of it names its own host. */
export function addressOf({ url = '/', headers, socket }: RequestFacts): {
  scheme: string
  host: string
  path: string
} {
  const absolute = /^(https?):\/\/([^/?#]+)([^#]*)/i.exec(url)
  if (absolute !== null) {
    const path = absolute[3]!
    return {
      scheme: absolute[1]!.toLowerCase(),
      host: absolute[2]!,
      path: path.startsWith('/') ? path : `/${path}`,
    }
  }
  const scheme = (socket as { encrypted?: boolean } | undefined)?.encrypted ? 'https' : 'http'
  const { host } = headers
  return { scheme, host: typeof host === 'string' ? host : '', path: url }
}

function holds({ credentials }: OpenWorld, shown: string): boolean {
  return Object.values(credentials).some((minted) => Object.values(minted).includes(shown))
}
