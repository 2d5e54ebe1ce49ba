import type { Contract, Operation, Schema } from '../contract/contract.ts'
import { typesOf } from '../contract/schema.ts'
import type { BodyFact } from './resource.ts'
import { idNameIn } from './names.ts'
import {
  bodySchemaOf,
  findItem,
  isObjectSchema,
  isSameSchema,
  overlapOf,
  scalarNames,
  successOf,
} from './shapes.ts'
import { membersOf } from './members.ts'

type Schemas = Contract['schemas']

/** How a body tells of an item with that schema; undefined when it tells of something else. */
export function bodyFactOf(op: Operation, item: Schema, schemas: Schemas): BodyFact | undefined {
  const schema = bodySchemaOf(op.body)
  if (schema === undefined) return undefined
  const fact = { schema, path: [], isValue: false, isLoose: false }
  if (op.body?.types['application/json-patch+json'] === schema) return { ...fact, schema: {} }
  if (typesOf(schema, schemas).size === 0 && membersOf(item, schemas).has('value')) {
    return { ...fact, isValue: true }
  }
  if (typesOf(schema, schemas).has('array')) return undefined
  if (isSameSchema(schema, item)) return fact
  const properties = membersOf(schema, schemas)
  if (properties.size === 0)
    return isObjectSchema(schema, schemas) || schema === true ? fact : undefined
  if (membersOf(item, schemas).size === 0 || overlapOf(schema, item, schemas) > 0) return fact
  const inner = [...properties].filter(([, member]) => isObjectSchema(member, schemas))
  const only = inner.length === 1 ? inner[0]! : undefined
  if (only !== undefined && overlapOf(only[1], item, schemas) > 0)
    return { ...fact, path: [only[0]] }
  return undefined
}

/**
 * Whether a POST to a collection unmistakably makes one item of it: by its status, by what it
 * answers, or by what it is sent. `POST /issues/{}/transitions` lists nothing it makes.
 */
export function isCreate(op: Operation, item: Schema, noun: string, schemas: Schemas): boolean {
  const body = bodySchemaOf(op.body)
  if (body !== undefined && typesOf(body, schemas).has('array')) return false
  const success = successOf(op, [201])
  if (success.schema !== undefined) {
    const types = typesOf(success.schema, schemas)
    if (types.has('array') && !types.has('object')) return false
    const made = findItem(success.schema, noun, schemas).schema
    if (isSameSchema(made, item)) return true
    const told = membersOf(made, schemas)
    const isTold = idNameIn(noun, scalarNames(told, schemas)) !== undefined
    // What answers with something else altogether makes many at once, or does something else.
    if (told.size > 0 && !isTold && overlapOf(made, item, schemas) === 0) return false
    if (success.status === 201 && body !== undefined) return true
    if (told.has('id') && membersOf(item, schemas).has('id')) return true
  }
  if (body === undefined) return false
  if (isSameSchema(body, item)) return true
  const isTyped = membersOf(body, schemas).size > 0
  if (success.status === 201) return isTyped
  return isTyped && overlapOf(body, item, schemas) >= 0.5
}
