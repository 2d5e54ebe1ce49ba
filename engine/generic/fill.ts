import type { Schema } from '../contract/contract.ts'
import { isRecord, resolveSchema, schemaList, type SchemaObject } from '../contract/schema.ts'
import { chooseBranch, discriminatorOf, partsOf } from './branch.ts'
import { sampleOf, type Maker } from './maker.ts'

const depthMax = 6

/** Fills in what a schema requires and a value lacks; what is there stays. */
export function fill(
  maker: Maker,
  schema: Schema,
  value: unknown,
  hint: string,
  depth: number,
): unknown {
  if (value === undefined) return sampleOf(maker, schema, hint)
  if (depth > depthMax || typeof value !== 'object' || value === null) return value
  const { schemas } = maker.twin.contract
  if (Array.isArray(value)) return fillItems(maker, schema, value, hint, depth)
  const parts = partsOf(schema, value, schemas)
  let out = value as Record<string, unknown>
  const set = (name: string, member: unknown): void => {
    if (out[name] === member || member === undefined) return
    if (out === value) out = { ...out }
    out[name] = member
  }
  nameBranches(schema, out, schemas, set)
  for (const part of parts) {
    const { required } = part
    if (!Array.isArray(required)) continue
    for (const name of required as string[]) {
      if (out[name] === undefined)
        set(name, fill(maker, memberOf(parts, name), undefined, name, depth + 1))
    }
  }
  for (const [name, member] of Object.entries(out)) {
    if (typeof member !== 'object' || member === null) continue
    set(name, fill(maker, memberOf(parts, name), member, name, depth + 1))
  }
  return out
}

function fillItems(
  maker: Maker,
  schema: Schema,
  value: unknown[],
  hint: string,
  depth: number,
): unknown[] {
  const parts = partsOf(schema, value, maker.twin.contract.schemas)
  const items = parts.find((part) => part['items'] !== undefined)?.['items']
  if (items === undefined) return value
  const filled = value.map((item) => fill(maker, items as Schema, item ?? null, hint, depth + 1))
  return filled.every((item, i) => item === value[i]) ? value : filled
}

/** A union's chosen branch needs its discriminator, also where no branch says its value itself. */
function nameBranches(
  schema: Schema,
  value: Record<string, unknown>,
  schemas: Record<string, Schema>,
  set: (name: string, member: unknown) => void,
): void {
  const union: SchemaObject = resolveSchema(schema, schemas)
  for (const keyword of ['oneOf', 'anyOf']) {
    const branches = schemaList(union, keyword)
    if (branches.length === 0 || union['discriminator'] === undefined) continue
    const named = discriminatorOf(union, chooseBranch(union, branches, value, schemas))
    if (named !== undefined && value[named.name] === undefined) set(named.name, named.value)
  }
}

function memberOf(parts: readonly SchemaObject[], name: string): Schema {
  for (const { properties } of parts) {
    if (isRecord(properties) && Object.hasOwn(properties, name)) return properties[name] as Schema
  }
  const open = parts.find((part) => isRecord(part['additionalProperties']))
  return (open?.['additionalProperties'] as Schema | undefined) ?? {}
}
