import type { Operation, Schema } from '../contract/contract.ts'
import { setOwn } from '../contract/problem.ts'
import { isRecord, propertiesOf, resolveSchema } from '../contract/schema.ts'
import type { Exchange } from '../exchange.ts'
import { argumentsOf } from './locate.ts'
import type { BodyFact, Role } from './resource.ts'

/** What a call says about an item: the body without its envelope, without what only the service may set. */
export function sentOf(exchange: Exchange, role: Role): Record<string, unknown> {
  const { body } = role
  if (body === undefined) return {}
  if (body.isValue) return exchange.body === undefined ? {} : { value: exchange.body }
  if (body.isLoose) return ownArguments(exchange, role)
  let value = exchange.body
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

/** RPC arguments also say how to do something; only the item's own properties are kept. */
function ownArguments(exchange: Exchange, role: Role): Record<string, unknown> {
  const { properties, id } = role.resource!
  const out: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(argumentsOf(exchange))) {
    if (properties.has(name) && name !== id.property && name !== role.keyArg)
      setOwn(out, name, value)
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
  for (const name of body.path) schema = propertiesOf(schema, schemas).get(name) ?? {}
  for (const [name, member] of propertiesOf(schema, schemas)) {
    const own = item.get(name)
    const isOthers = own === undefined && item.size > 0
    if (isMarked(member, 'readOnly') || isOthers || isMarked(own, 'writeOnly'))
      facts.ignored.add(name)
    else facts.writable.add(name)
  }
  if (body.isValue) facts.writable.add('value')
  known.set(op, facts)
  return facts

  function isMarked(one: Schema | undefined, mark: string): boolean {
    return one !== undefined && resolveSchema(one, schemas)[mark] === true
  }
}

function isFile(value: unknown): boolean {
  return value instanceof Uint8Array || (isRecord(value) && value['bytes'] instanceof Uint8Array)
}
