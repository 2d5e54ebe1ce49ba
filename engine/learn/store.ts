import { defineTable, key } from '../table.ts'
import type { Rows } from '../rows.ts'
import { namesIn, type Naming } from './relations.ts'

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

/** The table of one learned twin; `named` are the places that things are looked for by. */
export function learnedTable(twin: string, named: ReadonlySet<string>) {
  return defineTable({
    name: `${twin}.things`,
    id: (row: LearnedThing) => row.id,
    indexes: {
      own: (row: LearnedThing) => key(row.own),
      home: (row: LearnedThing) => [row.home, ...row.also].map((one) => key(one)),
      naming: (row: LearnedThing) =>
        named.size === 0
          ? undefined
          : [...namesIn(row.value)]
              .filter(([place]) => named.has(place))
              .map(([, name]) => key(name)),
    },
  })
}

export type LearnedTable = ReturnType<typeof learnedTable>

/** Where things are kept: rows of a world, or plain memory while learning. */
export interface Store {
  get: (path: string) => LearnedThing | undefined
  byOwn: (own: string) => LearnedThing[]
  at: (list: string) => LearnedThing[]
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
  const all = (paths: Iterable<string>): LearnedThing[] =>
    [...paths].map((path) => byPath.get(path)!)
  return {
    get: (path) => byPath.get(path),
    byOwn: (own) => all(owns.get(own) ?? []),
    at: (list) =>
      [...byPath.values()].filter((one) => one.home === list || one.also.includes(list)),
    naming: (name) =>
      all([...(names.get(name) ?? [])].slice(0, namingMax)).flatMap((one) => placesOf(one, name)),
    put: (thing) => {
      for (const [, name] of namesIn(thing.value)) add(names, name, thing.path)
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
