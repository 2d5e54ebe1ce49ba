import type { DocumentVersion } from './document.ts'
import type { SchemaObject } from './schema.ts'

const composed = ['$ref', 'allOf', 'anyOf', 'oneOf', 'not', 'const']

/**
 * Says in JSON Schema what `nullable: true` (3.0) and `x-nullable: true` (2.0) say. Strictly, null
 * is only allowed beside a `type`; authors write it beside references and unions and mean it.
 */
export function withNull(
  schema: SchemaObject,
  original: SchemaObject,
  version: DocumentVersion,
): SchemaObject {
  const isNullable = original['nullable'] === true && version !== '3.1'
  if (!isNullable && original['x-nullable'] !== true) return schema
  if (composed.some((keyword) => keyword in schema)) return besideNull(schema)
  const { type } = schema
  const values = schema['enum']
  if (Array.isArray(values) && !values.includes(null))
    schema['enum'] = [...(values as unknown[]), null]
  if (typeof type === 'string' && type !== 'null') schema['type'] = [type, 'null']
  if (Array.isArray(type) && !type.includes('null'))
    schema['type'] = [...(type as unknown[]), 'null']
  return schema
}

/** What says how the value is used, not what it is, stays outside. */
function besideNull(schema: SchemaObject): SchemaObject {
  const { readOnly, writeOnly, default: preset, ...inner } = schema
  const outer: SchemaObject = { anyOf: [inner, { type: 'null' }] }
  if (readOnly !== undefined) outer['readOnly'] = readOnly
  if (writeOnly !== undefined) outer['writeOnly'] = writeOnly
  if (preset !== undefined) outer['default'] = preset
  return outer
}
