import { defineTable, key, sortable } from '../table.ts'
import type { Rows } from '../rows.ts'
import { namesIn, type Naming } from './relations.ts'
import { readPointer } from './template.ts'
import { momentOf } from './times.ts'

/** A thing that a learned service keeps, by the path that reads it. */
export interface LearnedThing {
  id: string
  twin: string
  path: string
  /** Its own id, as it stands in paths. */
  own: string
  /** The path of the list that it lies in. */
  home: string
  /** As the service last showed it; undefined while only its existence is known. */
  value: unknown
  gone: boolean
  /** Operations that wrote to it, the last ones. */
  after: readonly string[]
  /** Other lists that show it. */
  also: readonly string[]
}

/** The table of one learned twin; `named` are the places that things are looked for by, `orderOf` tells what a list is sorted by. */
export function learnedTable(
  twin: string,
  named: ReadonlySet<string>,
  orderOf: (list: string) => string | undefined = () => undefined,
) {
  return defineTable({
    name: `${twin}.things`,
    id: (row: LearnedThing) => row.id,
    indexes: {
      own: (row: LearnedThing) => key(row.own),
      home: (row: LearnedThing) => [row.home, ...row.also].map((one) => key(one)),
      // What a list shows, in the order in which it shows it.
      shown: (row: LearnedThing) =>
        row.gone || row.value === undefined
          ? undefined
          : [row.home, ...row.also].map((one) => {
              const pointer = orderOf(one)
              return pointer === undefined
                ? key(one)
                : key(one, rankOf(readPointer(row.value, pointer)))
            }),
      naming: (row: LearnedThing) =>
        named.size === 0
          ? undefined
          : [...namesIn(row.value)]
              .filter(([place]) => named.has(place))
              .map(([, name]) => key(name)),
    },
  })
}

/** A value as a text that sorts like it; what is missing comes last. */
function rankOf(value: unknown): string {
  const number = momentOf(value) ?? value
  if (typeof number === 'number' && number >= 0) return sortable(Math.floor(number))
  return typeof value === 'string' ? value.toLowerCase() : '\uffff'
}

export type LearnedTable = ReturnType<typeof learnedTable>

/** Where things are kept: rows of a world, or plain memory while learning. */
export interface Store {
  get: (path: string) => LearnedThing | undefined
  byOwn: (own: string) => LearnedThing[]
  at: (list: string) => LearnedThing[]
  /** Whether things lie, or lay, there. */
  isHome: (list: string) => boolean
  /** How many things a list shows. */
  count: (list: string) => number
  /** Some of them, in the list's own order; `after` is the path of one of them. Costs the same in a world of any size. */
  page: (
    list: string,
    page: { start: number; limit: number; after?: string; isReverse: boolean },
  ) => LearnedThing[]
  /** Things that name a text or number at their top, as far as anybody asks for that place. */
  naming: (name: string) => Naming[]
  put: (thing: Omit<LearnedThing, 'id' | 'twin'>) => void
}

/** The things of one twin in a world. */
export function rowStore(rows: Rows, twin: string, table: LearnedTable): Store {
  return {
    get: (path) => rows.get(table, path),
    byOwn: (own) => rows.all(table, { index: 'own', equals: key(own) }),
    at: (list) => rows.all(table, { index: 'home', equals: key(list) }),
    isHome: (list) => rows.count(table, { index: 'home', equals: key(list) }) > 0,
    count: (list) => rows.count(table, { index: 'shown', equals: key(list) }),
    page: (list, { start, limit, after, isReverse }) =>
      rows.page(table, {
        index: 'shown',
        equals: key(list),
        offset: start,
        limit,
        reverse: isReverse,
        ...(after === undefined ? {} : { after }),
      }),
    naming: (name) =>
      rows
        .page(table, { index: 'naming', equals: key(name), limit: namingMax })
        .flatMap((thing) => placesOf(thing, name)),
    put: (thing) => void rows.put(table, { ...thing, id: thing.path, twin }),
  }
}

/** Of more that name the same no words are made. */
const namingMax = 50

function placesOf(thing: LearnedThing, name: string): Naming[] {
  return [...namesIn(thing.value)]
    .filter(([, one]) => one === name)
    .map(([place]) => ({ thing, place }))
}

/** The same in memory. */
export function memoryStore(): Store {
  const byPath = new Map<string, LearnedThing>()
  const owns = new Map<string, Set<string>>()
  const names = new Map<string, Set<string>>()
  const homes = new Map<string, Set<string>>()
  const turns = new Map<string, number>()
  const all = (paths: Iterable<string>): LearnedThing[] =>
    [...paths].map((path) => byPath.get(path)!)
  const at = (list: string): LearnedThing[] =>
    all(homes.get(list) ?? [])
      .filter((one) => one.home === list || one.also.includes(list))
      // In the order in which they came to be known, wherever they came to lie.
      .sort((a, b) => turns.get(a.path)! - turns.get(b.path)!)
  const shown = (list: string): LearnedThing[] =>
    at(list).filter((one) => !one.gone && one.value !== undefined)
  return {
    get: (path) => byPath.get(path),
    byOwn: (own) => all(owns.get(own) ?? []),
    at,
    isHome: (list) => at(list).length > 0,
    count: (list) => shown(list).length,
    page: (list, { start, limit }) => shown(list).slice(start, start + limit),
    naming: (name) =>
      all([...(names.get(name) ?? [])].slice(0, namingMax)).flatMap((one) => placesOf(one, name)),
    put: (thing) => {
      for (const [, name] of namesIn(thing.value)) add(names, name, thing.path)
      if (!turns.has(thing.path)) turns.set(thing.path, turns.size)
      for (const home of [thing.home, ...thing.also]) add(homes, home, thing.path)
      byPath.set(thing.path, { ...thing, id: thing.path, twin: '' })
      add(owns, thing.own, thing.path)
    },
  }
}

function add(to: Map<string, Set<string>>, name: string, path: string): void {
  const known = to.get(name)
  if (known === undefined) to.set(name, new Set([path]))
  else known.add(path)
}
