import { didYouMean } from '../../engine/nearest.ts'
import { UsageError, type Whereabouts } from '../../engine/usage-error.ts'

/** Where a field of what is read stands. */
export type Locate = (...path: (string | number)[]) => Whereabouts

type Schema = Readonly<Record<string, unknown>>
type Path = readonly (string | number)[]

/** What is wrong with a value, and where. */
interface Fault {
  path: Path
  what: string
  fix?: string
}

/**
 * Holds a value against one of our own schemas (`strict.ts` and `report/schema/shape.ts` make them) and
 * says the first thing that is wrong in words. Throws a UsageError with its place and what to do.
 */
export function readValue(value: unknown, schema: Schema, at: Locate): void {
  const fault = findFault(value, schema, [])
  if (fault === undefined) return
  const { path, what, fix } = fault
  throw new UsageError(what, { ...at(...path), ...(fix === undefined ? {} : { fix }) })
}

/** The first fault of a value; undefined when it fits. Knows the keywords that our shapes use, and no others. */
export function findFault(value: unknown, schema: Schema, path: Path): Fault | undefined {
  const { anyOf, type } = schema
  if (anyOf !== undefined) return faultOfEach(value, schema, path)
  if ('const' in schema) return value === schema['const'] ? undefined : misfit(schema, path)
  if (schema['enum'] !== undefined) return faultOfWord(value, schema, path)
  if (type === 'object') return faultOfObject(value, schema, path)
  if (type === 'array') return faultOfList(value, schema, path)
  return fits(value, schema) ? undefined : misfit(schema, path)
}

