import type { Contract } from '../contract/contract.ts'
import { isRecord } from '../contract/schema.ts'
import { nameKey } from './names.ts'
import { argumentsOfRole, pagingOf } from './pages.ts'
import type { Role } from './resource.ts'

/** Whether an item is one of those that a call asks for. */
export type Selection = (value: Record<string, unknown>) => boolean

interface Filtering {
  /** Parameter → property of the same name. */
  equal: Map<string, string>
  sort: string | undefined
  order: string | undefined
}

const known = new WeakMap<Role, Filtering>()

function filteringOf(role: Role, schemas: Contract['schemas']): Filtering {
  let filtering = known.get(role)
  if (filtering !== undefined) return filtering
  const paging = pagingOf(role, schemas)
  const { limit, offset, page, cursor } = paging
  const taken = new Set([limit, offset, page, cursor].map((one) => one?.name))
  const properties = new Map(
    [...role.resource!.properties.keys()].map((name) => [nameKey(name), name]),
  )
  filtering = { equal: new Map<string, string>(), sort: undefined, order: undefined }
  for (const name of argumentsOfRole(role, schemas).keys()) {
    if (taken.has(name)) continue
    const property = properties.get(nameKey(name))
    if (/^(sort|sortby|orderby|ordering|sortfield|sortkey)$/.test(nameKey(name)))
      filtering.sort ??= name
    else if (/^(order|sortorder|direction|sortdir|sortdirection|orderdir)$/.test(nameKey(name)))
      filtering.order ??= name
    else if (property !== undefined) filtering.equal.set(name, property)
  }
  known.set(role, filtering)
  return filtering
}

/** The equality filters of a call: a parameter with a property's name asks for that value, a list for any of them. */
export function selectionOf(
  role: Role,
  values: Record<string, unknown>,
  schemas: Contract['schemas'],
): Selection | undefined {
  const wanted: [string, unknown[]][] = []
  for (const [name, property] of filteringOf(role, schemas).equal) {
    const value = values[name]
    if (value !== undefined) wanted.push([property, Array.isArray(value) ? value : [value]])
  }
  // `filter[status]=open`, as JSON:API and others write it.
  const nested = values['filter']
  if (isRecord(nested)) {
    for (const [name, value] of Object.entries(nested))
      wanted.push([name, Array.isArray(value) ? value : [value]])
  }
  if (wanted.length === 0) return undefined
  return (value) =>
    wanted.every(([property, any]) => any.some((one) => isSame(value[property], one)))
}

function isSame(has: unknown, wanted: unknown): boolean {
  if (Array.isArray(has)) return has.some((one) => isSame(one, wanted))
  if (isRecord(has)) return isSame(has['id'] ?? has['key'] ?? has['name'], wanted)
  return has !== undefined && String(has) === String(wanted)
}

type Compare = (a: Record<string, unknown>, b: Record<string, unknown>) => number

/** The order that a call asks for, where it names a property: `name`, `-name`, `name desc`, `name:desc`. */
export function orderOf(
  role: Role,
  values: Record<string, unknown>,
  schemas: Contract['schemas'],
): Compare | undefined {
  const { sort, order } = filteringOf(role, schemas)
  const asked = sort === undefined ? undefined : values[sort]
  const text = Array.isArray(asked) ? asked[0] : asked
  if (typeof text !== 'string') return undefined
  const match = /^([-+]?)([\w.]+?)(?:[\s:](asc|desc)\w*)?$/i.exec(text.split(',')[0]!.trim())
  if (match === null) return undefined
  const property = [...role.resource!.properties.keys()].find(
    (name) => nameKey(name) === nameKey(match[2]!),
  )
  if (property === undefined) return undefined
  const direction = match[3] ?? (order === undefined ? '' : String(values[order] ?? ''))
  const isDown = match[1] === '-' || /^desc/i.test(direction)
  return (a, b) => (isDown ? -1 : 1) * compare(a[property], b[property])
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [x, y] = [a === undefined ? '' : String(a), b === undefined ? '' : String(b)]
  return x < y ? -1 : x > y ? 1 : 0
}
