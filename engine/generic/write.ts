import { refuse, type Reply } from '../call.ts'
import { complete } from './complete.ts'
import { isRecord, typesOf } from '../contract/schema.ts'
import type { Exchange } from '../exchange.ts'
import { newKey } from './keys.ts'
import {
  findThing,
  itemPath,
  keyOfCall,
  notFound,
  placeOf,
  singleKey,
  type Place,
} from './locate.ts'
import { makeValue, toType, touch } from './make.ts'
import { makerFor } from './maker.ts'
import { singular } from './names.ts'
import { applyJsonPatch, mergePatch } from './patch.ts'
import { readSingle } from './read.ts'
import type { Resource, Role } from './resource.ts'
import { sentOf, writableOf } from './sent.ts'
import { successOf } from './shapes.ts'
import { thingId, things, type Thing } from './things.ts'
import { showItem } from './view.ts'

/** POST to a collection: makes an item. */
export function create(exchange: Exchange, role: Role): Reply {
  const resource = role.resource!
  const at = placeOf(exchange, role.at, role.names)
  const home = role.at.key === resource.home.key ? at : placeOf(exchange, resource.home, role.names)
  const sent = sentOf(exchange, role)
  const { property } = resource.id
  const chosen =
    property === undefined || !resource.writable.has(property) ? undefined : sent[property]
  const isChosen = (typeof chosen === 'string' && chosen !== '') || typeof chosen === 'number'
  const itemKey = isChosen ? String(chosen) : newKey(exchange, resource, home.path)
  if (isChosen && findThing(exchange, resource, home.path, itemKey) !== undefined) {
    refuse('conflict', { id: itemKey, entity: singular(resource.noun), property })
  }
  const also = at === home ? undefined : at.path
  const thing = insert(exchange, resource, home, itemKey, sent, also)
  const reply = showItem(exchange, role, thing, role.reply.status)
  if (reply.json === undefined || property === undefined)
    reply.headers['location'] = exchange.origin + itemPath(home.path, itemKey)
  return reply
}

/** PUT, PATCH or POST to an item: replaces or changes it, or makes it where a PUT may. */
export function write(exchange: Exchange, role: Role): Reply {
  const resource = role.resource!
  const place = placeOf(exchange, resource.home, role.names)
  const itemKey = resource.isSingle ? singleKey : keyOfCall(exchange, role)
  const thing = findThing(exchange, resource, place.path, itemKey)
  if (resource.isSingle) return writeSingle(exchange, role, place, thing)
  if (thing === undefined) {
    if (role.isUpsert !== true) notFound(resource, itemKey)
    const made = insert(exchange, resource, place, itemKey, sentOf(exchange, role), undefined)
    return showItem(exchange, role, made, successOf(role.op, [201]).status)
  }
  const next = update(exchange, role, thing, thing.value)
  return showItem(exchange, role, next, replacedStatus(role))
}

function writeSingle(
  exchange: Exchange,
  role: Role,
  place: Place,
  thing: Thing | undefined,
): Reply {
  const resource = role.resource!
  if (thing === undefined || thing.gone) {
    const found =
      thing === undefined && role.kind === 'change' ? readSingle(exchange, resource, place) : {}
    const { world, twin } = exchange
    const { name } = twin.definition
    const id = thingId(name, place.path, singleKey)
    const made: Thing = {
      id,
      twin: name,
      collection: place.path,
      key: singleKey,
      at: world.now(),
      value: found,
    }
    if (place.under.length > 0) made.under = place.under
    exchange.rows.put(things, made)
    const isNew = thing?.gone === true || role.kind === 'replace'
    return showItem(
      exchange,
      role,
      update(exchange, role, made, found),
      isNew ? role.reply.status : replacedStatus(role),
    )
  }
  return showItem(exchange, role, update(exchange, role, thing, thing.value), replacedStatus(role))
}

function replacedStatus(role: Role): number {
  return role.reply.status === 201 ? successOf(role.op, [200, 204]).status : role.reply.status
}

/** Puts a new item into the world. */
export function insert(
  exchange: Exchange,
  resource: Resource,
  home: Place,
  itemKey: string,
  sent: Record<string, unknown>,
  also: string | undefined,
): Thing {
  const { world, twin, rows } = exchange
  const { name } = twin.definition
  const id = thingId(name, home.path, itemKey)
  const last = resource.keyCount > 1 ? itemKey.slice(itemKey.lastIndexOf('/') + 1) : itemKey
  const types = typesOf(resource.id.schema, twin.contract.schemas)
  const birth = {
    id: toType(last, types) ?? last,
    url: exchange.origin + itemPath(home.path, itemKey),
    path: exchange.path,
  }
  const value = makeValue(makerFor(world, twin, id), resource, sent, birth)
  const thing: Thing = {
    id,
    twin: name,
    collection: home.path,
    key: itemKey,
    at: world.now(),
    value,
  }
  const aliases = aliasesOf(resource, value)
  if (aliases.length > 0) thing.aliases = aliases
  if (also !== undefined) thing.also = [also]
  if (home.under.length > 0) thing.under = home.under
  return rows.insert(things, thing)
}

function update(exchange: Exchange, role: Role, thing: Thing, old: Record<string, unknown>): Thing {
  const resource = role.resource!
  const next = nextValue(exchange, role, old)
  const { property } = resource.id
  if (property !== undefined && old[property] !== undefined) next[property] = old[property]
  const maker = makerFor(exchange.world, exchange.twin, thing.id)
  touch(maker, resource, old, next)
  const whole = complete(maker, resource.schema, next)
  const value = isRecord(whole) ? whole : next
  const aliases = aliasesOf(resource, value)
  return exchange.rows.update(things, thing.id, {
    value,
    ...(aliases.length > 0 ? { aliases } : {}),
  })
}

function nextValue(
  exchange: Exchange,
  role: Role,
  old: Record<string, unknown>,
): Record<string, unknown> {
  if (Array.isArray(exchange.body) && exchange.mediaType?.includes('json-patch')) {
    const patched = applyJsonPatch(old, exchange.body)
    return isRecord(patched) ? { ...patched } : refuse('invalid', { problems: [] })
  }
  const sent = sentOf(exchange, role)
  if (role.kind === 'change') return { ...(mergePatch(old, sent) as Record<string, unknown>) }
  const writable = writableOf(exchange, role)
  const kept: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(old)) {
    // What the path says is not lost because the body does not repeat it.
    if (!writable.has(name) || Object.hasOwn(exchange.path, name)) kept[name] = member
  }
  return { ...kept, ...sent }
}

function aliasesOf(resource: Resource, value: Record<string, unknown>): string[] {
  const out: string[] = []
  for (const name of resource.id.others) {
    const one = value[name]
    if (typeof one === 'string' || typeof one === 'number') out.push(String(one))
  }
  return out
}
