import { record, type Shape } from '../report/schema/shape.ts'

/** A record that has no other fields. `what` names it in messages: `a command subject`. */
export function strictly<T extends object>(
  what: string,
  fields: Parameters<typeof record<T>>[0],
): Shape<T> {
  const { schema, parts } = record<T>(fields)
  return { schema: { title: what, ...schema, additionalProperties: false }, parts }
}

/** The same, with a sentence for its reader and what somebody might write there. */
export function like<T>(sentence: string, example: NoInfer<T>, one: Shape<T>): Shape<T> {
  return {
    schema: { ...one.schema, description: sentence, examples: [example] },
    parts: one.parts,
  }
}

/** One of several shapes, told apart by a field that is fixed in each. */
export function oneOf<T>(what: string, shapes: readonly Shape<never>[]): Shape<T> {
  let parts = {}
  for (const one of shapes) parts = { ...parts, ...one.parts }
  return { schema: { title: what, anyOf: shapes.map(({ schema }) => schema) }, parts }
}

/** Milliseconds that a timer can wait: more than 24 days go off at once. */
export const milliseconds: Shape<number> = {
  schema: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 2 ** 31 },
  parts: {},
}

/** Milliseconds from 0 to a minute. */
export const shortWait: Shape<number> = {
  schema: { type: 'number', minimum: 0, maximum: 60_000 },
  parts: {},
}

/** A whole number from 1. */
export const amount: Shape<number> = { schema: { type: 'integer', minimum: 1 }, parts: {} }

/** A whole number from 1 to 65,535. */
export const portNumber: Shape<number> = {
  schema: { type: 'integer', minimum: 1, maximum: 65_535 },
  parts: {},
}

/** A number from 0. */
export const quantity: Shape<number> = { schema: { type: 'number', minimum: 0 }, parts: {} }

/** Only `false`. */
export const off: Shape<false> = { schema: { const: false }, parts: {} }

/** A number above 0 and up to 1. */
export const share: Shape<number> = {
  schema: { type: 'number', exclusiveMinimum: 0, maximum: 1 },
  parts: {},
}

/** Text that fits a pattern. */
export function textLike(pattern: string): Shape<string> {
  return { schema: { type: 'string', pattern }, parts: {} }
}

/** A list with at least one member. */
export function someOf<L extends readonly unknown[]>(item: Shape<L[number]>): Shape<L> {
  return { schema: { type: 'array', items: item.schema, minItems: 1 }, parts: item.parts }
}
