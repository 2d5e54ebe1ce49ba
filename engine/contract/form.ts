import type { Body, Schema } from './contract.ts'
import { isJsonType } from './media-type.ts'
import type { Part } from './multipart.ts'
import { decodeText, readPairs } from './pairs.ts'
import { setOwn } from './problem.ts'
import { propertiesOf, resolveSchema, typesOf, type Schemas } from './schema.ts'
import { readDeepObject } from './deep-object.ts'
import { createField, itemsOf, readForm, type Decoding, type Field } from './style.ts'

/** A form's properties, made ready for reading; cached by the body's schema. */
interface Form {
  properties: Map<string, { field: Field; isJson: boolean }>
}

const forms = new WeakMap<object, Form>()

/** Reads `a=1&b=2` by the schema's property types; unknown fields stay strings. */
export function readUrlencoded(
  text: string,
  schema: Schema | undefined,
  encoding: Body['encoding'],
  schemas: Schemas,
): { value: Record<string, unknown>; isBroken: boolean } {
  const { properties } = formOf(schema, encoding, schemas)
  const pairs = readPairs(text)
  const decoding: Decoding = { decode: decodeText, broken: pairs.malformed.length > 0 }
  const value: Record<string, unknown> = {}
  const rest = new Set(pairs.byName.keys())
  for (const [name, { field, isJson }] of properties) {
    if (field.style === 'deepObject') {
      const found = readDeepObject(field, pairs.byName, decoding)
      for (const used of found?.used ?? []) rest.delete(used)
      if (found) setOwn(value, name, found.value)
    }
    const raws = pairs.byName.get(name)
    if (!raws || !rest.delete(name)) continue
    const document = isJson ? readJson(decodeText(raws[0] as string)) : undefined
    setOwn(value, name, document ?? readForm(field, raws, decoding))
  }
  for (const name of rest) {
    const raws = (pairs.byName.get(name) as string[]).map((raw) => {
      const decoded = decodeText(raw)
      if (decoded === undefined) decoding.broken = true
      return decoded ?? raw
    })
    setOwn(value, name, raws.length === 1 ? raws[0] : raws)
  }
  return { value, isBroken: decoding.broken }
}

/** Turns parts into an object: text by the schema's types, JSON parsed, files as their parts. */
export function readParts(
  parts: Part[],
  schema: Schema | undefined,
  encoding: Body['encoding'],
  schemas: Schemas,
): Record<string, unknown> {
  const { properties } = formOf(schema, encoding, schemas)
  const value: Record<string, unknown> = {}
  const lists = new Map<string, unknown[]>()
  for (const part of parts) {
    const known = properties.get(part.name)
    const item = readPartValue(part, known)
    const list = lists.get(part.name)
    if (list) list.push(item)
    else lists.set(part.name, [item])
  }
  for (const [name, list] of lists) {
    const isArray = properties.get(name)?.field.isArray === true && !Array.isArray(list[0])
    setOwn(value, name, isArray || list.length > 1 ? list : list[0])
  }
  return value
}

function readPartValue(part: Part, known: { field: Field; isJson: boolean } | undefined): unknown {
  const type = part.type?.split(';')[0]?.trim().toLowerCase()
  const isText = part.filename === undefined && (type === undefined || type.startsWith('text/'))
  const isJson = type === undefined ? known?.isJson === true : isJsonType(type)
  if (!isText && !(isJson && part.filename === undefined)) return part
  const text = new TextDecoder().decode(part.bytes)
  const document = isJson ? readJson(text) : undefined
  if (document !== undefined || !known) return document ?? text
  return known.field.isArray ? known.field.coerceItem(text) : known.field.coerce(text)
}

function formOf(schema: Schema | undefined, encoding: Body['encoding'], schemas: Schemas): Form {
  const key = typeof schema === 'object' ? schema : undefined
  const known = key && forms.get(key)
  if (known) return known
  const form: Form = { properties: new Map() }
  for (const [name, property] of propertiesOf(schema, schemas)) {
    const rule = encoding && Object.hasOwn(encoding, name) ? encoding[name] : undefined
    const shape = { name, schema: property, ...(rule?.style && { style: rule.style }) }
    const field = createField(
      rule?.explode === undefined ? shape : { ...shape, explode: rule.explode },
      'query',
      schemas,
    )
    const isJson =
      rule?.contentType === undefined
        ? rule?.style === undefined && isDocument(property, schemas)
        : isJsonType(rule.contentType)
    form.properties.set(name, { field, isJson })
  }
  if (key) forms.set(key, form)
  return form
}

/** Objects and lists of objects have no other form that a client could write. */
function isDocument(schema: Schema, schemas: Schemas): boolean {
  const types = typesOf(schema, schemas)
  if (types.has('object')) return true
  if (!types.has('array')) return false
  const items = itemsOf(schema, schemas)
  const inner = resolveSchema(items, schemas)
  return typesOf(inner, schemas).has('object') || typesOf(inner, schemas).has('array')
}

/** Only objects and lists count, so that a text which happens to be a number stays a text. */
function readJson(text: string | undefined): unknown {
  if (text === undefined || !/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
