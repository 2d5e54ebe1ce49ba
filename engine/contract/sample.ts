import type { Contract, Schema } from './contract.ts'
import { isMarked, type Direction } from './dialect.ts'
import { flatten, leadsBack, type Choosing, type Flat } from './flatten.ts'
import { getOwn, setOwn } from './problem.ts'
import { sampleNumber } from './sample-number.ts'
import { samplePattern } from './sample-pattern.ts'
import { code, textByFormat, textByName, type TextSource } from './sample-text.ts'
import { isRecord, typesOf, type SchemaObject, type Schemas } from './schema.ts'

/** Where a sample's chance and time come from, and what it is for. */
export interface SampleOptions {
  random: () => number
  /** Virtual now, in milliseconds. */
  now: number
  /** The name of the property that the value is for. */
  hint?: string
  /** Decides over read-only and write-only properties. */
  direction: Direction
  /** From this depth on only what is required is made. */
  depthMax?: number
}

interface Sampling extends TextSource {
  schemas: Schemas
  direction: Direction
  depthMax: number
  depth: number
  within: ReadonlySet<string>
  /** Values that may still be made before only required ones are. */
  budget: { left: number }
}

const hardDepthMax = 40

/**
 * Makes a plausible value that the schema allows, from the given chance alone. Recursion ends where
 * the schema lets it end: optional properties are left out, lists are empty, null is taken. Where
 * the schema contradicts itself the result is undefined.
 */
export function sampleSchema(
  contract: Pick<Contract, 'schemas'>,
  schema: Schema,
  options: SampleOptions,
): unknown {
  const { random, now, hint = '', direction, depthMax = 5 } = options
  const budget = { left: 1000 }
  const { schemas } = contract
  const within = new Set<string>()
  const start = { random, now, scope: {}, schemas, direction, depthMax, depth: 0, within, budget }
  return sample(schema, hint, start)
}

function sample(schema: Schema, hint: string, sampling: Sampling): unknown {
  sampling.budget.left--
  const isPressed = sampling.depth >= sampling.depthMax || sampling.budget.left < 0
  const choosing: Choosing = { ...sampling, isPressed }
  const flat = flatten(schema, choosing)
  const { schema: merged } = flat
  if ('const' in merged) return structuredClone(merged['const'])
  if (Array.isArray(merged['enum'])) return fromEnum(merged['enum'], sampling)
  if (Array.isArray(merged['type']) && merged['type'].length === 0) return undefined
  const type = chooseType(merged, isPressed, sampling)
  if (type === 'null') return null
  if (type === 'boolean') return sampling.random() < 0.5
  if (type === 'integer' || type === 'number')
    return sampleNumber(merged, type === 'integer', hint, sampling)
  if (type === 'string') return sampleText(merged, hint, sampling)
  if (sampling.depth > hardDepthMax) return type === 'array' ? [] : {}
  const within = new Set([...sampling.within, ...flat.names])
  const inner: Sampling = { ...sampling, within, depth: sampling.depth + 1 }
  if (type === 'array') return sampleList(merged, hint, { ...inner, scope: {} }, isPressed)
  return sampleObject(flat, { ...inner, scope: {} }, isPressed)
}

function fromEnum(values: unknown[], { random }: Sampling): unknown {
  const some = values.filter((value) => value !== null)
  const list = some.length > 0 ? some : values
  return structuredClone(list[Math.floor(random() * list.length)])
}

function chooseType(schema: SchemaObject, isPressed: boolean, sampling: Sampling): string {
  const types = [...typesOf(schema, sampling.schemas)]
  if (types.includes('null') && (isPressed || types.length === 1)) return 'null'
  const others = types.filter((type) => type !== 'null')
  const flat = others.filter((type) => isPressed && type !== 'object' && type !== 'array')
  const list = flat.length > 0 ? flat : others
  if (list.length > 0) return list[Math.floor(sampling.random() * list.length)] as string
  if ('additionalProperties' in schema || Array.isArray(schema['required'])) return 'object'
  if ('minItems' in schema || 'prefixItems' in schema) return 'array'
  return 'minimum' in schema || 'maximum' in schema ? 'number' : 'string'
}

function sampleText(schema: SchemaObject, hint: string, sampling: Sampling): string {
  const min = typeof schema['minLength'] === 'number' ? schema['minLength'] : 0
  const max = typeof schema['maxLength'] === 'number' ? schema['maxLength'] : Infinity
  const { format, pattern } = schema
  if (typeof pattern === 'string') {
    const text = samplePattern(pattern, { min, max }, sampling.random)
    if (text !== undefined) return text
  }
  const byFormat = typeof format === 'string' ? textByFormat(format, hint, sampling) : undefined
  if (byFormat !== undefined && byFormat.length >= min && byFormat.length <= max) return byFormat
  if (byFormat === undefined || !/^(uri|url|email|idn-email|hostname)$/.test(String(format)))
    return fit(byFormat ?? textByName(hint, sampling), min, max, sampling)
  return fitFormat(String(format), min, max, sampling)
}

