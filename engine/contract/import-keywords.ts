import { warn, type OpenApiDocument, type Place } from './document.ts'
import type { SchemaObject } from './schema.ts'

const typeNames = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])
const composed = ['$ref', 'allOf', 'anyOf', 'oneOf', 'patternProperties']

/** Copies the type; `file` of 2.0 is a binary string, and what is no type is left out. */
export function addType(
  document: OpenApiDocument,
  result: SchemaObject,
  { value, pointer }: Place,
): void {
  if (value === 'file') {
    result['type'] = 'string'
    result['format'] = 'binary'
    return
  }
  const names = (Array.isArray(value) ? value : [value]) as unknown[]
  const known = names.filter((name) => isText(name) && typeNames.has(name))
  if (known.length < names.length) {
    const fix = `Use ${[...typeNames].join(', ')}.`
    warn(document, `The type ${JSON.stringify(value)} does not exist`, { pointer, fix })
  }
  if (known.length > 0) result['type'] = Array.isArray(value) ? [...new Set(known)] : known[0]
}

/** A closed object that requires what it does not declare can never be: a slip of the pen. */
export function dropImpossible(
  document: OpenApiDocument,
  schema: SchemaObject,
  pointer: string,
): void {
  const { required, properties = {}, additionalProperties } = schema
  const isOpen = composed.some((keyword) => keyword in schema)
  if (additionalProperties !== false || !Array.isArray(required) || isOpen) return
  const isDeclared = (name: string): boolean => Object.hasOwn(properties as object, name)
  const impossible = required.filter((name: string) => !isDeclared(name))
  if (impossible.length === 0) return
  schema['required'] = required.filter(isDeclared)
  const fix = 'Declare the property, or do not require it.'
  const what = `${impossible.join(', ')} is required and forbidden; it is no longer required`
  warn(document, what, { pointer, fix })
}

/** Before 3.1 `exclusiveMinimum: true` said how `minimum` was meant. */
export function fixLimits(schema: SchemaObject): void {
  for (const end of ['Minimum', 'Maximum']) {
    const exclusive = `exclusive${end}`
    if (typeof schema[exclusive] !== 'boolean') continue
    const inclusive = end.toLowerCase()
    if (schema[exclusive] && typeof schema[inclusive] === 'number') {
      schema[exclusive] = schema[inclusive]
      delete schema[inclusive]
    } else {
      delete schema[exclusive]
    }
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
