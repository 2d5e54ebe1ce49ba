import { assert } from '../engine/assert.ts'
import { tokens } from '../engine/auth.ts'
import type { Credentials } from '../engine/twin.ts'
import type { World } from '../engine/world.ts'
import { HostTable } from './hosts.ts'
import { isLoopback } from './loopback.ts'

/** The id of the world that answers where a caller names none. */
export const defaultId = 'default'

const idForm = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/

/** A world that is to be reached from outside, under its id. */
export interface OpenWorld {
  readonly id: string
  readonly world: World
  /** What was minted for it, by twin. */
  readonly credentials: Record<string, Credentials>
}

/** A world that has been removed: enough to tell which it was. */
export interface RemovedWorld {
  readonly id: string
  readonly seed: string
  /** The name of its fault plan. */
  readonly plan: string
  readonly tokens: readonly string[]
}

/** A call into a world that has been removed. */
export interface LateCall {
  world: RemovedWorld
  method: string
  path: string
}

/** What hears of worlds coming and going: a pump for their deliveries, for one. */
export interface WorldsOptions {
  /** Called for each world that is added; what it returns is called when the world is removed. */
  onAdd?: (open: OpenWorld) => (() => void) | undefined
  /** Told of each call into a world that has been removed, by its id or by a token of its own. */
  onLate?: (call: LateCall) => void
}

/** So many removed worlds are remembered. */
const REMOVED_MAX = 10_000

/** The worlds that one server answers for, by id and by the tokens that were minted for them. */
export class Worlds {
  readonly #open = new Map<string, OpenWorld>()
  readonly #stops = new Map<string, () => void>()
  /** Two worlds of one seed mint one token; such a token then belongs to neither. */
  readonly #byToken = new Map<string, Set<string>>()
  /** Removed worlds, oldest first, by id and by token. */
  readonly #removed = new Map<string, RemovedWorld>()
  readonly #removedByToken = new Map<string, RemovedWorld>()
  readonly #options: WorldsOptions
  readonly #twinsByHost = new HostTable<string>()
  #nextNumber = 1

  constructor(options: WorldsOptions = {}) {
    this.#options = options
  }

  /** Opens a world under an id (lower case letters, digits, hyphens), which must be free; `w1`, `w2` … by default. */
  add(world: World, id: string = this.#freeId()): OpenWorld {
    assert(isWorldId(id), `"${id}" is no id for a world`)
    assert(!this.#open.has(id), `there is a world "${id}" already`)
    const open: OpenWorld = { id, world, credentials: {} }
    this.#open.set(id, open)
    for (const { definition } of world.twins.values()) {
      this.#twinsByHost.add(`${definition.name}.localhost`, definition.name)
      // What was recorded on this machine claims its name, by which the server itself is called.
      const hosts = definition.hosts.filter((host) => !isLoopback(host))
      for (const host of hosts) this.#twinsByHost.add(host, definition.name)
    }
    const stop = this.#options.onAdd?.(open)
    if (stop !== undefined) this.#stops.set(id, stop)
    return open
  }

  /** Closes a world; false when there is none. */
  remove(id: string): boolean {
    const open = this.#open.get(id)
    if (open === undefined) return false
    this.#open.delete(id)
    this.#stops.get(id)?.()
    this.#stops.delete(id)
    for (const minted of Object.values(open.credentials)) {
      for (const token of Object.values(minted)) this.#forget(token, id)
    }
    if (this.#options.onLate !== undefined) this.#rememberRemoved(open)
    return true
  }

  /** Whether a request that leads nowhere is for a world that was removed; tells who wants to hear of it. */
  isLate(
    id: string | undefined,
    tokens: readonly string[],
    call: { method: string; path: string },
  ): boolean {
    const byToken = tokens.map((one) => this.#removedByToken.get(one)).find(Boolean)
    const world = id === undefined ? byToken : this.#removed.get(id)
    if (world === undefined) return false
    this.#options.onLate?.({ ...call, world })
    return true
  }

  get(id: string): OpenWorld | undefined {
    return this.#open.get(id)
  }

  /** The world that answers where a caller names none. */
  get default(): OpenWorld | undefined {
    return this.#open.get(defaultId)
  }

  get size(): number {
    return this.#open.size
  }

  list(): OpenWorld[] {
    return [...this.#open.values()]
  }

  /** Makes credentials that lead to this world wherever they are shown. See `World.mint` for the mark. */
  mint(id: string, twin: string, mark?: string): Credentials {
    const open = this.#open.get(id)
    assert(open !== undefined, `there is no world "${id}"`)
    const minted = open.world.mint(twin, mark)
    open.credentials[twin] = minted
    for (const token of openingOf({ ...open, credentials: { [twin]: minted } })) {
      this.#remember(token, id)
    }
    return minted
  }

  /** The ids of the worlds that a token leads to; more than one when worlds of one seed share it. */
  idsByToken(token: string): ReadonlySet<string> | undefined {
    const minted = this.#byToken.get(token)
    if (minted !== undefined || this.#open.size < 2) return minted
    // Not minted here: the default world may know it, or it was issued inside some other world.
    if (this.default?.world.rows.get(tokens, token) !== undefined) return undefined
    const found = this.list().filter((one) => one.world.rows.get(tokens, token) !== undefined)
    return found.length === 0 ? undefined : new Set(found.map((one) => one.id))
  }

  /** The twin that answers for a vendor's host name. */
  twinOfHost(hostname: string): string | undefined {
    return this.#twinsByHost.find(hostname)
  }

  /** Closes all worlds. */
  clear(): void {
    for (const { id } of this.list()) this.remove(id)
  }

  #freeId(): string {
    while (this.#open.has(`w${this.#nextNumber}`)) this.#nextNumber++
    return `w${this.#nextNumber++}`
  }

  #rememberRemoved(open: OpenWorld): void {
    const { id, world } = open
    const { seed } = world
    const removed = { id, seed, plan: world.faultLine.plan.name, tokens: openingOf(open) }
    this.#removed.delete(id)
    this.#removed.set(id, removed)
    for (const token of removed.tokens) this.#removedByToken.set(token, removed)
    if (this.#removed.size <= REMOVED_MAX) return
    const [oldest] = this.#removed.values()
    this.#removed.delete(oldest!.id)
    for (const token of oldest!.tokens) {
      if (this.#removedByToken.get(token) === oldest) this.#removedByToken.delete(token)
    }
  }

  #remember(token: string, id: string): void {
    const ids = this.#byToken.get(token)
    if (ids === undefined) this.#byToken.set(token, new Set([id]))
    else ids.add(id)
  }

  #forget(token: string, id: string): void {
    const ids = this.#byToken.get(token)
    ids?.delete(id)
    if (ids?.size === 0) this.#byToken.delete(token)
  }
}

/** Some credentials come with a name or an address, which many worlds share and which opens nothing. */
function openingOf({ world, credentials }: OpenWorld): string[] {
  const all = Object.values(credentials).flatMap((minted) => Object.values(minted))
  return all.filter((one) => world.rows.get(tokens, one) !== undefined)
}

/** Whether a text may be the id of a world: it must also stand in a host name before `--`. */
export function isWorldId(text: string): boolean {
  return idForm.test(text) && !text.includes('--')
}

/** The path below which a world's twin is reached on a server: `/okta`, `/w/w1/okta`. */
export function prefixOf(id: string, twin: string): string {
  return id === defaultId ? `/${twin}` : `/w/${id}/${twin}`
}
