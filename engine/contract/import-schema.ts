import type { Schema } from './contract.ts'
import {
  lookUp,
  pointerTokens,
  warn,
  warnOf,
  type OpenApiDocument,
  type Place,
} from './document.ts'
import { addType, dropImpossible, fixLimits } from './import-keywords.ts'
import { setOwn } from './problem.ts'
import { isRecord, toPointerToken, toRef, type SchemaObject } from './schema.ts'
import { withNull } from './nullable.ts'

/** Turns a document's schemas into the contract's, and collects the named ones that are needed. */
export interface SchemaImporter {
  toSchema(place: Place): Schema
  /** Everything that the schemas made so far refer to. */
  finish(alsoUnused: boolean): Record<string, Schema>
}

const depthMax = 150
const facts = `const format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf
  minLength maxLength pattern minItems maxItems uniqueItems minContains maxContains minProperties
  maxProperties dependentRequired readOnly writeOnly default contentEncoding contentMediaType`
const plain = new Set(facts.split(/\s+/))
const singles = new Set(
  `additionalProperties not if then else contains propertyNames unevaluatedItems
  unevaluatedProperties`.split(/\s+/),
)
const lists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const maps = new Set(['properties', 'patternProperties', 'dependentSchemas'])

/** What importing the schemas of one document keeps in mind. */
interface SchemaImport {
  document: OpenApiDocument
  nameByPointer: Map<string, string>
  taken: Set<string>
  queue: { name: string; place: Place }[]
  /** The pointer under which named schemas stand. */
  home: string
  own: Record<string, unknown>
}

/**
 * Makes the importer of a document's schemas. Each keyword is read where it is a keyword, so that
 * a property called `$ref` or a default that holds one stays what it is.
 */
export function createSchemaImporter(document: OpenApiDocument): SchemaImporter {
  const own = componentsOf(document)
  const state: SchemaImport = {
    document,
    nameByPointer: new Map(),
    taken: new Set(Object.keys(own)),
    queue: [],
    home: document.version === '2.0' ? '/definitions/' : '/components/schemas/',
    own,
  }
  return {
    toSchema: (place) => toSchema(state, place),
    finish(alsoUnused) {
      const schemas: Record<string, Schema> = {}
      if (alsoUnused)
        for (const name of Object.keys(own))
          nameOf(state, `#${state.home}${toPointerToken(name)}`, '')
      for (let next = state.queue.pop(); next; next = state.queue.pop())
        setOwn(schemas, next.name, toSchema(state, next.place))
      return schemas
    },
  }
}

function nameOf(state: SchemaImport, ref: string, from: string): string {
  const place = lookUp(state.document, ref, from)
  const known = state.nameByPointer.get(place.pointer)
  if (known !== undefined) return known
  const tokens = pointerTokens(ref) as string[]
  const isNamed = place.pointer === state.home + toPointerToken(tokens.at(-1) ?? '')
  const name = isNamed ? (tokens.at(-1) as string) : freeName(state, tokens)
  state.nameByPointer.set(place.pointer, name)
  state.queue.push({ name, place })
  return name
}

/** A schema that others point to without it having a name gets one, from where it stands. */
function freeName(state: SchemaImport, tokens: string[]): string {
  const dull = new Set(['components', 'schemas', 'definitions', 'paths', 'properties', 'schema'])
  const words = tokens.filter((token) => !dull.has(token)).join('.')
  const base = words.replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '') || 'Schema'
  let name = base
  for (let count = 2; state.taken.has(name); count++) name = `${base}_${count}`
  state.taken.add(name)
  return name
}

function toSchema(state: SchemaImport, place: Place, depth = 0): Schema {
  const { value, pointer } = place
  if (typeof value === 'boolean') return value
  if (!isRecord(value)) {
    const fix = 'Make it a schema object.'
    if (value !== undefined)
      warn(state.document, 'A schema is not an object; anything passes', { pointer, fix })
    return true
  }
  if (depth > depthMax) {
    const fix = 'Give the inner schema a name and refer to it.'
    warn(state.document, 'A schema nests too deeply or contains itself', { pointer, fix })
    return true
  }
  return withNull(convert(state, value, pointer, depth), value, state.document.version)
}

