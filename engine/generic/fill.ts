import type { Operation, Schema } from '../contract/contract.ts'
import {
  isRecord,
  propertiesOf,
  resolveSchema,
  schemaList,
  type SchemaObject,
} from '../contract/schema.ts'
import type { OpenTwin } from '../twin.ts'
import { chooseBranch, discriminatorOf, partsOf } from './branch.ts'
import { sampleOf, type Maker } from './maker.ts'
import { repair } from './repair.ts'

/**
 * Completes a value to what a schema asks for: what is there stays, what is required and missing is
 * made up plausibly, optional members are left out. What does not fit at all is mended.
 */
export function complete(maker: Maker, schema: Schema, value: unknown): unknown {
  const filled = fill(maker, schema, value, '', 0)
  if (conforms(maker.twin, schema, filled)) return filled
  return repair(maker, schema, filled)
}

const probes = new WeakMap<object, Operation>()

/** What is wrong with a value, by a schema that need not be a whole reply's. */
export function problemsOf(twin: OpenTwin, schema: Schema, value: unknown) {
  if (typeof schema === 'boolean') return []
  let probe = probes.get(schema)
  if (probe === undefined) {
    const replies = { 200: { types: { 'application/json': schema } } }
    probe = { id: 'probe', method: 'GET', path: '/', params: [], replies, security: [] }
    probes.set(schema, probe)
  }
  return twin.validator.checkReply(probe, 200, 'application/json', value)
}

/** True when a value is valid by a schema. */
export function conforms(twin: OpenTwin, schema: Schema, value: unknown): boolean {
  return problemsOf(twin, schema, value).length === 0
}

const depthMax = 6

function fill(maker: Maker, schema: Schema, value: unknown, hint: string, depth: number): unknown {
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

/** The schema of a place inside a value: `/profile/emails/0`. */
export function schemaAt(maker: Maker, schema: Schema, tokens: readonly string[]): Schema {
  const { schemas } = maker.twin.contract
  let at: Schema = schema
  for (const token of tokens) {
    const member = propertiesOf(at, schemas).get(token)
    const object = resolveSchema(at, schemas)
    at =
      member ??
      (object['items'] as Schema | undefined) ??
      (object['additionalProperties'] as Schema | undefined) ??
      {}
  }
  return at
}
