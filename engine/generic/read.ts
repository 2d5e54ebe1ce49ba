import type { Reply } from '../call.ts'
import { isRecord } from '../contract/schema.ts'
import type { Exchange } from '../exchange.ts'
import { notImplemented } from '../not-implemented.ts'
import { findThing, keyOfCall, notFound, placeOf, singleKey, type Place } from './locate.ts'
import { lastingMaker, sampleOf } from './maker.ts'
import { complete } from './complete.ts'
import { toType } from './make.ts'
import { nameKey } from './names.ts'
import { lastPage } from './list.ts'
import type { Resource, Role } from './resource.ts'
import type { Thing } from './things.ts'
import { asJson, bare, showItem } from './view.ts'
import { typesOf } from '../contract/schema.ts'
import { membersOf } from './members.ts'

/** GET of an item. Refuses with `not-found` for what this world never had. */
export function read(exchange: Exchange, role: Role): Reply {
  const resource = role.resource!
  const place = placeOf(exchange, resource.home, role.names)
  if (resource.isSingle)
    return showItem(exchange, role, singleOf(exchange, resource, place), role.reply.status)
  const itemKey = keyOfCall(exchange, role)
  const thing = findThing(exchange, resource, place.path, itemKey) ?? notFound(resource, itemKey)
  return showItem(exchange, role, thing, role.reply.status)
}

function singleOf(exchange: Exchange, resource: Resource, place: Place): Thing {
  const thing = findThing(exchange, resource, place.path, singleKey)
  if (thing?.gone) notFound(resource, singleKey)
  if (thing !== undefined) return thing
  const value = readSingle(exchange, resource, place)
  const { name } = exchange.twin.definition
  return {
    id: `${exchange.world.seed} ${place.path}`,
    twin: name,
    collection: place.path,
    key: singleKey,
    at: exchange.at,
    value,
  }
}

/** What stands where nobody has written yet: a sample, the same at every look. */
export function readSingle(
  exchange: Exchange,
  resource: Resource,
  place: Place,
): Record<string, unknown> {
  const maker = lastingMaker(exchange.world, exchange.twin, place.path)
  const sample = complete(
    maker,
    resource.schema,
    sampleOf(maker, resource.schema, resource.noun, 4),
  )
  return isRecord(sample) ? sample : {}
}

/** GET of something that nobody can change through the interface: plausible, and the same for the same call. */
export function readSample(exchange: Exchange, role: Role): Reply {
  placeOf(exchange, role.at, role.names)
  const { schema, status } = role.reply
  if (schema === undefined) return bare(exchange, role, status)
  if (schema === true) return notImplemented(exchange, 'the contract does not tell what it answers')
  const maker = lastingMaker(
    exchange.world,
    exchange.twin,
    `${role.op.id} ${exchange.pathname}?${exchange.search}`,
  )
  let sample = sampleOf(maker, schema, role.op.id, 4)
  if (role.spot !== undefined) sample = lastPage(exchange, role, sample)
  if (isRecord(sample)) sample = echo(exchange, schema, sample)
  return asJson(role, status, complete(maker, schema, sample))
}

/** A reply repeats the ids that it was asked for, and says that all went well. */
function echo(
  exchange: Exchange,
  schema: NonNullable<Role['reply']['schema']>,
  sample: Record<string, unknown>,
): Record<string, unknown> {
  const { schemas } = exchange.twin.contract
  const out = { ...sample }
  for (const [name, member] of membersOf(schema, schemas)) {
    if (out[name] === undefined) continue
    const types = typesOf(member, schemas)
    if (types.has('boolean') && /^(ok|success)$/.test(nameKey(name))) out[name] = true
    else if (/^(error|errors|warning|warnings)$/.test(nameKey(name))) delete out[name]
    else if (Object.hasOwn(exchange.path, name))
      out[name] = toType(exchange.path[name]!, types) ?? out[name]
  }
  return out
}
