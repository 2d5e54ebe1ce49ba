import { empty, type Reply } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import { key } from '../table.ts'
import { findThing, itemPath, keyOfCall, notFound, placeOf, singleKey } from './locate.ts'
import type { Resource, Role } from './resource.ts'
import { thingId, things, type Thing } from './things.ts'
import { showItem } from './view.ts'
import { notImplemented } from '../not-implemented.ts'

/** DELETE of an item: it is gone, and with it everything that hung under it and every link to it. */
export function remove(exchange: Exchange, role: Role): Reply {
  const resource = role.resource!
  const place = placeOf(exchange, resource.home, role.names)
  if (resource.isSingle) return removeSingle(exchange, role, place.path)
  const itemKey = keyOfCall(exchange, role)
  const thing = findThing(exchange, resource, place.path, itemKey) ?? notFound(resource, itemKey)
  removeThing(exchange, thing)
  return showItem(exchange, role, thing, role.reply.status)
}

function removeThing({ rows }: Exchange, thing: Thing): void {
  const below = key(thing.twin, itemPath(thing.collection, thing.key))
  for (const one of rows.all(things, { index: 'under', equals: below })) {
    for (const link of rows.all(things, { index: 'to', equals: one.id }))
      rows.remove(things, link.id)
    rows.remove(things, one.id)
  }
  for (const link of rows.all(things, { index: 'to', equals: thing.id }))
    rows.remove(things, link.id)
  rows.remove(things, thing.id)
}

function removeSingle(exchange: Exchange, role: Role, collection: string): Reply {
  const { rows, twin } = exchange
  const resource = role.resource!
  const thing = findThing(exchange, resource, collection, singleKey)
  if (thing?.gone) notFound(resource, singleKey)
  const { name } = twin.definition
  const id = thingId(name, collection, singleKey)
  const gone: Thing = {
    id,
    twin: name,
    collection,
    key: singleKey,
    at: exchange.at,
    value: {},
    gone: true,
  }
  rows.put(things, gone)
  return thing === undefined
    ? empty(role.reply.status)
    : showItem(exchange, role, thing, role.reply.status)
}

/** PUT of one thing into another's list: it is listed there from now on. */
export function link(exchange: Exchange, role: Role): Reply {
  const { resource, target, id, collection, under } = linkOf(exchange, role)
  if (target === undefined)
    return notImplemented(exchange, `what a "${resource.noun}" is, is not known here`)
  if (exchange.rows.get(things, id) === undefined) {
    const { name } = exchange.twin.definition
    const row: Thing = {
      id,
      twin: name,
      collection,
      key: target.key,
      at: exchange.at,
      value: {},
      to: target.id,
    }
    if (under.length > 0) row.under = under
    exchange.rows.insert(things, row)
  }
  return showItem(exchange, role, target, role.reply.status)
}

/** DELETE of a link: the thing itself stays. */
export function unlink(exchange: Exchange, role: Role): Reply {
  const { resource, target, id, itemKey } = linkOf(exchange, role)
  if (target === undefined)
    return notImplemented(exchange, `what a "${resource.noun}" is, is not known here`)
  if (exchange.rows.remove(things, id) === undefined) notFound(resource, itemKey)
  return showItem(exchange, role, target, role.reply.status)
}

function linkOf(exchange: Exchange, role: Role) {
  const resource: Resource = role.resource!
  const place = placeOf(exchange, role.at, role.names)
  const itemKey = exchange.path[role.names.at(-1)!] ?? ''
  const home = placeOf(exchange, resource.home, role.names)
  const target = findThing(exchange, resource, home.path, itemKey)
  if (target === undefined && resource.isCreatable) notFound(resource, itemKey)
  const id = thingId(exchange.twin.definition.name, place.path, target?.key ?? itemKey)
  return { resource, target, id, itemKey, collection: place.path, under: place.under }
}