function fits(value: unknown, schema: Schema): boolean {
  const { type, pattern, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
  if (type === undefined) return true
  if (type === 'string') {
    if (typeof value !== 'string') return false
    return pattern === undefined || new RegExp(pattern as string, 'u').test(value)
  }
  if (type === 'boolean') return typeof value === 'boolean'
  if (type === 'null') return value === null
  if (typeof value !== 'number' || !Number.isFinite(value)) return false
  if (type === 'integer' && !Number.isInteger(value)) return false
  return (
    value >= ((minimum as number | undefined) ?? -Infinity) &&
    value <= ((maximum as number | undefined) ?? Infinity) &&
    value > ((exclusiveMinimum as number | undefined) ?? -Infinity) &&
    value < ((exclusiveMaximum as number | undefined) ?? Infinity)
  )
}

function faultOfWord(value: unknown, schema: Schema, path: Path): Fault | undefined {
  const words = schema['enum'] as readonly unknown[]
  if (words.includes(value)) return undefined
  if (typeof value !== 'string') return misfit(schema, path)
  const what = `"${nameOf(path)}" is no "${value}".`
  return { path, what, fix: didYouMean(value, words.map(String)) }
}

function faultOfList(value: unknown, schema: Schema, path: Path): Fault | undefined {
  const { items, minItems = 0 } = schema
  if (!Array.isArray(value) || value.length < (minItems as number)) return misfit(schema, path)
  for (const [i, one] of value.entries()) {
    const fault = findFault(one, items as Schema, [...path, i])
    // What a list is to look like says more than one of its members.
    if (fault !== undefined)
      return fault.path.length === path.length + 1 ? misfit(schema, path) : fault
  }
  return undefined
}

function faultOfObject(value: unknown, schema: Schema, path: Path): Fault | undefined {
  if (!isObject(value)) return misfit(schema, path)
  const { properties = {}, required = [], additionalProperties: others = true, title } = schema
  const known = properties as Readonly<Record<string, Schema>>
  for (const [name, one] of Object.entries(value)) {
    const field = Object.hasOwn(known, name) ? known[name]! : others
    if (field === false) {
      const what = `${capitalized(String(title))} has no field "${name}".`
      return { path: [...path, name], what, fix: didYouMean(name, Object.keys(known)) }
    }
    // A script may leave a field out by writing undefined.
    if (field === true || (one === undefined && !(required as string[]).includes(name))) continue
    const fault = findFault(one, field as Schema, [...path, name])
    if (fault !== undefined) return fault
  }
  const missing = (required as string[]).find((name) => value[name] === undefined)
  if (missing === undefined) return undefined
  const what = `${capitalized(String(title))} needs "${missing}".`
  return { path: [...path, missing], what, fix: adviceOn(missing, known[missing]!) }
}

/** Of several shapes, the one that is meant is told by the fields that are fixed in it, then by those that it needs. */
function faultOfEach(value: unknown, schema: Schema, path: Path): Fault | undefined {
  const shapes = schema['anyOf'] as readonly Schema[]
  const faults = shapes.map((one) => findFault(value, one, path))
  if (faults.includes(undefined)) return undefined
  if (!isObject(value)) return misfit(schema, path)
  const kinds = shapes.map((one) => kindOf(one))
  if (kinds.every((kind) => kind === undefined)) return misfit(schema, path)
  const { kind } = value
  if (!kinds.includes(kind as string)) {
    const named = [...new Set(kinds.filter((one) => one !== undefined))]
    const what =
      kind === undefined
        ? `${capitalized(String(schema['title']))} says its kind.`
        : `There is no kind of ${String(schema['title']).replace(/^an? /, '')} "${String(kind)}".`
    return { path: [...path, 'kind'], what, fix: didYouMean(String(kind), named) }
  }
  const scores = shapes.map((one, i) => (kinds[i] === kind ? scoreOf(value, one) : -1))
  return faults[scores.indexOf(Math.max(...scores))]
}

function kindOf({ properties }: Schema): string | undefined {
  const { kind } = (properties ?? {}) as { kind?: Schema }
  return kind?.['const'] as string | undefined
}

/** How many of the fields that a shape needs are there. */
function scoreOf(value: Readonly<Record<string, unknown>>, { required = [] }: Schema): number {
  return (required as readonly string[]).filter((name) => value[name] !== undefined).length
}

function misfit(schema: Schema, path: Path): Fault {
  const { title } = schema
  const name = nameOf(path)
  const what = name === '' ? `This is not ${String(title)}.` : `"${name}" is not what is needed.`
  return { path, what, fix: adviceOn(name, schema) }
}

/** `Write a list: ["node", "service.js"].` */
function adviceOn(name: string, schema: Schema): string {
  const { examples = [] } = schema
  const [example] = examples as readonly unknown[]
  const shown = example === undefined ? '' : `: ${JSON.stringify(example).replaceAll(',"', ', "')}`
  return `Write ${nounFor(name, schema)}${shown}.`
}

function nounFor(name: string, schema: Schema): string {
  const { type, enum: words, const: only, title, anyOf } = schema
  if (words !== undefined)
    return `one of ${(words as string[]).map((one) => `"${one}"`).join(', ')}`
  if (only !== undefined) return JSON.stringify(only)
  if (title !== undefined) return String(title)
  if (anyOf !== undefined) {
    return (anyOf as Schema[]).map((one) => nounFor(name, one)).join(' or ')
  }
  if (type === 'number' && name.endsWith('Ms')) return 'milliseconds'
  return `${nouns[type as string] ?? 'something else'}${boundsOf(schema)}`
}

/** ` from 0 to 1`, where a number has both ends. */
function boundsOf({ minimum, exclusiveMinimum, maximum }: Schema): string {
  if (maximum === undefined) return ''
  if (minimum !== undefined) return ` from ${String(minimum)} to ${String(maximum)}`
  return exclusiveMinimum === undefined
    ? ''
    : ` above ${String(exclusiveMinimum)} and up to ${String(maximum)}`
}

const nouns: Readonly<Record<string, string>> = {
  array: 'a list',
  string: 'a text',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
  object: 'names and values',
  null: 'null',
}

function nameOf(path: Path): string {
  return String(path.findLast((part) => typeof part === 'string') ?? '')
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