/** The formats whose texts can be made to measure. */
function fitFormat(format: string, min: number, max: number, sampling: Sampling): string {
  const [head, tail] = format.endsWith('email')
    ? ['', '@a.io']
    : format === 'hostname'
      ? ['', '.io']
      : ['a:', '']
  const length = Math.max(1, Math.min(max, Math.max(min, 12)) - head.length - tail.length)
  return head + code(sampling, length).toLowerCase() + tail
}

function fit(text: string, min: number, max: number, sampling: Sampling): string {
  if (text.length > max) return text.slice(0, max).trimEnd().padEnd(Math.min(min, max), 'x')
  return text.length < min ? text + code(sampling, min - text.length) : text
}

function sampleList(
  schema: SchemaObject,
  hint: string,
  sampling: Sampling,
  isPressed: boolean,
): unknown[] {
  const min = typeof schema['minItems'] === 'number' ? schema['minItems'] : 0
  const max = typeof schema['maxItems'] === 'number' ? schema['maxItems'] : Infinity
  const items = (schema['items'] ?? true) as Schema
  const prefix = Array.isArray(schema['prefixItems']) ? (schema['prefixItems'] as Schema[]) : []
  const isEmpty = isPressed || items === false || leadsBack(items, { ...sampling, isPressed })
  const wish = isEmpty ? 0 : 1 + Math.floor(sampling.random() * 2)
  const count = Math.max(min, Math.min(max, wish), isPressed ? 0 : Math.min(prefix.length, max))
  const list: unknown[] = []
  const seen = new Set<string>()
  const isUnique = schema['uniqueItems'] === true
  const name = hint.replace(/(?<=[^s])s$/, '')
  for (let attempt = 0; list.length < count && attempt < count * 5 + 10; attempt++) {
    const own = prefix[list.length] ?? items
    if (own === false) break
    const value = sample(list.length === 0 ? withContained(schema, own) : own, name, {
      ...sampling,
      scope: {},
    })
    if (value === undefined) break
    const key = isUnique ? JSON.stringify(value) : ''
    if (isUnique && seen.has(key)) continue
    seen.add(key)
    list.push(value)
  }
  return list
}

function withContained(schema: SchemaObject, own: Schema): Schema {
  return schema['contains'] === undefined ? own : { allOf: [own, schema['contains']] }
}

function sampleObject(flat: Flat, sampling: Sampling, isPressed: boolean): Record<string, unknown> {
  const { schema, closed } = flat
  const value: Record<string, unknown> = {}
  const properties = (isRecord(schema['properties']) ? schema['properties'] : {}) as Schemas
  const required = new Set((schema['required'] as string[] | undefined) ?? [])
  const max = typeof schema['maxProperties'] === 'number' ? schema['maxProperties'] : Infinity
  const unasked = sampling.direction === 'request' ? 'readOnly' : 'writeOnly'
  let left = max - required.size
  for (const [name, property] of Object.entries(properties)) {
    if (property === false || isMarked(property, unasked, sampling.schemas)) continue
    if (closed.some((allowed) => !allowed.has(name))) continue
    if (!required.has(name)) {
      const isWanted = sampling.direction === 'reply' || sampling.random() < 0.5
      if (!isWanted || isPressed || sampling.budget.left < 0 || left < 1) continue
      if (leadsBack(property, { ...sampling, isPressed })) continue
      left--
    }
    const made = sample(property, name, sampling)
    if (made !== undefined) setOwn(value, name, made)
  }
  const extra = schema['additionalProperties']
  for (const name of required)
    if (getOwn(properties, name) === undefined && !Object.hasOwn(value, name))
      setOwn(value, name, sample(isRecord(extra) ? extra : true, name, sampling))
  if (closed.length === 0) addExtras(value, schema, Math.max(0, left), sampling, isPressed)
  return value
}

/** A map gets an entry or two; others only what they need to reach their least size. */
function addExtras(
  value: Record<string, unknown>,
  schema: SchemaObject,
  left: number,
  sampling: Sampling,
  isPressed: boolean,
): void {
  const extra = schema['additionalProperties']
  if (extra === false) return
  const min = typeof schema['minProperties'] === 'number' ? schema['minProperties'] : 0
  const isMap = isRecord(extra) && !isRecord(schema['properties']) && Object.keys(extra).length > 0
  const isEnd = isPressed || (isRecord(extra) && leadsBack(extra, { ...sampling, isPressed }))
  const wish = isMap && !isEnd ? 1 : 0
  const count = Math.max(min - Object.keys(value).length, Math.min(wish, left))
  const names = schema['propertyNames']
  for (let i = 0; i < count; i++) {
    const key = names === undefined ? `key${i + 1}` : sample(names as Schema, 'key', sampling)
    setOwn(value, String(key), sample(isRecord(extra) ? extra : true, String(key), sampling))
  }
}
