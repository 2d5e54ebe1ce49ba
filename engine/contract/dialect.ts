import { branchesByValue } from './branches.ts'
import type { Schema } from './contract.ts'
import {
  isRecord,
  propertiesOf,
  refName,
  resolveSchema,
  schemaList,
  type SchemaObject,
  type Schemas,
} from './schema.ts'

/** Which way a value travels: what is read-only or write-only depends on it. */
export type Direction = 'request' | 'reply'

/** Rewrites a contract's schema into what ajv compiles. */
export interface Dialect {
  schemas: Schemas
  direction: Direction
  /** The key under which ajv will find a named schema; as a base, without its union. */
  keyOf: (name: string, isBase: boolean) => string
  /** The named schema that is being rewritten. */
  current?: string
}

const single = ['items', 'additionalProperties', 'not', 'if', 'then', 'else', 'contains']
const singles = new Set([...single, 'propertyNames', 'unevaluatedItems', 'unevaluatedProperties'])
const lists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const maps = new Set(['patternProperties', 'dependentSchemas'])
/** Everything else is an annotation, and ajv need not see it. */
const plain = new Set(
  `type enum const format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength
  maxLength pattern minItems maxItems uniqueItems minContains maxContains minProperties
  maxProperties dependentRequired`.split(/\s+/),
)

/**
 * Rewrites one schema; references stay references, to ajv's keys. Three things are read as authors
 * mean them, since real services' own replies break the letter: oneOf passes when several branches
 * match; `additionalProperties: false` beside a union forbids what no branch declares; and a base
 * that lists its own heirs does not ask an heir to be another one too.
 */
export function toDialect(
  schema: Schema,
  dialect: Dialect,
  above: ReadonlySet<string> = none,
): Schema {
  if (!isRecord(schema)) return schema !== false
  const result: SchemaObject = {}
  // A required property may be declared in a sibling of the list that requires it.
  const unasked = withUnasked(schema, dialect, above)
  for (const [keyword, value] of Object.entries(schema)) {
    if (plain.has(keyword)) result[keyword] = value
    else if (singles.has(keyword)) result[keyword] = toDialect(value as Schema, dialect)
    else if (maps.has(keyword) && isRecord(value)) result[keyword] = mapSchemas(value, dialect)
  }
  const members = (keyword: string): Schema[] =>
    schemaList(schema, keyword).map((member) => toDialect(member, dialect, unasked))
  if (Array.isArray(schema['prefixItems'])) result['prefixItems'] = members('prefixItems')
  addUnions(result, schema, dialect, members)
  const name = refName(schema)
  if (name !== undefined) result['$ref'] = dialect.keyOf(name, isHeir(dialect, name))
  if (isRecord(schema['properties'])) addProperties(result, schema['properties'], dialect)
  const isComposed = ['$ref', 'allOf', 'anyOf', 'oneOf'].some((keyword) => keyword in schema)
  if (isComposed && schema['additionalProperties'] === false) {
    delete result['additionalProperties']
    result['unevaluatedProperties'] = false
  }
  if (Array.isArray(schema['required'])) {
    const required = schema['required'].filter(
      (key) => typeof key === 'string' && !unasked.has(key) && !isInherited(key),
    )
    if (required.length > 0) result['required'] = [...new Set(required)]
  }
  return result
}

function addUnions(
  result: SchemaObject,
  schema: SchemaObject,
  dialect: Dialect,
  members: (keyword: string) => Schema[],
): void {
  const all = members('allOf')
  const branches = toBranches(schema, dialect)
  if (branches) all.push(branches)
  else
    for (const keyword of ['anyOf', 'oneOf'])
      if (schemaList(schema, keyword).length > 0) all.push({ anyOf: members(keyword) })
  if (all.length === 1 && isRecord(all[0]) && 'anyOf' in all[0]) result['anyOf'] = all[0]['anyOf']
  else if (all.length > 0) result['allOf'] = all
}

/** True when the schema being rewritten is among the branches of the one that it builds on. */
function isHeir({ schemas, current }: Dialect, base: string): boolean {
  return current !== undefined && current !== base && composes(base, current, schemas, new Set())
}

/** True when a value of the first schema may have to be one of the second, at the same place. */
function composes(from: string, to: string, schemas: Schemas, seen: Set<string>): boolean {
  if (from === to) return true
  if (seen.has(from) || !Object.hasOwn(schemas, from)) return false
  seen.add(from)
  return composedOf(schemas[from]).some((name) => composes(name, to, schemas, seen))
}

