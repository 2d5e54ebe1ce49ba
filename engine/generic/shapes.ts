import type { Body, Contract, Operation, ReplyShape, Schema } from '../contract/contract.ts'
import { isRecord, refName, resolveSchema, schemaList, typesOf } from '../contract/schema.ts'
import { nameKey, singular } from './names.ts'
import { membersOf } from './members.ts'

type Schemas = Contract['schemas']

/** The reply that tells of success: its status, and its JSON schema where it has one. */
export interface Success {
  status: number
  shape: ReplyShape
  /** Media type and schema of the JSON body; absent when the reply has none. */
  mediaType?: string
  schema?: Schema
}

/** The success reply of an operation; the preferred statuses first, then the lowest 2xx, then the default. */
export function successOf(op: Operation, prefer: readonly number[] = []): Success {
  const wanted = prefer.find((status) => Object.hasOwn(op.replies, String(status)))
  const found =
    (wanted === undefined ? undefined : String(wanted)) ??
    Object.keys(op.replies).find((status) => /^2(\d\d|XX)$/i.test(status)) ??
    Object.keys(op.replies).find((status) => /^3\d\d$/.test(status)) ??
    Object.keys(op.replies).find((status) => status === 'default')
  if (found === undefined) return { status: 200, shape: { types: {} } }
  const status = Number(found)
  const shape = op.replies[found]!
  const json = jsonOf(shape.types)
  const base = { status: Number.isNaN(status) ? 200 : status, shape }
  return json === undefined ? base : { ...base, mediaType: json[0], schema: json[1] }
}

/** The JSON one of several media types. */
export function jsonOf(types: Record<string, Schema>): [string, Schema] | undefined {
  const names = Object.keys(types)
  const name = names.find((type) => type === 'application/json') ?? names.find(isJson)
  return name === undefined
    ? undefined
    : [name.includes('*') ? 'application/json' : name, types[name]!]
}

function isJson(type: string): boolean {
  return type === '*/*' || type === 'application/*' || /[/+]json$/.test(type)
}

/** The schema of a request body: JSON first, else whatever comes first. */
export function bodySchemaOf(body: Body | undefined): Schema | undefined {
  if (body === undefined) return undefined
  return jsonOf(body.types)?.[1] ?? Object.values(body.types)[0]
}

/** True when values of the schema are objects, as far as it says. */
export function isObjectSchema(schema: unknown, schemas: Schemas): boolean {
  return typesOf(schema, schemas).has('object')
}

/** The item schema of an array schema. */
export function itemsOf(schema: unknown, schemas: Schemas, depth = 0): Schema | undefined {
  const object = resolveSchema(schema, schemas)
  if (isRecord(object['items']) || object['items'] === true) return object['items'] as Schema
  if (depth > 4) return undefined
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    for (const member of schemaList(object, keyword)) {
      const items = itemsOf(member, schemas, depth + 1)
      if (items !== undefined) return items
    }
  }
  return undefined
}

/** Names of a schema's properties that hold strings or numbers and so may be an id. */
export function scalarNames(properties: ReadonlyMap<string, Schema>, schemas: Schemas): string[] {
  const names: string[] = []
  for (const [name, schema] of properties) {
    const types = typesOf(schema, schemas)
    if (types.has('string') || types.has('integer') || types.has('number') || types.size === 0) {
      names.push(name)
    }
  }
  return names
}

/** Where something lies inside a reply: the names to follow, and its schema. */
export interface Spot {
  path: string[]
  schema: Schema
}

const bookkeeping =
  /^(_?links?|_?meta(data)?|response_?metadata|pagination|paging|page_?info|errors?|warnings?|request|_embedded|expand|schema|names)$/i

