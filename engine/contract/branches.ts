import type { Schema } from './contract.ts'
import { isRecord, propertiesOf, refName, resolveSchema, toRef, type Schemas } from './schema.ts'

/** The branches of a union by the value of its discriminator; nothing when one cannot be named. */
export function branchesByValue(
  members: Schema[],
  mapping: unknown,
  property: string,
  schemas: Schemas,
): Map<string, Schema> | undefined {
  const named = new Map<string, Schema>()
  const mapped = new Set<string>()
  for (const [value, target] of Object.entries(isRecord(mapping) ? mapping : {})) {
    const name = typeof target === 'string' ? (refName({ $ref: target }) ?? target) : undefined
    if (name === undefined || !Object.hasOwn(schemas, name)) continue
    named.set(value, toRef(name))
    mapped.add(name)
  }
  for (const member of members) {
    const name = refName(member)
    if (name !== undefined && mapped.has(name)) continue
    const values = valuesOf(member, property, schemas)
    if (values.length === 0 && name === undefined) return undefined
    for (const value of values.length > 0 ? values : [name as string])
      if (!named.has(value)) named.set(value, member)
  }
  return named
}

/** The constants that a branch itself gives for the discriminating property. */
function valuesOf(branch: Schema, property: string, schemas: Schemas): string[] {
  const schema = resolveSchema(propertiesOf(branch, schemas).get(property), schemas)
  const values = Array.isArray(schema['enum']) ? schema['enum'] : [schema['const']]
  return values.filter((value) => typeof value === 'string')
}
