import type { Schema } from '../contract/contract.ts'
import { isRecord, resolveSchema, typesOf } from '../contract/schema.ts'
import { complete } from './complete.ts'
import type { Maker } from './maker.ts'
import { nameKey } from './names.ts'
import type { Resource } from './resource.ts'
import { membersOf } from './members.ts'

/** What is known of a new item besides what was sent. */
export interface Birth {
  /** As the wire spells it: a number where the contract says so. */
  id: string | number
  /** Where it can be read. */
  url: string
  /** Parameters of its path, which an item often repeats (`userId`). */
  path: Readonly<Record<string, string>>
}

/** Makes an item's whole value: what was sent, then what a service sets itself, then what the schema still asks for. */
export function makeValue(
  maker: Maker,
  resource: Resource,
  sent: Record<string, unknown>,
  birth: Birth,
): Record<string, unknown> {
  const value: Record<string, unknown> = { ...sent }
  const { property } = resource.id
  const ordered: Record<string, unknown> = {}
  if (property !== undefined) ordered[property] = value[property] = birth.id
  for (const [name, schema] of resource.properties) {
    if (value[name] !== undefined) continue
    const made = ownMember(maker, resource, name, schema, birth)
    if (made !== undefined) ordered[name] = made
  }
  const whole = complete(maker, resource.schema, { ...ordered, ...value })
  return isRecord(whole) ? whole : { ...ordered, ...value }
}

/** Says anew when an item was changed, where it says so at all and the caller did not say it. */
export function touch(
  maker: Maker,
  resource: Resource,
  old: Record<string, unknown>,
  value: Record<string, unknown>,
): void {
  for (const [name, schema] of resource.properties) {
    if (value[name] === undefined || value[name] !== old[name] || !isUpdated(name)) continue
    const time = timeOf(maker, schema)
    if (time !== undefined) value[name] = time
  }
}

function ownMember(
  maker: Maker,
  resource: Resource,
  name: string,
  schema: Schema,
  birth: Birth,
): unknown {
  const { schemas } = maker.twin.contract
  const object = resolveSchema(schema, schemas)
  if (isCreated(name) || isUpdated(name)) return timeOf(maker, schema)
  if (object['default'] !== undefined) return structuredClone(object['default'])
  if (resource.writable.has(name)) {
    const given = Object.hasOwn(birth.path, name) ? birth.path[name] : undefined
    return given === undefined ? undefined : toType(given, typesOf(schema, schemas))
  }
  if (Object.hasOwn(birth.path, name)) return toType(birth.path[name]!, typesOf(schema, schemas))
  return linkOf(name, schema, schemas, birth) ?? stateOf(name, object, typesOf(schema, schemas))
}

const createdNames =
  /^(created|createdat|createdon|createddate|createdtime|created_?time|createtime|creationdate|creationtime|datecreated|insertedat)$/
const updatedNames =
  /^(updated|updatedat|updatedon|updateddate|updatetime|updatedtime|lastupdated|lastupdatedat|lastupdate|modified|modifiedat|modifiedtime|lastmodified|lastmodifiedat|lastmodifieddate|lastmodifiedtime|datemodified|dateupdated)$/

function isCreated(name: string): boolean {
  return createdNames.test(nameKey(name))
}

function isUpdated(name: string): boolean {
  return updatedNames.test(nameKey(name))
}

/** Now, as a schema spells times: ISO text, a date, or a number of seconds (int64: of milliseconds). */
function timeOf(maker: Maker, schema: Schema): string | number | undefined {
  const { schemas } = maker.twin.contract
  const types = typesOf(schema, schemas)
  const { format } = resolveSchema(schema, schemas)
  if (types.has('string') || types.size === 0) {
    const iso = new Date(maker.now).toISOString()
    return format === 'date' ? iso.slice(0, 10) : iso
  }
  if (!types.has('integer') && !types.has('number')) return undefined
  return format === 'int64' ? maker.now : Math.floor(maker.now / 1000)
}

/** An item's link to itself. */
function linkOf(
  name: string,
  schema: Schema,
  schemas: Record<string, Schema>,
  birth: Birth,
): unknown {
  const types = typesOf(schema, schemas)
  if (types.has('string')) {
    return /^(self|href|self_?link|self_?ur[il]|url|uri)$/i.test(name) ? birth.url : undefined
  }
  if (!/^_?links$/i.test(name)) return undefined
  const self = membersOf(schema, schemas).get('self')
  if (self === undefined) return undefined
  return { self: typesOf(self, schemas).has('object') ? { href: birth.url } : birth.url }
}

const alive = [/^(active|enabled)$/i, /^(open|created|live|published|ok|new|ready|available)$/i]

/** What a service says of a new item by itself: its state, its flags, its counts. */
function stateOf(
  name: string,
  object: Record<string, unknown>,
  types: ReadonlySet<string>,
): unknown {
  if (types.has('null') || types.size !== 1) return undefined
  if (types.has('string') && Array.isArray(object['enum'])) {
    const values = object['enum'] as unknown[]
    return /status|state/i.test(name)
      ? (alive.map((word) => values.find((one) => word.test(String(one)))).find(isThere) ??
          values[0])
      : undefined
  }
  if (types.has('boolean')) return /^(is_?)?(active|enabled)$/i.test(name)
  if (types.has('integer') && /count$|^total|^size$/i.test(name)) return 0
  return undefined
}

function isThere(value: unknown): boolean {
  return value !== undefined
}

/** A text as the first of the types that it can be. */
export function toType(text: string, types: ReadonlySet<string>): string | number | undefined {
  if (types.has('string') || types.size === 0) return text
  const number = Number(text)
  const isNumber =
    (types.has('integer') || types.has('number')) && text !== '' && !Number.isNaN(number)
  return isNumber ? number : undefined
}
