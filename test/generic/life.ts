import type { Call, Reply } from '../../engine/call.ts'
import type { Operation } from '../../engine/contract/contract.ts'
import { isRecord } from '../../engine/contract/schema.ts'
import { idNameIn } from '../../engine/generic/names.ts'
import type { Resource, Role } from '../../engine/generic/resource.ts'
import { resourcesOf } from '../../engine/generic/resources.ts'
import type { OpenTwin } from '../../engine/twin.ts'
import type { World } from '../../engine/world.ts'
import { callOf, locationOf, sentIn, valuesIn, type Path } from './sample-call.ts'

/** What became of the things that a contract lets one create. */
export interface Lives {
  lives: number
  coherent: number
  broken: string[]
  replies: number
  invalid: string[]
}

/** The life of one thing, as a client sees it. */
export class Life {
  readonly world: World
  readonly twin: OpenTwin
  readonly resource: Resource
  readonly out: Lives
  readonly roles: ReadonlyMap<Operation, Role>
  /** The item as its creation answered. */
  made: Record<string, unknown> = {}
  readonly #making = new Set<Resource>()

  constructor(world: World, twin: OpenTwin, resource: Resource, out: Lives) {
    this.world = world
    this.twin = twin
    this.resource = resource
    this.out = out
    this.roles = resourcesOf(twin.contract).roles
  }

  live(): string | undefined {
    const { resource } = this
    if (resource.isSingle) return this.#liveAlone()
    const above = resource.home.parent === undefined ? [] : this.make(resource.home.parent)
    if (above === undefined) return 'its parent could not be made'
    const path = this.make(resource, above)
    if (path === undefined) return 'nothing was made, or its id is not told'
    const read = this.roleOf('read')
    const found = read && this.play(read, path)
    if (found !== undefined && found.status >= 300) return `read answers ${found.status}`
    if (!this.isListed(path)) return 'it is not listed'
    const change = this.roleOf('change') ?? this.roleOf('replace')
    if (change !== undefined) {
      const changed = this.play(change, path, 'again')
      if (changed.status >= 300)
        return `change answers ${changed.status} ${JSON.stringify(changed.json).slice(0, 200)}`
      if (read !== undefined && !this.shows(read, change, path)) return 'the change does not show'
    }
    return this.#die(path, read)
  }

