import { isRecord, toPointerToken } from '../contract/schema.ts'
import type { ParamFact } from './knowledge.ts'
import { isTimeText } from './looks.ts'
import { momentOf } from './times.ts'
import { readPointer } from './template.ts'

/** One thing to sort by. */
export interface SortKey {
  pointer: string
  down: boolean
}

const sortName = /^(sort|sort_?by|order|order_?by|ordering|\$orderby)$/i
const directionName = /^(order|direction|dir|sort_?(order|dir|direction))$/i
const direction = /^(asc|desc|ascending|descending)$/i

/** Reads `name`, `-name,created`, `name desc` or `name:desc` for a member of these things; undefined when it names none. */
export function readSort(text: string, sample: unknown, down = false): SortKey[] | undefined {
  const out: SortKey[] = []
  for (const part of text.split(/\s*,\s*/).slice(0, 8)) {
    const match = /^([+-]?)([\w./$]+)(?:[\s:]+(asc|desc)\w*)?$/i.exec(part.trim())
    if (match === null) return undefined
    const [, sign, name, way] = match
    const pointer = memberNamed(sample, name!)
    if (pointer === undefined) {
      // `name,desc`: a direction of its own.
      if (out.length > 0 && direction.test(name!)) out.at(-1)!.down = /^desc/i.test(name!)
      else return undefined
    } else
      out.push({ pointer, down: way === undefined ? sign === '-' || down : /^desc/i.test(way) })
  }
  return out
}

/** `createdAt` is also called `created_at` and `created`; `profile.login` lies deeper. */
function memberNamed(sample: unknown, name: string): string | undefined {
  const [first = '', ...rest] = name.split(/[./]/)
  if (!isRecord(sample)) return undefined
  const plain = (text: string): string => text.replaceAll(/[_-]/g, '').toLowerCase()
  const keys = Object.keys(sample)
  const found =
    keys.find((key) => key === first) ??
    keys.find((key) => plain(key) === plain(first)) ??
    keys.find(
      (key) =>
        /^(at|date|time|on)$/.test(plain(key).slice(plain(first).length)) &&
        plain(key).startsWith(plain(first)),
    )
  if (found === undefined) return undefined
  const here = `/${toPointerToken(found)}`
  if (rest.length === 0) return here
  const inner = memberNamed(sample[found], rest.join('.'))
  return inner === undefined ? undefined : here + inner
}

/** Sorts a copy: numbers and moments by size, texts by their letters, what has no value last. */
export function sortBy<Item>(
  items: readonly Item[],
  valueOf: (item: Item) => unknown,
  keys: readonly SortKey[],
): Item[] {
  return [...items].sort((a, b) => {
    for (const { pointer, down } of keys) {
      const order = compareValues(
        readPointer(valueOf(a), pointer),
        readPointer(valueOf(b), pointer),
      )
      if (order !== 0) return down ? -order : order
    }
    return 0
  })
}

function compareValues(a: unknown, b: unknown): number {
  if (a === b) return 0
  if (a === undefined || a === null) return 1
  if (b === undefined || b === null) return -1
  const [left, right] = [momentOf(a), momentOf(b)]
  if (left !== undefined && right !== undefined) return left - right
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const [x, y] = [String(a).toLowerCase(), String(b).toLowerCase()]
  return x < y ? -1 : x > y ? 1 : 0
}

interface Page {
  query: Readonly<Record<string, unknown>>
  items: readonly unknown[]
  /** Ids of those that the recording shows to have been made, in that order. */
  made: readonly string[]
}

/** Parameters that say in which order a list comes: those that every list obeys, and some list shows it. */
export function sortFacts(lists: readonly Page[]): Record<string, ParamFact> {
  const names = new Set(lists.flatMap(({ query }) => Object.keys(query)))
  const used = (name: string): string[] =>
    lists.flatMap(({ query }) => (typeof query[name] === 'string' ? [query[name]] : []))
  const ways = [...names].filter(
    (one) => directionName.test(one) && used(one).every((text) => direction.test(text)),
  )
  const out: Record<string, ParamFact> = {}
  for (const name of names) {
    if (!sortName.test(name) || ways.includes(name)) continue
    let shown = 0
    const obeys = lists.every(({ query, items }) => {
      const text = query[name]
      if (typeof text !== 'string') return true
      const keys = readSort(text, items[0], isDown(query, ways))
      if (keys === undefined) return items.length === 0
      if (items.length > 1 && distinct(items, keys[0]!.pointer) > 1) shown++
      return inOrder(items, keys)
    })
    if (obeys && shown > 0) out[name] = { does: 'sorts' }
  }
  if (Object.keys(out).length > 0) for (const way of ways) out[way] = { does: 'directs' }
  return out
}

