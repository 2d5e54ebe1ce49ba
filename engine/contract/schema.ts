import type { Schema } from './contract.ts'

/** The named schemas of a contract, to which `#/schemas/Name` points. */
export type Schemas = Record<string, Schema>

/** A schema that is an object, not `true` or `false`. */
export type SchemaObject = { [keyword: string]: unknown }

const refPrefix = '#/schemas/'
const refHopsMax = 32

/** True for a JSON object: neither an array nor null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The name that a reference points to, or nothing when it is no reference to a named schema. */
export function refName(schema: unknown): string | undefined {
  if (!isRecord(schema) || typeof schema['$ref'] !== 'string') return undefined
  const ref = schema['$ref']
  return ref.startsWith(refPrefix) ? fromPointerToken(ref.slice(refPrefix.length)) : undefined
}

/** The reference to a named schema. */
export function toRef(name: string): { $ref: string } {
  return { $ref: refPrefix + toPointerToken(name) }
}

/** Follows references to a schema object; `true`, unknown names and endless chains become `{}`. */
export function resolveSchema(schema: unknown, schemas: Schemas): SchemaObject {
  let current = schema
  for (let hop = 0; hop < refHopsMax; hop++) {
    const name = refName(current)
    if (name === undefined) return isRecord(current) ? current : {}
    current = Object.hasOwn(schemas, name) ? schemas[name] : undefined
  }
  return {}
}

/** The keyword's members, when it holds a list of schemas. */
export function schemaList(schema: SchemaObject, keyword: string): Schema[] {
  const value = schema[keyword]
  return Array.isArray(value) ? (value as Schema[]) : []
}

/** Every JSON type that a value of the schema may have; empty when the schema does not say. */
export function typesOf(schema: unknown, schemas: Schemas, depth = 0): Set<string> {
  const types = new Set<string>()
  if (depth > 8) return types
  const object = resolveSchema(schema, schemas)
  const { type } = object
  if (typeof type === 'string') return types.add(type)
  if (Array.isArray(type)) return new Set(type.filter((name) => typeof name === 'string'))
  for (const keyword of ['anyOf', 'oneOf']) {
    for (const branch of schemaList(object, keyword))
      for (const name of typesOf(branch, schemas, depth + 1)) types.add(name)
    if (types.size > 0) return types
  }
  for (const branch of schemaList(object, 'allOf')) {
    const inherited = typesOf(branch, schemas, depth + 1)
    if (inherited.size > 0) return inherited
  }
  if (Array.isArray(object['enum'])) for (const value of object['enum']) types.add(typeOf(value))
  else if ('const' in object) types.add(typeOf(object['const']))
  else if (isRecord(object['properties'])) types.add('object')
  else if ('items' in object) types.add('array')
  return types
}

/** The JSON type of a value. */
export function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** The properties of a schema with those of its allOf, anyOf and oneOf members; its own win. */
export function propertiesOf(
  schema: unknown,
  schemas: Schemas,
  into: Map<string, Schema> = new Map(),
  depth = 0,
): Map<string, Schema> {
  if (depth > 8) return into
  const object = resolveSchema(schema, schemas)
  if (isRecord(object['properties']))
    for (const [name, property] of Object.entries(object['properties']))
      if (!into.has(name)) into.set(name, property as Schema)
  for (const keyword of ['allOf', 'anyOf', 'oneOf'])
    for (const member of schemaList(object, keyword)) propertiesOf(member, schemas, into, depth + 1)
  return into
}

/** Escapes a name for use in a JSON pointer. */
export function toPointerToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

/** Reads a JSON pointer's token, percent-encoding included. */
export function fromPointerToken(token: string): string {
  let text = token
  if (text.includes('%')) {
    try {
      text = decodeURIComponent(text)
    } catch {
      // A lone percent sign is taken as it stands.
    }
  }
  return text.replaceAll('~1', '/').replaceAll('~0', '~')
}
