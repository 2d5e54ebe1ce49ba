import type { Schema } from './contract.ts'
import { resolveSchema, schemaList, typesOf, type Schemas } from './schema.ts'

/** Turns a text from a URL, header or form into the value that the schema speaks of. */
export type Coercer = (text: string) => unknown

const numberText = /^-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/

/**
 * Makes the coercer of a schema. What does not fit stays the text that it was, so that validation
 * can say what was wrong with it.
 */
export function createCoercer(schema: Schema | undefined, schemas: Schemas): Coercer {
  const types = typesOf(schema, schemas)
  const isNumber = types.has('number') || types.has('integer')
  const isBoolean = types.has('boolean')
  const isNull = types.has('null')
  if (!isNumber && !isBoolean && !isNull) return (text) => text
  const words = types.has('string') ? wordsOf(schema, schemas) : undefined
  return (text) => {
    if (words?.has(text)) return text
    if (isNumber && text.length <= 64 && numberText.test(text)) return Number(text)
    if (isBoolean && text === 'true') return true
    if (isBoolean && text === 'false') return false
    if (isNull && text === 'null') return null
    return text
  }
}

/** The strings that the schema names outright: `"1"` in an enum stays a string beside numbers. */
function wordsOf(schema: unknown, schemas: Schemas, depth = 0): Set<string> {
  const words = new Set<string>()
  if (depth > 4) return words
  const object = resolveSchema(schema, schemas)
  const named = Array.isArray(object['enum']) ? object['enum'] : [object['const']]
  for (const value of named) if (typeof value === 'string') words.add(value)
  for (const keyword of ['anyOf', 'oneOf', 'allOf'])
    for (const member of schemaList(object, keyword))
      for (const word of wordsOf(member, schemas, depth + 1)) words.add(word)
  return words
}
