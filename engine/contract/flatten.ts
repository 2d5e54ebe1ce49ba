import { isDeepStrictEqual } from 'node:util'
import { branchesByValue } from './branches.ts'
import { setOwn } from './problem.ts'
import {
  isRecord,
  refName,
  schemaList,
  typesOf,
  type SchemaObject,
  type Schemas,
} from './schema.ts'
import type { Schema } from './contract.ts'

/** What a choice among schemas depends on. */
export interface Choosing {
  schemas: Schemas
  random: () => number
  /** Named schemas that the value being made stands inside of. */
  within: ReadonlySet<string>
  /** Deep enough: take the branch that ends soonest. */
  isPressed: boolean
}

/** A schema without references and unions: one way to satisfy it. */
export interface Flat {
  schema: SchemaObject
  /** The named schemas that were gone through. */
  names: Set<string>
  /** Per member that allows no other properties: those it allows. */
  closed: Set<string>[]
}

const depthMax = 24

/** Resolves references, merges allOf and chooses one branch of each oneOf and anyOf. */
export function flatten(schema: Schema, choosing: Choosing): Flat {
  const flat: Flat = { schema: {}, names: new Set(), closed: [] }
  add(flat, schema, choosing, 0)
  return flat
}

function add(flat: Flat, schema: unknown, choosing: Choosing, depth: number): void {
  if (!isRecord(schema) || depth > depthMax) return
  const name = refName(schema)
  // A schema that includes itself adds nothing the second time.
  if (name !== undefined && !flat.names.has(name) && Object.hasOwn(choosing.schemas, name)) {
    flat.names.add(name)
    add(flat, choosing.schemas[name], choosing, depth + 1)
  }
  const { $ref: ref, allOf, oneOf, anyOf, ...own } = schema
  // Beside a union it forbids what no branch declares, as the validator reads it too.
  const isComposed = [ref, allOf, oneOf, anyOf].some((part) => part !== undefined)
  if (own['additionalProperties'] === false && !isComposed)
    flat.closed.push(new Set(Object.keys(isRecord(own['properties']) ? own['properties'] : {})))
  flat.schema = merge(flat.schema, own)
  for (const member of schemaList(schema, 'allOf')) add(flat, member, choosing, depth + 1)
  const taken = Array.isArray(oneOf)
    ? addBranch(flat, schema, oneOf as Schema[], choosing, depth)
    : undefined
  if (!Array.isArray(anyOf)) return
  // Where both are given, the branches of one are often among those of the other.
  const same = anyOf.filter((member) => taken !== undefined && isDeepStrictEqual(member, taken))
  addBranch(flat, schema, (same.length > 0 ? same : anyOf) as Schema[], choosing, depth)
}

function addBranch(
  flat: Flat,
  schema: SchemaObject,
  members: Schema[],
  choosing: Choosing,
  depth: number,
): Schema | undefined {
  // An heir that builds on its base is a branch of the base's union already.
  if (members.some((member) => flat.names.has(refName(member) ?? ''))) return undefined
  const discriminator = schema['discriminator']
  const property = isRecord(discriminator) ? discriminator['propertyName'] : undefined
  if (!isRecord(discriminator) || typeof property !== 'string') {
    const plain = choose(members, flat.schema, choosing)
    add(flat, plain, choosing, depth + 1)
    return plain
  }
  const named = branchesByValue(members, discriminator['mapping'], property, choosing.schemas)
  const branch = choose(named ? [...new Set(named.values())] : members, flat.schema, choosing)
  add(flat, branch, choosing, depth + 1)
  const values = named ? [...named].filter(([, target]) => target === branch) : []
  const value = values[Math.floor(choosing.random() * values.length)]?.[0]
  if (value === undefined) return branch
  const properties = {
    ...(flat.schema['properties'] as SchemaObject),
    [property]: { const: value },
  }
  const required = [...((flat.schema['required'] as string[] | undefined) ?? []), property]
  flat.schema = { ...flat.schema, properties, required }
  return branch
}

/** Null is only chosen when nothing else is left, or to come to an end. */
function choose(members: Schema[], base: SchemaObject, choosing: Choosing): Schema | undefined {
  const { schemas, isPressed, random } = choosing
  const types = members.map((member) => typesOf(member, schemas))
  const isNull = (index: number): boolean => types[index]?.size === 1 && types[index].has('null')
  const all = members.map((_, index) => index).filter((index) => members[index] !== false)
  const fitting = all.filter((index) => isCompatible(base['type'], types[index] as Set<string>))
  const rest = fitting.length > 0 ? fitting : all
  const ends = rest.filter((index) => isPressed && isNull(index))
  const values = rest.filter((index) => !isNull(index))
  const onward = values.filter((index) => !leadsBack(members[index], choosing))
  const flatOnes = onward.filter((index) => isPressed && !types[index]?.has('object'))
  const lists = [ends, flatOnes, onward, rest.filter(isNull), values, rest]
  const list = lists.find((candidates) => candidates.length > 0) ?? []
  const index = list[Math.floor(random() * list.length)]
  return index === undefined ? undefined : members[index]
}