  #die(path: Path, read: Role | undefined): string | undefined {
    const remove = this.roleOf('delete')
    if (remove === undefined) return undefined
    const gone = this.play(remove, path)
    if (gone.status >= 300) return `delete answers ${gone.status}`
    if (read !== undefined && !isMissing(this.play(read, path)))
      return 'it can be read after its end'
    return this.isListed(path, false) ? undefined : 'it is listed after its end'
  }

  #liveAlone(): string | undefined {
    const { parent } = this.resource.home
    const path = parent === undefined ? [] : this.make(parent)
    if (path === undefined) return 'its parent could not be made'
    const read = this.roleOf('read')!
    const set = this.roleOf('replace') ?? this.roleOf('change')!
    if (this.play(read, path).status >= 300) return 'it cannot be read'
    const reply = this.play(set, path)
    if (reply.status >= 300) return `it cannot be set: ${reply.status}`
    return this.shows(read, set, path, '') ? undefined : 'what was set does not show'
  }

  roleOf(kind: Role['kind']): Role | undefined {
    const op = this.resource.operations.find((one) => this.roles.get(one)?.kind === kind)
    return op && this.roles.get(op)
  }

  /** Makes a thing and whatever it hangs under; answers with its path's values. */
  make(resource: Resource, above?: Path): Path | undefined {
    const { parent } = resource.home
    const before = above ?? (parent === undefined ? [] : this.make(parent))
    if (before === undefined) return undefined
    const gap = resource.keyAt - before.length
    const begin = [...before, ...Array.from({ length: Math.max(0, gap) }, () => undefined)]
    const maker = new Life(this.world, this.twin, resource, this.out)
    const create = maker.roleOf('create')
    if (create !== undefined && create.at.key !== resource.home.key) {
      if (parent === undefined) return this.#makeElsewhere(maker, create)
      // Made deeper below the same parent: `POST /repos/{}/commits/{}/comments`.
      if (create.at.key.startsWith(parent.home.key)) return maker.#makeBelow(create, begin)
    }
    if (create === undefined || create.at.key !== resource.home.key) return maker.#put(begin)
    let reply = maker.play(create, begin)
    // A sample that names its own id is taken once; the next life needs another.
    if (reply.status === 409) reply = maker.play(create, begin, this.resource.home.key)
    if (reply.status >= 300 || create.reply.status !== reply.status) return undefined
    const own = maker.idIn(reply, create) ?? maker.idSent(create, begin)
    if (resource === this.resource) this.made = maker.made
    if (own === undefined) return undefined
    // What was left open is filled as the creation filled it, whatever its parameters are called.
    const filled = valuesIn(create.op, callOf(this.world, create.op, begin))
    return [...(filled.length === begin.length ? filled : begin), own]
  }

  /** Some things lie at the top and are made under another (`POST /customers/{}/addresses`). */
  #makeElsewhere(maker: Life, create: Role): Path | undefined {
    // Two that are made under each other begin nowhere.
    if (this.#making.has(maker.resource)) return undefined
    this.#making.add(maker.resource)
    const above = create.at.parent === undefined ? [] : this.make(create.at.parent)
    this.#making.delete(maker.resource)
    if (above === undefined) return undefined
    const reply = maker.play(create, above)
    const own = reply.status < 300 ? maker.idIn(reply, create) : undefined
    if (maker.resource === this.resource) this.made = maker.made
    const gap = Array.from({ length: maker.resource.keyAt }, () => undefined)
    return own === undefined ? undefined : [...gap, own]
  }

  #makeBelow(create: Role, begin: Path): Path | undefined {
    const reply = this.play(create, begin)
    const own = reply.status < 300 ? this.idIn(reply, create) : undefined
    return own === undefined ? undefined : [...begin, own]
  }

  #put(begin: Path): Path | undefined {
    const put = this.resource.operations.find((op) => this.roles.get(op)?.isUpsert)
    if (put === undefined) return this.resource.isCreatable ? undefined : [...begin, undefined]
    const call = callOf(this.world, put, begin)
    const path = valuesIn(put, call)
    return this.send(this.roles.get(put)!, call).status < 300 ? path : undefined
  }

  idIn(reply: Reply, role: Role): string | undefined {
    let at: unknown = reply.json
    for (const name of role.spot?.path ?? []) at = isRecord(at) ? at[name] : undefined
    const { property } = this.resource.id
    if (isRecord(at)) this.made = at
    // Where no property is the id, the twin tells it by the place.
    if (property === undefined && locationOf(reply) !== undefined) return locationOf(reply)
    const idName =
      isRecord(at) && (property === undefined || at[property] === undefined)
        ? idNameIn(this.resource.noun, Object.keys(at))
        : property
    const id = isRecord(at) ? (idName === undefined ? undefined : at[idName]) : at
    if (typeof id === 'string' || typeof id === 'number') return String(id)
    return locationOf(reply)
  }

  /** An id that the client chose need not be told to it. */
  idSent(create: Role, begin: Path): string | undefined {
    let at = sentIn(callOf(this.world, create.op, begin))
    for (const name of create.body?.path ?? []) at = isRecord(at) ? at[name] : undefined
    const id = isRecord(at) ? at[this.resource.id.property ?? 'id'] : undefined
    return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined
  }

  isListed(path: Path, wanted = true): boolean {
    const list = this.roleOf('list')
    const { property } = this.resource.id
    if (list === undefined || list.at.key !== this.resource.home.key || property === undefined)
      return true
    const reply = this.send(
      list,
      this.#asking(callOf(this.world, list.op, path.slice(0, -1), 'plain')),
    )
    let at: unknown = reply.json
    for (const name of list.spot!.path) at = isRecord(at) ? at[name] : undefined
    if (!Array.isArray(at) || reply.status >= 300) return false
    const ids = at.map((one) => String(isRecord(one) ? one[property] : one))
    return ids.includes(path.at(-1)!) === wanted
  }

  /** A list that must be asked for a property's value is asked for the one that was made. */
  #asking(call: Call): Call {
    const [pathname, search] = call.path.split('?') as [string, string | undefined]
    const query = new URLSearchParams(search)
    for (const name of Array.from(query.keys()))
      if (name in this.made) query.set(name, String(this.made[name]))
    const path = query.size === 0 ? pathname : `${pathname}?${query.toString()}`
    if (call.body === undefined || !String(call.body).startsWith('{')) return { ...call, path }
    const body = JSON.parse(String(call.body)) as Record<string, unknown>
    for (const name of Object.keys(body)) if (name in this.made) body[name] = this.made[name]
    return { ...call, path, body: JSON.stringify(body) }
  }

  /** Whether a text that was sent stands in what is read. */
  shows(read: Role, change: Role, path: Path, variant = 'again'): boolean {
    const sent = sentIn(callOf(this.world, change.op, path, variant))
    const reply = this.play(read, path)
    let at: unknown = reply.json
    for (const name of read.spot?.path ?? []) at = isRecord(at) ? at[name] : undefined
    if (change.body?.isValue) return isRecord(at)
    let inner: unknown = sent
    for (const name of change.body?.path ?? []) inner = isRecord(inner) ? inner[name] : undefined
    if (!isRecord(inner) || !isRecord(at)) return true
    for (const [name, value] of Object.entries(inner)) {
      if (typeof value !== 'string' || typeof at[name] !== 'string') continue
      if (name === this.resource.id.property || !this.resource.writable.has(name)) continue
      if (at[name] !== value) return false
    }
    return true
  }

  play(role: Role, path: Path, variant = ''): Reply {
    return this.send(role, this.#withKey(role, callOf(this.world, role.op, path, variant), path))
  }

  /** RPC style: the id goes into the arguments. */
  #withKey(role: Role, call: Call, path: Path): Call {
    if (role.keyArg === undefined) return call
    if (call.body !== undefined && !String(call.body).startsWith('{')) {
      const form = new URLSearchParams(String(call.body))
      form.set(role.keyArg, String(path.at(-1)))
      return { ...call, body: form.toString() }
    }
    const body: unknown = JSON.parse(String(call.body ?? '{}'))
    return { ...call, body: JSON.stringify({ ...(body as object), [role.keyArg]: path.at(-1) }) }
  }

  send(role: Role, call: Call): Reply {
    const entry = this.world.play(this.twin.definition.name, call)
    if (entry.crash !== undefined) throw new Error(entry.crash)
    this.out.replies++
    if (
      entry.reply.status < 300 &&
      entry.refusal === undefined &&
      entry.divergences !== undefined
    ) {
      this.out.invalid.push(
        `${role.op.method} ${role.op.path} ${JSON.stringify(entry.divergences[0])}`,
      )
    }
    return entry.reply
  }
}

function isMissing(reply: Reply): boolean {
  return reply.status === 404 || (isRecord(reply.json) && reply.json['ok'] === false)
}