/** Where the item lies in a reply that tells of one: at the top, or inside an envelope such as `{data: {…}}`. */
export function findItem(schema: Schema, noun: string, schemas: Schemas): Spot {
  const properties = membersOf(schema, schemas)
  const whole: Spot = { path: [], schema }
  const one = nameKey(singular(noun))
  const ownIds = new Set(['id', 'key', `${one}id`, 'uuid', 'gid'])
  const hasOwnId = [...properties.keys()].some((name) => ownIds.has(nameKey(name)))
  if (hasOwnId) return whole
  const inner = [...properties].filter(
    ([name, member]) => !bookkeeping.test(name) && isObjectSchema(member, schemas),
  )
  const named =
    inner.find(([name]) => nameKey(name) === one) ?? inner.find(([name]) => isEnvelope(name))
  const found = named ?? onlyIdentified(inner, schemas)
  return found === undefined ? whole : { path: [found[0]], schema: found[1] }
}

function isEnvelope(name: string): boolean {
  return /^(data|result|item|response|object|payload|record|resource)$/i.test(name)
}

function onlyIdentified(inner: [string, Schema][], schemas: Schemas): [string, Schema] | undefined {
  const identified = inner.filter(([, member]) => membersOf(member, schemas).has('id'))
  // Among many members one with an id is a reference to something else, not an envelope.
  return identified.length === 1 && inner.length <= 2 ? identified[0] : undefined
}

const listNames =
  /^(values|items|data|results?|entries|records|content|elements|value|objects|list|resources|rows|edges|nodes|hits)$/i

/** Where the list lies in a reply: at the top, in a member, or one level deeper. */
export function findList(schema: Schema, noun: string, schemas: Schemas): Spot | undefined {
  const types = typesOf(schema, schemas)
  if (types.has('array') && !types.has('object')) {
    return { path: [], schema: itemsOf(schema, schemas) ?? {} }
  }
  const here = findArray(schema, noun, schemas)
  if (here !== undefined) return here
  for (const [name, member] of membersOf(schema, schemas)) {
    if (
      !/^(data|_?embedded|results?|response|page|list)$/i.test(name) &&
      nameKey(name) !== nameKey(noun)
    ) {
      continue
    }
    const inner = isObjectSchema(member, schemas) ? findArray(member, noun, schemas) : undefined
    if (inner !== undefined) return { path: [name, ...inner.path], schema: inner.schema }
  }
  return undefined
}

function findArray(schema: Schema, noun: string, schemas: Schemas): Spot | undefined {
  const arrays = [...membersOf(schema, schemas)].filter(
    ([name, member]) => !bookkeeping.test(name) && typesOf(member, schemas).has('array'),
  )
  const many = nameKey(noun)
  const found =
    arrays.find(([name]) => nameKey(name) === many) ??
    arrays.find(([name]) => listNames.test(name)) ??
    arrays.find(([name]) => nameKey(singular(name)) === nameKey(singular(noun))) ??
    (arrays.length === 1 ? arrays[0] : undefined)
  return found && { path: [found[0]], schema: itemsOf(found[1], schemas) ?? {} }
}

/** True when two schemas are the same by name, or one lists the other among its branches. */
export function isSameSchema(a: Schema | undefined, b: Schema | undefined): boolean {
  if (a === undefined || b === undefined) return false
  const name = refName(a)
  if (name !== undefined) return name === refName(b)
  return a === b || textOf(a) === textOf(b)
}

const texts = new WeakMap<object, string>()

function textOf(schema: Schema): string {
  if (typeof schema === 'boolean') return String(schema)
  let text = texts.get(schema)
  if (text === undefined) texts.set(schema, (text = JSON.stringify(schema)))
  return text
}

/** Which part of the first schema's properties the second one has too; 1 when the first has none. */
export function overlapOf(a: Schema | undefined, b: Schema | undefined, schemas: Schemas): number {
  const names = [...membersOf(a, schemas).keys()]
  if (names.length === 0) return 1
  const others = membersOf(b, schemas)
  return names.filter((name) => others.has(name)).length / names.length
}
