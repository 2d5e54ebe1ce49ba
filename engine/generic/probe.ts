import type { Operation, Schema } from '../contract/contract.ts'
import { resolveSchema } from '../contract/schema.ts'
import type { OpenTwin } from '../twin.ts'
import type { Maker } from './maker.ts'
import { membersOf } from './members.ts'

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

/** The schema of a place inside a value: `/profile/emails/0`. */
export function schemaAt(maker: Maker, schema: Schema, tokens: readonly string[]): Schema {
  const { schemas } = maker.twin.contract
  let at: Schema = schema
  for (const token of tokens) {
    const member = membersOf(at, schemas).get(token)
    const object = resolveSchema(at, schemas)
    at =
      member ??
      (object['items'] as Schema | undefined) ??
      (object['additionalProperties'] as Schema | undefined) ??
      {}
  }
  return at
}
