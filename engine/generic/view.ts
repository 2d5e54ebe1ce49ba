import type { Schema } from '../contract/contract.ts'
import { isRecord, typesOf } from '../contract/schema.ts'
import { empty, json, text, type Reply } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import { complete } from './complete.ts'
import { lastingMaker, sampleOf, viewMaker, type Maker } from './maker.ts'
import { toType } from './make.ts'
import { idNameIn } from './names.ts'
import type { Resource, Role } from './resource.ts'
import { scalarNames } from './shapes.ts'
import type { Thing } from './things.ts'
import { membersOf } from './members.ts'

// A value is never changed in place, so what it looks like by a schema is found out once.
const views = new WeakMap<object, Map<object | Resource, unknown>>()

/** An item as a schema shows it: only what the schema knows, completed to what it asks for. */
export function viewOf(
  exchange: Exchange,
  resource: Resource,
  thing: Thing,
  schema: Schema,
): unknown {
  const { value } = thing
  // What is kept fits the resource's own schema already.
  if (schema === resource.schema || typeof schema === 'boolean') return value
  let known = views.get(value)
  if (known === undefined) views.set(value, (known = new Map<object, unknown>()))
  let view = known.get(schema)
  if (view === undefined) {
    view = complete(
      viewMaker(exchange.twin, thing, ''),
      schema,
      shownBy(exchange, resource, thing, schema),
    )
    known.set(schema, view)
  }
  return view
}

function shownBy(exchange: Exchange, resource: Resource, thing: Thing, schema: Schema): unknown {
  const { schemas } = exchange.twin.contract
  const types = typesOf(schema, schemas)
  const { value } = thing
  if (types.size > 0 && !types.has('object')) {
    // Lists and creations of some services tell an item by its id alone.
    const id = resource.id.property === undefined ? thing.key : value[resource.id.property]
    return types.has('integer') || types.has('number')
      ? Number(id)
      : types.has('string')
        ? String(id)
        : undefined
  }
  const properties = membersOf(schema, schemas)
  if (properties.size === 0) return value
  const shown: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) if (properties.has(name)) shown[name] = member
  // A name such as `spreadsheetId` means the same in the path and in the reply; `id` may not.
  for (const [name, sent] of Object.entries(exchange.path)) {
    if (!/.(_id|Id|ID)$/.test(name) || shown[name] !== undefined || !properties.has(name)) continue
    shown[name] = toType(sent, typesOf(properties.get(name), schemas)) ?? sent
  }
  const { property } = resource.id
  const id = property === undefined ? thing.key : value[property]
  const idName = idNameIn(resource.noun, scalarNames(properties, schemas))
  if (
    idName !== undefined &&
    shown[idName] === undefined &&
    (property === undefined || !properties.has(property))
  ) {
    shown[idName] = toType(String(id), typesOf(properties.get(idName), schemas))
  }
  return success(shown, properties)
}

function success(shown: Record<string, unknown>, properties: ReadonlyMap<string, Schema>) {
  for (const name of ['ok', 'success', 'deleted']) {
    if (properties.has(name) && shown[name] === undefined && isFlag(properties.get(name)))
      shown[name] = true
  }
  return shown
}

function isFlag(schema: Schema | undefined): boolean {
  return (
    isRecord(schema) && (schema['type'] === 'boolean' || JSON.stringify(schema).includes('true'))
  )
}

const replies = new WeakMap<object, Map<Role, unknown>>()

/** The reply that shows an item, in the operation's envelope. */
export function showItem(exchange: Exchange, role: Role, thing: Thing, status: number): Reply {
  const { reply, spot, resource } = role
  const { schema } = reply
  if (schema === undefined || spot === undefined) return bare(exchange, role, status)
  if (spot.path.length === 0) {
    return asJson(role, status, viewOf(exchange, resource!, thing, spot.schema))
  }
  let known = replies.get(thing.value)
  if (known === undefined) replies.set(thing.value, (known = new Map<Role, unknown>()))
  let body = known.get(role)
  if (body === undefined) {
    const inner = viewOf(exchange, resource!, thing, spot.schema)
    body = envelope(viewMaker(exchange.twin, thing, role.op.id), role, inner)
    known.set(role, body)
  }
  return asJson(role, status, body)
}

/** Something inside the envelope that the operation's reply has around it. */
export function envelope(maker: Maker, role: Role, inner: unknown): unknown {
  const { schemas } = maker.twin.contract
  const { reply, spot } = role
  const path = spot!.path
  let out: unknown = inner
  for (let i = path.length - 1; i >= 0; i--) out = { [path[i]!]: out }
  if (path.length > 0)
    out = success(out as Record<string, unknown>, membersOf(reply.schema!, schemas))
  return complete(maker, reply.schema!, out)
}

/** A JSON reply in the media type that the contract names. */
export function asJson(role: Role, status: number, body: unknown): Reply {
  const { mediaType } = role.reply
  if (mediaType === undefined || mediaType === 'application/json') return json(status, body)
  return json(status, body, { 'content-type': mediaType })
}

/** A reply without JSON: nothing, or a text of the type that the contract names. */
export function bare(exchange: Exchange, role: Role, status: number): Reply {
  const type = Object.keys(role.reply.shape.types)[0]
  if (type === undefined || exchange.method !== 'GET') return empty(status)
  const schema = role.reply.shape.types[type]!
  const name = type.includes('*') ? 'text/plain' : type
  const maker = lastingMaker(
    exchange.world,
    exchange.twin,
    `${exchange.pathname}?${exchange.search}`,
  )
  const sample = sampleOf(maker, schema, role.op.id)
  return text(status, typeof sample === 'string' ? sample : JSON.stringify(sample), name)
}
