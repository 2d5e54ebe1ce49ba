import type { Operation } from '../contract/contract.ts'
import {
  isRecord,
  propertiesOf,
  resolveSchema,
  schemaList,
  toPointerToken,
  type Schemas,
} from '../contract/schema.ts'
import { readPointer } from './template.ts'

/** From so many successes on, what all of them had is taken for required. */
const successesMin = 3
const depthMax = 4
const placesMax = 60

/** What a call carries beside its path: its body, and of calls without one the query. */
export function sentOf(
  query: Readonly<Record<string, unknown>>,
  body: unknown,
  isProcedure: boolean,
): unknown {
  if (isProcedure) return { ...query, ...(isRecord(body) ? body : {}) }
  return body === undefined ? {} : body
}

/** The places that a call must fill: those that the document requires, and those that every success filled. */
export function requiredPlaces(
  op: Operation,
  schemas: Schemas,
  taken: readonly unknown[],
  isProcedure: boolean,
): string[] {
  const out = new Set<string>()
  for (const schema of Object.values(op.body?.types ?? {}).slice(0, 1))
    addDeclared(schema, schemas, '', out)
  if (isProcedure)
    for (const { name, required, in: where } of op.params)
      if (required === true && where === 'query') out.add(`/${toPointerToken(name)}`)
  // What a success left out was not required, whatever the document says.
  for (const place of out) if (taken.some((sent) => isMissing(sent, place))) out.delete(place)
  if (taken.length >= successesMin)
    for (const place of placesIn(taken[0], ''))
      if (taken.every((sent) => readPointer(sent, place) !== undefined)) out.add(place)
  return [...out].slice(0, placesMax)
}

/** Whether a place is empty although what it would lie in is there. */
export function isMissing(sent: unknown, place: string): boolean {
  const parent = place.slice(0, place.lastIndexOf('/'))
  return isRecord(readPointer(sent, parent)) && readPointer(sent, place) === undefined
}

function addDeclared(
  schema: unknown,
  schemas: Schemas,
  at: string,
  into: Set<string>,
  depth = 0,
): void {
  if (depth > depthMax) return
  const members = propertiesOf(schema, schemas)
  for (const name of requiredOf(schema, schemas)) {
    const member = members.get(name)
    if (isRecord(member) && member['readOnly'] === true) continue
    const place = `${at}/${toPointerToken(name)}`
    into.add(place)
    addDeclared(member, schemas, place, into, depth + 1)
  }
}

/** Names that the schema, or all of those that it is made of, require. */
function requiredOf(schema: unknown, schemas: Schemas, depth = 0): string[] {
  if (depth > depthMax) return []
  const object = resolveSchema(schema, schemas)
  const own = Array.isArray(object['required']) ? object['required'] : []
  return [
    ...own.filter((one) => typeof one === 'string'),
    ...schemaList(object, 'allOf').flatMap((one) => requiredOf(one, schemas, depth + 1)),
  ]
}

function* placesIn(value: unknown, at: string, depth = 0): Generator<string> {
  if (!isRecord(value) || depth > depthMax) return
  for (const [key, one] of Object.entries(value)) {
    const place = `${at}/${toPointerToken(key)}`
    yield place
    yield* placesIn(one, place, depth + 1)
  }
}
