import { createCoercer } from './coerce.ts'
import type { Schema } from './contract.ts'
import { getOwn, setOwn } from './problem.ts'
import {
  isRecord,
  propertiesOf,
  resolveSchema,
  schemaList,
  typesOf,
  type Schemas,
} from './schema.ts'
import { coerceProperty, itemsOf, toText, type Decoding, type Field } from './style.ts'

const depthMax = 5

/**
 * Reads `filter[a]=1&filter[b][c]=2&filter[d][]=3` into an object. OpenAPI defines one level only;
 * more levels and lists are read the way the common query parsers write them.
 */
export function readDeepObject(
  field: Field,
  pairs: Map<string, string[]>,
  decoding: Decoding,
): { value: unknown; used: string[] } | undefined {
  const value: Record<string, unknown> = {}
  const used: string[] = []
  const opening = `${field.name}[`
  for (const [name, raws] of pairs) {
    if (!name.startsWith(opening) || !name.endsWith(']')) continue
    const keys = name.slice(opening.length, -1).split('][')
    if (keys.length > depthMax) continue
    used.push(name)
    const isList = keys.length > 1 && (keys.at(-1) === '' || keys.at(-1) === '0')
    if (isList) keys.pop()
    const top = keys[0] as string
    const items = raws.map((raw) => coerceProperty(field, top, toText(raw, decoding)))
    const asList = isList || items.length > 1 || (keys.length === 1 && field.arrays.has(top))
    put(value, keys, asList ? items : items[0])
  }
  if (used.length === 0) return undefined
  return { value: settle(value, field.schema, field.schemas, 0), used }
}

/** Gives what lies deep its types: texts as the schema has them, and lists for `a[]` and `a[0][b]`. */
function settle(
  value: unknown,
  schema: Schema | undefined,
  schemas: Schemas,
  depth: number,
): unknown {
  if (schema === undefined || depth > depthMax) return value
  if (typeof value === 'string') return createCoercer(schema, schemas)(value)
  const settleItem = (item: unknown): unknown =>
    settle(item, itemsOf(schema, schemas), schemas, depth + 1)
  if (Array.isArray(value)) return value.map(settleItem)
  if (!isRecord(value)) return value
  const isList = typesOf(schema, schemas).has('array') && Object.keys(value).every(isIndex)
  if (isList) return Object.values(value).flat().map(settleItem)
  const properties = propertiesOf(schema, schemas)
  const extra = extraOf(schema, schemas)
  for (const [name, member] of Object.entries(value))
    setOwn(value, name, settle(member, properties.get(name) ?? extra, schemas, depth + 1))
  return value
}

/** What properties without a name of their own are, also when the object stands in a union. */
function extraOf(schema: Schema, schemas: Schemas): Schema | undefined {
  const object = resolveSchema(schema, schemas)
  const members = ['allOf', 'anyOf', 'oneOf'].flatMap((one) => schemaList(object, one))
  const found = [object, ...members.map((one) => resolveSchema(one, schemas))]
    .map((one) => one['additionalProperties'])
    .find(isRecord)
  return found
}

function isIndex(key: string): boolean {
  return /^\d{0,4}$/.test(key)
}

function put(target: Record<string, unknown>, keys: string[], value: unknown): void {
  let current = target
  for (const key of keys.slice(0, -1)) {
    if (key === '__proto__') return
    const next = getOwn(current, key)
    if (typeof next === 'object' && next !== null && !Array.isArray(next)) {
      current = next as Record<string, unknown>
    } else {
      const made: Record<string, unknown> = {}
      current[key] = made
      current = made
    }
  }
  setOwn(current, keys.at(-1) as string, value)
}
