import type { Contract, Schema } from '../contract/contract.ts'
import { propertiesOf, refName } from '../contract/schema.ts'

type Members = ReadonlyMap<string, Schema>

interface Known {
  byName: Map<string, Members>
  byObject: WeakMap<object, Members>
}

const known = new WeakMap<Contract['schemas'], Known>()
const none: Members = new Map()

/** The properties of a schema, those of its allOf, anyOf and oneOf included; found out once for each schema. */
export function membersOf(schema: Schema | undefined, schemas: Contract['schemas']): Members {
  if (typeof schema !== 'object') return none
  let cache = known.get(schemas)
  if (cache === undefined) {
    known.set(schemas, (cache = { byName: new Map(), byObject: new WeakMap() }))
  }
  const name = refName(schema)
  const found = name === undefined ? cache.byObject.get(schema) : cache.byName.get(name)
  if (found !== undefined) return found
  const members = propertiesOf(schema, schemas)
  if (name === undefined) cache.byObject.set(schema, members)
  else cache.byName.set(name, members)
  return members
}
