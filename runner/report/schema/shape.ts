type Schema = Record<string, unknown>

/**
 * The JSON Schema of what a `T` is as JSON. The type goes along, so that a schema and the type that it
 * describes can't drift apart: a field too many, too few or of another kind is an error of the compiler.
 */
export interface Shape<T> {
  readonly schema: Schema
  /** Schemas that this one refers to, by name. */
  readonly parts: Readonly<Record<string, Schema>>
  /** Never there: it makes `Shape<'a'>` no `Shape<'a' | 'b'>`, nor the other way round. */
  readonly like?: (value: T) => T
}

/** A field that may be left out. */
export interface Absentable<T> {
  readonly optional: Shape<T>
}

/** A shape for every field of `T`; one that `T` may lack, or that may be undefined, is `maybe`. */
type Fields<T> = {
  [K in keyof T]-?: unknown extends T[K]
    ? Shape<unknown> | Absentable<unknown>
    : object extends Pick<T, K>
      ? Absentable<Exclude<T[K], undefined>>
      : Shape<T[K]>
}

export const text: Shape<string> = shape({ type: 'string' })
export const number: Shape<number> = shape({ type: 'number' })
export const count: Shape<number> = shape({ type: 'integer', minimum: 0 })
export const yesNo: Shape<boolean> = shape({ type: 'boolean' })
export const always: Shape<true> = shape({ const: true })
export const anything: Shape<unknown> = shape({})

/** A field that may be left out. */
export function maybe<T>(optional: Shape<T>): Absentable<T> {
  return { optional }
}

/** One value and no other. */
export function exactly<const T extends string>(value: T): Shape<T> {
  return shape({ const: value })
}

/** One of some words: every word of `T`, as the keys. */
export function word<T extends string>(words: Record<T, true>): Shape<T> {
  return shape({ enum: Object.keys(words) })
}

export function orNull<T>(one: Shape<T>): Shape<T | null> {
  return { schema: { anyOf: [one.schema, { type: 'null' }] }, parts: one.parts }
}

/** Either of two shapes. */
export function either<A, B>(a: Shape<A>, b: Shape<B>): Shape<A | B> {
  return { schema: { anyOf: [a.schema, b.schema] }, parts: { ...a.parts, ...b.parts } }
}

export function list<L extends readonly unknown[]>(item: Shape<L[number]>): Shape<L> {
  return { schema: { type: 'array', items: item.schema }, parts: item.parts }
}

/** Names that are not known beforehand, each with a value. */
export function dictionary<T>(value: Shape<T>): Shape<Record<string, T>> {
  return { schema: { type: 'object', additionalProperties: value.schema }, parts: value.parts }
}

export function record<T extends object>(fields: Fields<T>): Shape<T> {
  const properties: Schema = {}
  const required: string[] = []
  let parts: Record<string, Schema> = {}
  for (const [name, field] of Object.entries(fields) as [
    string,
    Shape<never> | Absentable<never>,
  ][]) {
    const one = 'optional' in field ? field.optional : field
    if (!('optional' in field)) required.push(name)
    properties[name] = one.schema
    parts = { ...parts, ...one.parts }
  }
  return { schema: { type: 'object', required, properties }, parts }
}

/** The same, with a sentence for its reader. */
export function told<T>(sentence: string, one: Shape<T>): Shape<T> {
  return { schema: { ...one.schema, description: sentence }, parts: one.parts }
}

/** The same under a name, written once and referred to. */
export function named<T>(name: string, one: Shape<T>): Shape<T> {
  const parts = { ...one.parts, [name]: one.schema }
  return { schema: { $ref: `#/$defs/${name}` }, parts }
}

/** The whole document. */
export function toJsonSchema(id: string, title: string, { schema, parts }: Shape<never>): Schema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: id,
    title,
    ...schema,
    $defs: parts,
  }
}

function shape<T>(schema: Schema): Shape<T> {
  return { schema, parts: {} }
}
