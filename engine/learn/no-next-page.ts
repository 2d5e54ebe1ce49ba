import type { Schema } from '../contract/contract.ts'
import {
  isRecord,
  propertiesOf,
  resolveSchema,
  schemaList,
  type Schemas,
} from '../contract/schema.ts'

const nextName = /^(next_?)+(page_?)?(token|cursor|link|url|uri|page|href)$|^@odata\.nextLink$/i
const depthMax = 3

/**
 * A made-up reply that offers no next page: whoever followed one would be offered another, for ever. What the schema
 * requires is left as an empty text.
 */
export function withoutNextPage(
  sample: unknown,
  schema: Schema | undefined,
  schemas: Schemas,
  depth = 0,
): unknown {
  if (!isRecord(sample) || depth > depthMax) return sample
  const members = propertiesOf(schema, schemas)
  const required = requiredIn(schema, schemas)
  return Object.fromEntries(
    Object.entries(sample).flatMap(([name, value]): [string, unknown][] => {
      if (typeof value === 'string' && nextName.test(name))
        return required.has(name) ? [[name, '']] : []
      return [[name, withoutNextPage(value, members.get(name), schemas, depth + 1)]]
    }),
  )
}

function requiredIn(schema: unknown, schemas: Schemas): Set<string> {
  const whole = resolveSchema(schema, schemas)
  const parts = [whole, ...schemaList(whole, 'allOf').map((one) => resolveSchema(one, schemas))]
  return new Set(
    parts.flatMap(({ required }) =>
      Array.isArray(required) ? required.filter((one) => typeof one === 'string') : [],
    ),
  )
}