function composedOf(schema: unknown): string[] {
  if (!isRecord(schema)) return []
  const name = refName(schema)
  const members = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => schemaList(schema, keyword))
  return [...(name === undefined ? [] : [name]), ...members.flatMap(composedOf)]
}

/** The schema without its union and what tells the branches apart. */
export function withoutUnion(schema: Schema): Schema {
  if (!isRecord(schema)) return schema
  const { oneOf: _oneOf, anyOf: _anyOf, discriminator: _discriminator, ...base } = schema
  return base
}

const none: ReadonlySet<string> = new Set()

function mapSchemas(map: Record<string, unknown>, dialect: Dialect): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, toDialect(value as Schema, dialect)]),
  )
}

/** Names that every object has; generated code would find them where they are not. */
function isInherited(key: string): boolean {
  return key in Object.prototype
}

function addProperties(
  result: SchemaObject,
  properties: Record<string, unknown>,
  dialect: Dialect,
): void {
  const own: Record<string, Schema> = {}
  for (const [key, value] of Object.entries(properties)) {
    const isTolerated =
      dialect.direction === 'request' && isMarked(value, 'readOnly', dialect.schemas)
    const property = isTolerated || toDialect(value as Schema, dialect)
    if (!isInherited(key)) own[key] = property
    else
      result['patternProperties'] = {
        ...(result['patternProperties'] as SchemaObject | undefined),
        [`^${key}$`]: property,
      }
  }
  result['properties'] = own
}

/** The properties that this direction does not ask for, however they are required. */
function withUnasked(
  schema: SchemaObject,
  dialect: Dialect,
  above: ReadonlySet<string>,
): ReadonlySet<string> {
  const asks = Array.isArray(schema['required']) || lists.values().some((key) => key in schema)
  if (!asks) return above
  const mark = dialect.direction === 'request' ? 'readOnly' : 'writeOnly'
  let found: Set<string> | undefined
  for (const [key, property] of propertiesOf({ ...schema, oneOf: [], anyOf: [] }, dialect.schemas))
    if (isMarked(property, mark, dialect.schemas)) (found ??= new Set(above)).add(key)
  return found ?? above
}

/** True when a property is read-only or write-only, by itself or by what it refers to. */
export function isMarked(
  schema: unknown,
  mark: 'readOnly' | 'writeOnly',
  schemas: Schemas,
): boolean {
  if (!isRecord(schema)) return false
  if (schema[mark] === true) return true
  if (schemaList(schema, 'allOf').some((member) => isMarked(member, mark, schemas))) return true
  return '$ref' in schema && resolveSchema(schema, schemas)[mark] === true
}

/**
 * A union with a discriminator becomes a choice by that property: one branch is checked and only
 * its errors are told. Without the property, or when a branch has no name, any branch may match.
 */
function toBranches(schema: SchemaObject, dialect: Dialect): Schema | undefined {
  const discriminator = schema['discriminator']
  const keyword = Array.isArray(schema['oneOf']) ? 'oneOf' : 'anyOf'
  const members = schemaList(schema, keyword)
  if (!isRecord(discriminator) || members.length === 0) return undefined
  const property = discriminator['propertyName']
  if (typeof property !== 'string' || isInherited(property)) return undefined
  const named = branchesByValue(members, discriminator['mapping'], property, dialect.schemas)
  if (!named) return undefined
  const values = [...named.keys()]
  const cases = new Map<string, { branch: Schema; values: string[] }>()
  for (const [value, branch] of named) {
    const key = refName(branch) ?? `inline ${value}`
    const known = cases.get(key)
    if (known) known.values.push(value)
    else cases.set(key, { branch, values: [value] })
  }
  const choices = [...cases.values()].map(({ branch, values: those }) =>
    choice({ properties: { [property]: { enum: those } } }, toDialect(branch, dialect)),
  )
  const chosen = { properties: { [property]: { enum: values } }, allOf: choices }
  const anyOf = members.map((member) => toDialect(member, dialect))
  return choice({ type: 'object', required: [property] }, chosen, { anyOf })
}

function choice(condition: Schema, then: Schema, otherwise: Schema = true): Schema {
  // oxlint-disable-next-line unicorn/no-thenable -- JSON Schema's word, and never awaited
  return { if: condition, then, else: otherwise }
}
