import type { Schema } from './contract.ts'
import {
  lookUp,
  pointerTokens,
  warn,
  warnOf,
  type OpenApiDocument,
  type Place,
} from './document.ts'
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
const typeNames = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'])
const facts = `const format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf
  minLength maxLength pattern minItems maxItems uniqueItems minContains maxContains minProperties
  maxProperties dependentRequired readOnly writeOnly default contentEncoding contentMediaType`
const plain = new Set(facts.split(/\s+/))
const singles = new Set(
  `additionalProperties not if then else contains propertyNames unevaluatedItems
  unevaluatedProperties`.split(/\s+/),
)
const composed = ['$ref', 'allOf', 'anyOf', 'oneOf', 'patternProperties']
const lists = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const maps = new Set(['properties', 'patternProperties', 'dependentSchemas'])

/**
 * Makes the importer of a document's schemas. Each keyword is read where it is a keyword, so that
 * a property called `$ref` or a default that holds one stays what it is.
 */
export function createSchemaImporter(document: OpenApiDocument): SchemaImporter {
  const nameByPointer = new Map<string, string>()
  const taken = new Set<string>()
  const queue: { name: string; place: Place }[] = []
  const home = document.version === '2.0' ? '/definitions/' : '/components/schemas/'
  const own = componentsOf(document)
  for (const name of Object.keys(own)) taken.add(name)

  function nameOf(ref: string, from: string): string {
    const place = lookUp(document, ref, from)
    const known = nameByPointer.get(place.pointer)
    if (known !== undefined) return known
    const tokens = pointerTokens(ref) as string[]
    const isNamed = place.pointer === home + toPointerToken(tokens.at(-1) ?? '')
    const name = isNamed ? (tokens.at(-1) as string) : freeName(tokens)
    nameByPointer.set(place.pointer, name)
    queue.push({ name, place })
    return name
  }

  /** A schema that others point to without it having a name gets one, from where it stands. */
  function freeName(tokens: string[]): string {
    const dull = new Set(['components', 'schemas', 'definitions', 'paths', 'properties', 'schema'])
    const words = tokens.filter((token) => !dull.has(token)).join('.')
    const base = words.replaceAll(/[^A-Za-z0-9]+/g, '_').replaceAll(/^_+|_+$/g, '') || 'Schema'
    let name = base
    for (let count = 2; taken.has(name); count++) name = `${base}_${count}`
    taken.add(name)
    return name
  }

  function toSchema(place: Place, depth = 0): Schema {
    const { value, pointer } = place
    if (typeof value === 'boolean') return value
    if (!isRecord(value)) {
      const fix = 'Make it a schema object.'
      if (value !== undefined)
        warn(document, 'A schema is not an object; anything passes', { pointer, fix })
      return true
    }
    if (depth > depthMax) {
      const fix = 'Give the inner schema a name and refer to it.'
      warn(document, 'A schema nests too deeply or contains itself', { pointer, fix })
      return true
    }
    return withNull(convert(value, pointer, depth), value, document.version)
  }

  function convert(value: SchemaObject, pointer: string, depth: number): SchemaObject {
    const result: SchemaObject = {}
    const hasRef = typeof value['$ref'] === 'string'
    if (hasRef) addRef(result, value['$ref'] as string, pointer)
    for (const [key, inner] of Object.entries(value)) {
      // Before 3.1 what stands beside a reference has no meaning, but these are meant all the same.
      if (hasRef && document.version !== '3.1' && !/^(readOnly|writeOnly)$/.test(key)) continue
      const at = (more: string) => ({ value: inner, pointer: `${pointer}/${more}` })
      if (plain.has(key)) result[key] = inner
      else if (singles.has(key)) result[key] = toSchema(at(key), depth + 1)
      else if (lists.has(key) && Array.isArray(inner))
        result[key] = inner.map((item: unknown, index) =>
          toSchema({ value: item, pointer: `${pointer}/${key}/${index}` }, depth + 1),
        )
      else if (maps.has(key) && isRecord(inner))
        result[key] = convertMap(inner, `${pointer}/${key}`, depth)
      else addOther(result, key, at(key), depth)
    }
    fixLimits(result)
    dropImpossible(result, pointer)
    return result
  }

  /** A closed object that requires what it does not declare can never be: a slip of the pen. */
  function dropImpossible(schema: SchemaObject, pointer: string): void {
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

  function convertMap(map: Record<string, unknown>, pointer: string, depth: number): SchemaObject {
    const result: SchemaObject = {}
    for (const [name, value] of Object.entries(map))
      setOwn(
        result,
        name,
        toSchema({ value, pointer: `${pointer}/${toPointerToken(name)}` }, depth + 1),
      )
    return result
  }

  function addRef(result: SchemaObject, ref: string, pointer: string): void {
    try {
      Object.assign(result, toRef(nameOf(ref, `${pointer}/$ref`)))
    } catch (error) {
      warnOf(document, error, 'anything passes there')
    }
  }

  function addOther(result: SchemaObject, key: string, place: Place, depth: number): void {
    const { value } = place
    if (key === 'type') addType(result, place)
    else if (key === 'enum' && Array.isArray(value)) result['enum'] = value
    else if (key === 'required' && Array.isArray(value)) result['required'] = value.filter(isText)
    else if (key === 'discriminator') addDiscriminator(result, place)
    else if (key === 'items') addItems(result, place, depth)
  }

  function addItems(result: SchemaObject, place: Place, depth: number): void {
    if (!Array.isArray(place.value)) result['items'] = toSchema(place, depth + 1)
    else
      result['prefixItems'] = place.value.map((value: unknown, index) =>
        toSchema({ value, pointer: `${place.pointer}/${index}` }, depth + 1),
      )
  }

  function addType(result: SchemaObject, { value, pointer }: Place): void {
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

  function addDiscriminator(result: SchemaObject, { value, pointer }: Place): void {
    if (isText(value)) result['discriminator'] = { propertyName: value }
    if (!isRecord(value) || !isText(value['propertyName'])) return
    const discriminator: SchemaObject = { propertyName: value['propertyName'] }
    if (isRecord(value['mapping'])) discriminator['mapping'] = toMapping(value['mapping'], pointer)
    result['discriminator'] = discriminator
  }

  function toMapping(mapping: Record<string, unknown>, pointer: string): SchemaObject {
    const result: SchemaObject = {}
    for (const [key, target] of Object.entries(mapping)) {
      const isName = isText(target) && Object.hasOwn(own, target)
      const ref = isName ? `#${home}${toPointerToken(target)}` : String(target)
      const from = `${pointer}/mapping/${toPointerToken(key)}`
      try {
        setOwn(result, key, toRef(nameOf(ref, from)).$ref)
      } catch (error) {
        warnOf(document, error, 'the mapping is left out')
      }
    }
    return result
  }

  return {
    toSchema: (place) => toSchema(place),
    finish(alsoUnused) {
      const schemas: Record<string, Schema> = {}
      if (alsoUnused)
        for (const name of Object.keys(own)) nameOf(`#${home}${toPointerToken(name)}`, '')
      for (let next = queue.pop(); next; next = queue.pop())
        setOwn(schemas, next.name, toSchema(next.place))
      return schemas
    },
  }
}

function componentsOf({ root, version }: OpenApiDocument): Record<string, unknown> {
  const components = isRecord(root['components']) ? root['components'] : {}
  const schemas = version === '2.0' ? root['definitions'] : components['schemas']
  return isRecord(schemas) ? schemas : {}
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** Before 3.1 `exclusiveMinimum: true` said how `minimum` was meant. */
function fixLimits(schema: SchemaObject): void {
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
