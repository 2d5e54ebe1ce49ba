import { refuse } from '../call.ts'
import { Exchange } from '../exchange.ts'
import { isRecord } from '../contract/schema.ts'
import { key } from '../table.ts'
import type { TwinDefinition } from '../twin.ts'
import { singular } from './names.ts'
import { resourcesOf } from './resources.ts'
import type { Collection, Resource, Role } from './resource.ts'
import { thingId, things, type Thing } from './things.ts'

/** A collection of one world, with everything that it hangs under. */
export interface Place {
  path: string
  under: readonly string[]
}

const nothing: readonly string[] = []
const rooted = new WeakMap<Collection, Place>()

/** Fills in a collection's path. Refuses with `not-found` when something that it hangs under is not there. */
export function placeOf(exchange: Exchange, at: Collection, names: readonly string[]): Place {
  if (at.parent === undefined && at.literals.length === 1) {
    let place = rooted.get(at)
    if (place === undefined) rooted.set(at, (place = { path: at.literals[0]!, under: nothing }))
    return place
  }
  const above = at.parent === undefined ? undefined : parentOf(exchange, at.parent, names)
  let path = (above?.at(-1) ?? '') + at.literals[0]!
  for (let i = 1; i < at.literals.length; i++) {
    path += encode(valueOf(exchange, names, at.from + i - 1)) + at.literals[i]!
  }
  return { path, under: above ?? nothing }
}

/** The item paths from the root down to a parent, ids as the service itself spells them. */
function parentOf(
  exchange: Exchange,
  parent: Resource,
  names: readonly string[],
): readonly string[] {
  const place = placeOf(exchange, parent.home, names)
  const asked = keyIn(exchange, parent, names)
  let itemKey = asked
  if (isBehaved(exchange.twin.definition, parent))
    itemKey = readBehaved(exchange, parent, names) ?? asked
  else {
    const thing = findThing(exchange, parent, place.path, asked)
    if (thing !== undefined) itemKey = thing.key
    else if (parent.isCreatable) notFound(parent, asked)
  }
  return [...place.under, itemPath(place.path, itemKey)]
}

/** Where an item's own collections begin. */
export function itemPath(collection: string, itemKey: string): string {
  return `${collection}/${encode(itemKey)}`
}

/** An item's key, as a call's path or arguments give it. */
export function keyOfCall(exchange: Exchange, role: Role): string {
  const { resource, keyArg } = role
  if (keyArg === undefined) return keyIn(exchange, resource!, role.names)
  const value = argumentsOf(exchange)[keyArg]
  if (typeof value === 'string' || typeof value === 'number') return String(value)
  const problem = {
    in: 'body',
    pointer: '',
    rule: 'required',
    message: 'is required',
    name: keyArg,
  }
  return refuse('invalid', { problems: [problem] })
}

function keyIn(exchange: Exchange, resource: Resource, names: readonly string[]): string {
  const { keyAt, keyCount } = resource
  if (keyCount === 1) return valueOf(exchange, names, keyAt)
  if (keyCount === 0) return singleKey
  let out = valueOf(exchange, names, keyAt)
  for (let i = 1; i < keyCount; i++) out += `/${valueOf(exchange, names, keyAt + i)}`
  return out
}

/** The key of a thing of which there is one. */
export const singleKey = '.'

/** The row that a path's key means: by its id, else by another name that the path takes. */
export function findThing(
  exchange: Pick<Exchange, 'rows' | 'twin'>,
  resource: Resource,
  collection: string,
  itemKey: string,
): Thing | undefined {
  const twin = exchange.twin.definition.name
  const found = exchange.rows.get(things, thingId(twin, collection, itemKey))
  if (found !== undefined || resource.id.others.length === 0) return found
  return exchange.rows.find(things, 'alias', key(twin, collection, itemKey))
}

/** Ends the call: there is no such thing. */
export function notFound(resource: Resource, itemKey: string): never {
  return refuse('not-found', {
    id: itemKey === singleKey ? undefined : itemKey,
    entity: singular(resource.noun),
  })
}

/** Query and body as one set of arguments. */
export function argumentsOf(exchange: Exchange): Record<string, unknown> {
  if (Object.keys(exchange.args).length > 0) return exchange.args
  return isRecord(exchange.body) ? { ...exchange.query, ...exchange.body } : exchange.query
}

const behaved = new WeakMap<TwinDefinition, WeakMap<Resource, boolean>>()

/** True when some operation of the resource is hand-written: then what exists is known there, not here. */
export function isBehaved(definition: TwinDefinition, resource: Resource): boolean {
  let known = behaved.get(definition)
  if (known === undefined) behaved.set(definition, (known = new WeakMap<Resource, boolean>()))
  let is = known.get(resource)
  if (is === undefined) {
    is = resource.operations.some((op) => definition.behaviors[op.id] !== undefined)
    known.set(resource, is)
  }
  return is
}

/**
 * Asks the hand-written read whether a parent is there, so that its refusal is in the service's own
 * words; answers with the parent's own id. Undefined when there is no hand-written read to ask.
 */
function readBehaved(
  exchange: Exchange,
  parent: Resource,
  names: readonly string[],
): string | undefined {
  const { twin, world, call, by, n, at } = exchange
  const behavior = parent.read && twin.definition.behaviors[parent.read.id]
  if (parent.read === undefined || behavior === undefined) return undefined
  const asked = new Exchange(world, twin, { path: exchange.pathname }, by, n, at)
  asked.rows = exchange.rows
  asked.op = parent.read
  asked.depth = twin.depthOf(parent.read)
  asked.caller = exchange.caller
  const role = resourcesOf(twin.contract).roles.get(parent.read)!
  asked.path = Object.fromEntries(role.names.map((name, i) => [name, valueOf(exchange, names, i)]))
  asked.params = { path: { ...asked.path }, query: {}, header: {}, cookie: {} }
  if (call.origin !== undefined) asked.call.origin = call.origin
  const { json } = behavior(asked)
  const id =
    isRecord(json) && parent.id.property !== undefined ? json[parent.id.property] : undefined
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined
}

function valueOf(exchange: Exchange, names: readonly string[], index: number): string {
  return exchange.path[names[index]!] ?? ''
}

const plain = /^[\w.~-]+$/

function encode(text: string): string {
  return plain.test(text) ? text : encodeURIComponent(text)
}
