import type { Operation, Schema } from '../contract/contract.ts'
import { setOwn } from '../contract/problem.ts'
import { isRecord, resolveSchema, schemaList } from '../contract/schema.ts'
import type { Exchange } from '../exchange.ts'
import { argumentsOf } from './locate.ts'
import type { BodyFact, Role } from './resource.ts'
import { membersOf } from './members.ts'

/** What a call says about an item: the body without its envelope, without what only the service may set. */
export function sentOf(exchange: Exchange, role: Role): Record<string, unknown> {
  const { body } = role
  if (body === undefined) return {}
  if (body.isValue) return exchange.body === undefined ? {} : { value: ownBody(exchange) }
  if (body.isLoose) return ownArguments(exchange, role)
  let value = ownBody(exchange)
  for (const name of body.path) value = isRecord(value) ? value[name] : undefined
  if (!isRecord(value)) return {}
  const facts = factsOf(exchange, role.op, body, role.resource!.properties)
  const out: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    if (facts.ignored.has(name) || isFile(member)) continue
    setOwn(out, name, member)
  }
  return out
}

/** A direct call hands over the caller's own object, which may change behind our back; what is kept is a copy. */
function ownBody({ body, call }: Exchange): unknown {
  return body === call.body && typeof body === 'object' ? copyJson(body) : body
}

/** A value as it would arrive over the wire. */
export function copyJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}

/** RPC arguments also say how to do something; only the item's own properties are kept. */
function ownArguments(exchange: Exchange, role: Role): Record<string, unknown> {
  const { properties, id } = role.resource!
  const out: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(argumentsOf(exchange))) {
    if (properties.has(name) && name !== id.property && name !== role.keyArg)
      setOwn(out, name, copyJson(value))
  }
  return out
}

interface SentFacts {
  /** Read-only members, and those that the item itself doesn't have. */
  ignored: Set<string>
  /** What this operation may set. */
  writable: Set<string>
}

const known = new WeakMap<Operation, SentFacts>()

/** The members that an operation's body may set. */
export function writableOf(exchange: Exchange, role: Role): ReadonlySet<string> {
  if (role.body === undefined) return new Set()
  return factsOf(exchange, role.op, role.body, role.resource!.properties).writable
}

function factsOf(
  exchange: Exchange,
  op: Operation,
  body: BodyFact,
  item: ReadonlyMap<string, Schema>,
): SentFacts {
  let facts = known.get(op)
  if (facts !== undefined) return facts
  const { schemas } = exchange.twin.contract
  facts = { ignored: new Set<string>(), writable: new Set<string>() }
  let schema: Schema = body.schema
  for (const name of body.path) schema = membersOf(schema, schemas).get(name) ?? {}
  for (const [name, isReadOnly] of readOnlyNames(schema, schemas)) {
    const own = item.get(name)
    const isOthers = own === undefined && item.size > 0
    const isHidden = own !== undefined && resolveSchema(own, schemas)['writeOnly'] === true
    if (isReadOnly || isOthers || isHidden) facts.ignored.add(name)
    else facts.writable.add(name)
  }
  if (body.isValue) facts.writable.add('value')
  known.set(op, facts)
  return facts
}

/** A body's members, and whether each is read-only wherever it stands: one branch of a union may set what another may not. */
function readOnlyNames(
  schema: Schema,
  schemas: Record<string, Schema>,
  into = new Map<string, boolean>(),
  depth = 0,
): Map<string, boolean> {
  if (depth > 8) return into
  const object = resolveSchema(schema, schemas)
  const { properties } = object
  for (const [name, member] of isRecord(properties) ? Object.entries(properties) : []) {
    const isReadOnly = resolveSchema(member, schemas)['readOnly'] === true
    into.set(name, isReadOnly && (into.get(name) ?? true))
  }
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    for (const member of schemaList(object, keyword))
      readOnlyNames(member, schemas, into, depth + 1)
  }
  return into
}

function isFile(value: unknown): boolean {
  return value instanceof Uint8Array || (isRecord(value) && value['bytes'] instanceof Uint8Array)
}
