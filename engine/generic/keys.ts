import { flatten } from '../contract/flatten.ts'
import { typesOf } from '../contract/schema.ts'
import type { Exchange } from '../exchange.ts'
import { findThing } from './locate.ts'
import { sampleOf } from './maker.ts'
import type { Resource } from './resource.ts'

const attemptsMax = 50

type Where = Pick<Exchange, 'world' | 'twin' | 'rows'>

/** An id that nothing in the collection has yet, as plausible as the contract lets us know. */
export function newKey(exchange: Where, resource: Resource, collection: string): string {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const itemKey = drawKey(exchange, resource, collection)
    if (findThing(exchange, resource, collection, itemKey) === undefined) return itemKey
  }
  // The contract allows fewer ids than there are items; a number behind the last one is still unique.
  return `${drawKey(exchange, resource, collection)}-${exchange.world.nextNumber(`${collection} more`)}`
}

function drawKey(exchange: Where, resource: Resource, collection: string): string {
  const { world, twin } = exchange
  const { schemas } = twin.contract
  const { id } = resource
  const random = (): number => world.random()
  // Constraints often stand behind an allOf of their own.
  const { schema } = flatten(id.schema, { schemas, random, within: new Set(), isPressed: false })
  if (id.isNumeric) {
    const least = typeof schema['minimum'] === 'number' ? Math.ceil(schema['minimum']) : 1
    return String(world.nextNumber(`${twin.definition.name} ${collection}`, Math.max(1, least)))
  }
  const { pattern, format } = schema
  const isCalledUuid = format === undefined && /uu?id|guid/i.test(id.property ?? '')
  if (pattern === undefined && (format === 'uuid' || isCalledUuid)) return world.newUuid()
  const isFree = pattern === undefined && format === undefined
  if (isFree && schema['enum'] === undefined && typesOf(schema, schemas).has('string')) {
    const min = typeof schema['minLength'] === 'number' ? schema['minLength'] : 0
    const max = typeof schema['maxLength'] === 'number' ? schema['maxLength'] : 64
    return world.newId({ length: Math.max(1, min, Math.min(20, max)), alphabet: 'lower' })
  }
  const maker = { twin, random, now: world.now() }
  const sample = sampleOf(maker, id.schema, id.property ?? 'id')
  return typeof sample === 'string' || typeof sample === 'number'
    ? String(sample)
    : world.newId({ length: 20, alphabet: 'lower' })
}
