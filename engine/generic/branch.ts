import type { Contract, Schema } from '../contract/contract.ts'
import {
  isRecord,
  refName,
  resolveSchema,
  schemaList,
  typeOf,
  typesOf,
} from '../contract/schema.ts'
import type { SchemaObject } from '../contract/schema.ts'
import { membersOf } from './members.ts'

type Schemas = Contract['schemas']

/** The object schemas that together describe a value: all of allOf, and of each union the branch that the value means. */
export function partsOf(
  schema: unknown,
  value: unknown,
  schemas: Schemas,
  depth = 0,
): SchemaObject[] {
  if (depth > 8) return []
  const object = resolveSchema(schema, schemas)
  const parts = [object]
  for (const member of schemaList(object, 'allOf')) {
    parts.push(...partsOf(member, value, schemas, depth + 1))
  }
  for (const keyword of ['oneOf', 'anyOf']) {
    const branches = schemaList(object, keyword)
    if (branches.length === 0) continue
    const branch = chooseBranch(object, branches, value, schemas)
    parts.push(...partsOf(branch, value, schemas, depth + 1))
  }
  return parts
}

/** The branch of a union that a value means: by its discriminator, else the one that knows most of it. */
export function chooseBranch(
  union: SchemaObject,
  branches: readonly Schema[],
  value: unknown,
  schemas: Schemas,
): Schema {
  const named = byDiscriminator(union, branches, value, schemas)
  if (named !== undefined) return named
  let best = branches[0]!
  let most = -Infinity
  for (const branch of branches) {
    const score = scoreOf(branch, value, schemas)
    if (score > most) [best, most] = [branch, score]
  }
  return best
}

function byDiscriminator(
  union: SchemaObject,
  branches: readonly Schema[],
  value: unknown,
  schemas: Schemas,
): Schema | undefined {
  const discriminator = union['discriminator']
  if (!isRecord(discriminator) || !isRecord(value)) return undefined
  const kind = value[String(discriminator['propertyName'])]
  if (typeof kind !== 'string') return undefined
  const { mapping } = discriminator
  const target = isRecord(mapping) && Object.hasOwn(mapping, kind) ? String(mapping[kind]) : kind
  const name = refName({ $ref: target }) ?? target
  return branches.find((one) => refName(one) === name && Object.hasOwn(schemas, name))
}

/** The value that a union's discriminator has for one of its branches. */
export function discriminatorOf(
  union: SchemaObject,
  branch: Schema,
): { name: string; value: string } | undefined {
  const discriminator = union['discriminator']
  const target = refName(branch)
  if (!isRecord(discriminator) || target === undefined) return undefined
  const name = String(discriminator['propertyName'])
  const { mapping } = discriminator
  if (!isRecord(mapping)) return { name, value: target }
  const found = Object.entries(mapping).find(
    ([, to]) => to === target || refName({ $ref: to }) === target,
  )
  return found && { name, value: found[0] }
}

function scoreOf(branch: Schema, value: unknown, schemas: Schemas): number {
  const types = typesOf(branch, schemas)
  const type = typeOf(value)
  const isFitting =
    types.size === 0 || types.has(type) || (type === 'number' && types.has('integer'))
  if (value !== undefined && !isFitting) return -1000
  if (types.size === 1 && types.has('null')) return value === null ? 10 : -500
  if (!isRecord(value)) return 0
  const properties = membersOf(branch, schemas)
  let score = 0
  for (const [name, member] of Object.entries(value)) {
    const known = properties.get(name)
    if (known === undefined) continue
    score += isExcluded(known, member, schemas) ? -100 : 1
  }
  for (const name of requiredOf(branch, schemas)) if (value[name] === undefined) score -= 0.25
  return score
}

function isExcluded(schema: Schema, value: unknown, schemas: Schemas): boolean {
  const object = resolveSchema(schema, schemas)
  if ('const' in object) return object['const'] !== value
  return Array.isArray(object['enum']) && !object['enum'].includes(value)
}

function requiredOf(schema: Schema, schemas: Schemas, depth = 0): string[] {
  if (depth > 6) return []
  const object = resolveSchema(schema, schemas)
  const own = Array.isArray(object['required']) ? (object['required'] as string[]) : []
  const inherited = schemaList(object, 'allOf').flatMap((one) =>
    requiredOf(one, schemas, depth + 1),
  )
  return [...own, ...inherited]
}