function isCompatible(type: unknown, types: Set<string>): boolean {
  if (types.size === 0 || type === undefined) return true
  const wanted = (Array.isArray(type) ? type : [type]) as string[]
  return wanted.some(
    (name) =>
      types.has(name) ||
      (name === 'number' && types.has('integer')) ||
      (name === 'integer' && types.has('number')),
  )
}

/** True when the schema is one that the value stands inside of already. */
export function leadsBack(schema: unknown, choosing: Choosing, depth = 0): boolean {
  if (!isRecord(schema) || depth > 4) return false
  const name = refName(schema)
  if (name !== undefined) {
    if (choosing.within.has(name)) return true
    if (Object.hasOwn(choosing.schemas, name))
      return leadsBack(choosing.schemas[name], choosing, depth + 1)
  }
  if (leadsBack(schema['items'], choosing, depth + 1)) return true
  if (leadsBack(schema['additionalProperties'], choosing, depth + 1)) return true
  if (schemaList(schema, 'allOf').some((member) => leadsBack(member, choosing, depth + 1)))
    return true
  const branches = [...schemaList(schema, 'oneOf'), ...schemaList(schema, 'anyOf')]
  const others = branches.filter((branch) => !typesOf(branch, choosing.schemas).has('null'))
  return others.length > 0 && others.every((branch) => leadsBack(branch, choosing, depth + 1))
}

const lower = new Set(['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'])
const upper = new Set(['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'])
const inner = new Set(['items', 'additionalProperties', 'propertyNames', 'contains'])

/** Both schemas at once, as far as one schema can say it. */
function merge(a: SchemaObject, b: SchemaObject): SchemaObject {
  const result: SchemaObject = { ...a }
  for (const [key, value] of Object.entries(b)) {
    const known = a[key]
    if (known === undefined) result[key] = value
    else if (lower.has(key)) result[key] = Math.max(Number(known), Number(value))
    else if (upper.has(key)) result[key] = Math.min(Number(known), Number(value))
    else if (key === 'required') result[key] = [...new Set([...(known as []), ...(value as [])])]
    else if (key === 'properties') continue
    else if (key === 'enum') result[key] = common(known as unknown[], value as unknown[])
    else if (key === 'type') result[key] = commonType(known, value)
    else if (inner.has(key)) result[key] = both(known, value)
    else if (typeof known === 'boolean') result[key] = known || value === true
    else result[key] = value
  }
  if ('properties' in a || 'properties' in b) result['properties'] = mergeProperties(a, b)
  return result
}

/** A property that only one of the two declares has to be what the other allows beyond its own. */
function mergeProperties(a: SchemaObject, b: SchemaObject): SchemaObject {
  const ofA = isRecord(a['properties']) ? a['properties'] : {}
  const ofB = isRecord(b['properties']) ? b['properties'] : {}
  const result: SchemaObject = {}
  for (const name of new Set([...Object.keys(ofA), ...Object.keys(ofB)])) {
    const inA = Object.hasOwn(ofA, name) ? ofA[name] : beyond(a)
    setOwn(result, name, both(inA, Object.hasOwn(ofB, name) ? ofB[name] : beyond(b)))
  }
  return result
}

function beyond(schema: SchemaObject): unknown {
  return isRecord(schema['additionalProperties']) ? schema['additionalProperties'] : true
}

function both(a: unknown, b: unknown): unknown {
  if (a === false || b === false) return false
  if (a === true) return b
  return b === true ? a : { allOf: [a, b] }
}

function common(a: unknown[], b: unknown[]): unknown[] {
  const words = new Set(b.map((value) => JSON.stringify(value)))
  return a.filter((value) => words.has(JSON.stringify(value)))
}

function commonType(a: unknown, b: unknown): unknown {
  const listA = (Array.isArray(a) ? a : [a]) as string[]
  const listB = (Array.isArray(b) ? b : [b]) as string[]
  const shared = listA.filter((name) => listB.includes(name))
  if (listA.includes('integer') !== listB.includes('integer'))
    if (listA.includes('number') || listB.includes('number')) shared.push('integer')
  return shared
}