function convert(
  state: SchemaImport,
  value: SchemaObject,
  pointer: string,
  depth: number,
): SchemaObject {
  const result: SchemaObject = {}
  const hasRef = typeof value['$ref'] === 'string'
  if (hasRef) addRef(state, result, value['$ref'] as string, pointer)
  for (const [key, inner] of Object.entries(value)) {
    // Before 3.1 what stands beside a reference has no meaning, but these are meant all the same.
    if (hasRef && state.document.version !== '3.1' && !/^(readOnly|writeOnly)$/.test(key)) continue
    const at = (more: string) => ({ value: inner, pointer: `${pointer}/${more}` })
    if (plain.has(key)) result[key] = inner
    else if (singles.has(key)) result[key] = toSchema(state, at(key), depth + 1)
    else if (lists.has(key) && Array.isArray(inner))
      result[key] = inner.map((item: unknown, index) =>
        toSchema(state, { value: item, pointer: `${pointer}/${key}/${index}` }, depth + 1),
      )
    else if (maps.has(key) && isRecord(inner))
      result[key] = convertMap(state, inner, `${pointer}/${key}`, depth)
    else addOther(state, result, key, at(key), depth)
  }
  fixLimits(result)
  dropImpossible(state.document, result, pointer)
  return result
}

function convertMap(
  state: SchemaImport,
  map: Record<string, unknown>,
  pointer: string,
  depth: number,
): SchemaObject {
  const result: SchemaObject = {}
  for (const [name, value] of Object.entries(map))
    setOwn(
      result,
      name,
      toSchema(state, { value, pointer: `${pointer}/${toPointerToken(name)}` }, depth + 1),
    )
  return result
}

function addRef(state: SchemaImport, result: SchemaObject, ref: string, pointer: string): void {
  try {
    Object.assign(result, toRef(nameOf(state, ref, `${pointer}/$ref`)))
  } catch (error) {
    warnOf(state.document, error, 'anything passes there')
  }
}

function addOther(
  state: SchemaImport,
  result: SchemaObject,
  key: string,
  place: Place,
  depth: number,
): void {
  const { value } = place
  if (key === 'type') addType(state.document, result, place)
  else if (key === 'enum' && Array.isArray(value)) result['enum'] = value
  else if (key === 'required' && Array.isArray(value)) result['required'] = value.filter(isText)
  else if (key === 'discriminator') addDiscriminator(state, result, place)
  else if (key === 'items') addItems(state, result, place, depth)
}

function addItems(state: SchemaImport, result: SchemaObject, place: Place, depth: number): void {
  if (!Array.isArray(place.value)) result['items'] = toSchema(state, place, depth + 1)
  else
    result['prefixItems'] = place.value.map((value: unknown, index) =>
      toSchema(state, { value, pointer: `${place.pointer}/${index}` }, depth + 1),
    )
}

function addDiscriminator(
  state: SchemaImport,
  result: SchemaObject,
  { value, pointer }: Place,
): void {
  if (isText(value)) result['discriminator'] = { propertyName: value }
  if (!isRecord(value) || !isText(value['propertyName'])) return
  const discriminator: SchemaObject = { propertyName: value['propertyName'] }
  if (isRecord(value['mapping']))
    discriminator['mapping'] = toMapping(state, value['mapping'], pointer)
  result['discriminator'] = discriminator
}

function toMapping(
  state: SchemaImport,
  mapping: Record<string, unknown>,
  pointer: string,
): SchemaObject {
  const result: SchemaObject = {}
  for (const [key, target] of Object.entries(mapping)) {
    const isName = isText(target) && Object.hasOwn(state.own, target)
    const ref = isName ? `#${state.home}${toPointerToken(target)}` : String(target)
    const from = `${pointer}/mapping/${toPointerToken(key)}`
    try {
      setOwn(result, key, toRef(nameOf(state, ref, from)).$ref)
    } catch (error) {
      warnOf(state.document, error, 'the mapping is left out')
    }
  }
  return result
}

function componentsOf({ root, version }: OpenApiDocument): Record<string, unknown> {
  const components = isRecord(root['components']) ? root['components'] : {}
  const schemas = version === '2.0' ? root['definitions'] : components['schemas']
  return isRecord(schemas) ? schemas : {}
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