function isDown(query: Readonly<Record<string, unknown>>, ways: readonly string[]): boolean {
  return ways.some((name) => /^desc/i.test(String(query[name] ?? '')))
}

function distinct(items: readonly unknown[], pointer: string): number {
  return new Set(items.map((one) => JSON.stringify(readPointer(one, pointer)))).size
}

function inOrder(items: readonly unknown[], keys: readonly SortKey[]): boolean {
  const sorted = sortBy(items, (one) => one, keys)
  return items.every((one, i) =>
    keys.every(
      ({ pointer }) =>
        compareValues(readPointer(one, pointer), readPointer(sorted[i], pointer)) === 0,
    ),
  )
}

/**
 * In which order a list comes when nobody asks: `-/createdAt`, `/name`, `-` for the newest first; undefined for
 * the order of making.
 */
export function defaultOrder(
  lists: readonly Page[],
  params: Readonly<Record<string, ParamFact>>,
): string | undefined {
  const plain = lists.filter(
    ({ query }) => !Object.keys(query).some((name) => params[name]?.does === 'sorts'),
  )
  let [up, down] = [0, 0]
  for (const { items, made } of plain) {
    const ranks = items.flatMap((one) => {
      const rank = isRecord(one)
        ? made.findIndex((own) => Object.values(one).some((value) => String(value) === own))
        : -1
      return rank === -1 ? [] : [rank]
    })
    for (let i = 1; i < ranks.length; i++) {
      if (ranks[i]! > ranks[i - 1]!) up++
      else down++
    }
  }
  if (up > 0 && down === 0) return undefined
  const pairs = plain.reduce((sum, { items }) => sum + Math.max(0, items.length - 1), 0)
  if (down === 0 && pairs < 4) return undefined
  const member = memberOrder(plain, down > 0 && up === 0)
  return member ?? (down > 0 && up === 0 ? '-' : undefined)
}

/** The member that all lists are sorted by; moments before names before the rest. */
function memberOrder(lists: readonly Page[], isNewestFirst: boolean): string | undefined {
  const sample = lists.flatMap(({ items }) => items)[0]
  if (!isRecord(sample)) return undefined
  const worth = (key: string): number => {
    const value = sample[key]
    if (isTimeText(value) || momentOf(value) !== undefined) return /creat/i.test(key) ? 3 : 2
    return /^(name|title|label|login|position|rank|priority|order)$/i.test(key) ? 1 : 0
  }
  const keys = Object.keys(sample)
    .filter((key) => worth(key) > (isNewestFirst ? 1 : 0))
    .sort((a, b) => worth(b) - worth(a))
  for (const key of keys) {
    const pointer = `/${toPointerToken(key)}`
    for (const down of [true, false]) {
      const isSo = lists.every(({ items }) => inOrder(items, [{ pointer, down }]))
      const shown = lists.some(
        ({ items }) =>
          distinct(items, pointer) > 2 || (distinct(items, pointer) > 1 && isNewestFirst),
      )
      if (isSo && shown) return `${down ? '-' : ''}${pointer}`
    }
  }
  return undefined
}

/** What the query and the facts say of the order; undefined for the order of making. */
export function orderAsked(
  query: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, ParamFact>>,
  sample: unknown,
): SortKey[] | undefined {
  const ways = Object.keys(params).filter((name) => params[name]!.does === 'directs')
  for (const [name, text] of Object.entries(query)) {
    if (typeof text !== 'string' || !Object.hasOwn(params, name) || params[name]!.does !== 'sorts')
      continue
    const keys = readSort(text, sample, isDown(query, ways))
    if (keys !== undefined) return keys
  }
  return undefined
}

/** `-/createdAt` as something to sort by; undefined for `-`, the newest first. */
export function readOrder(order: string | undefined): SortKey | undefined {
  if (order === undefined || order === '-') return undefined
  const down = order.startsWith('-')
  return { pointer: down ? order.slice(1) : order, down }
}
