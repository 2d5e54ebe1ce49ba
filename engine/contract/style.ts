import type { Param, Schema } from './contract.ts'
import { createCoercer, type Coercer } from './coerce.ts'
import { setOwn } from './problem.ts'
import { isRecord, propertiesOf, resolveSchema, typesOf, type Schemas } from './schema.ts'

/** A parameter or form property, made ready for reading. */
export interface Field {
  name: string
  schema: Schema
  schemas: Schemas
  style: NonNullable<Param['style']>
  explode: boolean
  isArray: boolean
  isObject: boolean
  /** A single value is allowed; true also when the schema names no type at all. */
  isSingle: boolean
  coerce: Coercer
  coerceItem: Coercer
  properties: Map<string, Coercer>
  /** For properties that the schema does not name; absent when it forbids them. */
  coerceExtra: Coercer | undefined
  /** The properties that can be nothing but a list, for `filter[tags]=a`. */
  arrays: Set<string>
}

/** How to decode a place's text, and whether something in it could not be decoded. */
export interface Decoding {
  decode: (text: string) => string | undefined
  broken: boolean
}

const delimiters = { spaceDelimited: / |%20|\+/, pipeDelimited: /\||%7C/i } as const

/** Prepares a field from its name, schema and style; absent style and explode mean OpenAPI's defaults. */
export function createField(
  field: Pick<Param, 'name' | 'schema' | 'style' | 'explode'>,
  place: Param['in'],
  schemas: Schemas,
): Field {
  const style = field.style ?? (place === 'query' || place === 'cookie' ? 'form' : 'simple')
  const types = typesOf(field.schema, schemas)
  const isArray = types.has('array')
  const isObject = types.has('object')
  types.delete('array')
  types.delete('object')
  const properties = new Map<string, Coercer>()
  const arrays = new Set<string>()
  if (isObject)
    for (const [name, schema] of propertiesOf(field.schema, schemas)) {
      const kinds = typesOf(schema, schemas)
      const isList = kinds.has('array')
      // What may be a text too is a list only where it is written as one.
      if (isList && !kinds.has('string')) arrays.add(name)
      properties.set(name, createCoercer(isList ? itemsOf(schema, schemas) : schema, schemas))
    }
  const extra = resolveSchema(field.schema, schemas)['additionalProperties']
  return {
    name: field.name,
    schema: field.schema,
    schemas,
    style,
    explode: field.explode ?? style === 'form',
    isArray,
    isObject,
    isSingle: types.size > 0 || (!isArray && !isObject),
    coerce: createCoercer(field.schema, schemas),
    coerceItem: createCoercer(itemsOf(field.schema, schemas), schemas),
    properties,
    coerceExtra: extra === false ? undefined : createCoercer(extra as Schema | undefined, schemas),
    arrays,
  }
}

/** The items schema of an array schema, also when it stands in a union. */
export function itemsOf(schema: unknown, schemas: Schemas): Schema | undefined {
  const object = resolveSchema(schema, schemas)
  if ('items' in object) return object['items'] as Schema
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
    const members = object[keyword]
    if (!Array.isArray(members)) continue
    for (const member of members) {
      const target = resolveSchema(member, schemas)
      if (isRecord(target) && 'items' in target) return target['items'] as Schema
    }
  }
  return undefined
}

/** Reads the value of one text: styles simple, label and matrix, and form without explode. */
export function readStyled(field: Field, raw: string, decoding: Decoding): unknown {
  let text = raw
  let delimiter: string | RegExp = ','
  if (field.style === 'label') {
    if (text.startsWith('.')) text = text.slice(1)
    if (field.explode) delimiter = '.'
  } else if (field.style === 'matrix') {
    if (text.startsWith(';')) text = text.slice(1)
    if (field.explode && (field.isArray || field.isObject)) delimiter = ';'
    if (!(field.explode && field.isObject)) text = withoutName(field.name, text)
  } else if (field.style === 'spaceDelimited' || field.style === 'pipeDelimited') {
    delimiter = delimiters[field.style]
  }
  if (!field.isArray && !field.isObject) return field.coerce(toText(text, decoding))
  const parts = splitText(text, delimiter, decoding)
  if (field.isSingle && parts.length < 2) return field.coerce(toText(text, decoding))
  if (!field.isObject || (field.isArray && parts.length % 2 === 1)) {
    const isNamed = field.style === 'matrix' && field.explode
    return parts.map((part) =>
      field.coerceItem(toText(isNamed ? withoutName(field.name, part) : part, decoding)),
    )
  }
  return toObject(field, parts, decoding)
}

/** Reads the values of one name in a query, form body or cookie. */
export function readForm(field: Field, raws: string[], decoding: Decoding): unknown {
  const isList = field.isArray && (field.explode || raws.length > 1)
  if (isList && field.explode && !(field.isSingle && raws.length === 1))
    return raws.map((raw) => field.coerceItem(toText(raw, decoding)))
  if (isList && raws.length > 1) return raws.flatMap((raw) => readStyled(field, raw, decoding))
  return readStyled(
    field.isArray && field.explode ? { ...field, isArray: false } : field,
    raws[0] as string,
    decoding,
  )
}

/** Decodes, or marks the decoding as broken and keeps the text as it stood. */
export function toText(raw: string, decoding: Decoding): string {
  const text = decoding.decode(raw)
  if (text === undefined) decoding.broken = true
  return text ?? raw
}

function withoutName(name: string, text: string): string {
  return text.startsWith(`${name}=`) ? text.slice(name.length + 1) : text
}

/** Splits before decoding; where nothing splits, clients have encoded the delimiter, so after it. */
function splitText(text: string, delimiter: string | RegExp, decoding: Decoding): string[] {
  if (text === '') return []
  const parts = text.split(delimiter)
  if (parts.length > 1 || !text.includes('%')) return parts
  const decoded = toText(text, decoding)
  const again = decoded.split(delimiter)
  return again.length > 1 ? again.map(encodeURIComponent) : parts
}

function toObject(field: Field, parts: string[], decoding: Decoding): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  const isNamed = field.explode && field.style !== 'form'
  const step = isNamed ? 1 : 2
  for (let i = 0; i < parts.length; i += step) {
    const part = parts[i] as string
    const equals = isNamed ? part.indexOf('=') : -1
    const name = toText(equals === -1 ? part : part.slice(0, equals), decoding)
    const raw = isNamed ? (equals === -1 ? '' : part.slice(equals + 1)) : (parts[i + 1] ?? '')
    setOwn(value, name, coerceProperty(field, name, toText(raw, decoding)))
  }
  return value
}

/** Coerces one property of an object field; unknown ones stay text. */
export function coerceProperty(field: Field, name: string, text: string): unknown {
  const coerce = field.properties.get(name) ?? field.coerceExtra
  return coerce ? coerce(text) : text
}
