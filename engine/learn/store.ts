import { defineTable, key } from '../table.ts'
import type { Rows } from '../rows.ts'

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

/** The table of one learned twin. */
export function learnedTable(twin: string) {
  return defineTable({
    name: `${twin}.things`,
    id: (row: LearnedThing) => row.id,
    indexes: {
      own: (row: LearnedThing) => key(row.own),
      home: (row: LearnedThing) => [row.home, ...row.also].map((one) => key(one)),
    },
  })
}

export type LearnedTable = ReturnType<typeof learnedTable>

/** Where things are kept: rows of a world, or plain memory while learning. */
export interface Store {
  get: (path: string) => LearnedThing | undefined
  byOwn: (own: string) => LearnedThing[]
  at: (list: string) => LearnedThing[]
  put: (thing: Omit<LearnedThing, 'id' | 'twin'>) => void
}

/** The things of one twin in a world. */
export function rowStore(rows: Rows, twin: string, table: LearnedTable): Store {
  return {
    get: (path) => rows.get(table, path),
    byOwn: (own) => rows.all(table, { index: 'own', equals: key(own) }),
    at: (list) => rows.all(table, { index: 'home', equals: key(list) }),
    put: (thing) => void rows.put(table, { ...thing, id: thing.path, twin }),
  }
}

/** The same in memory. */
export function memoryStore(): Store {
  const byPath = new Map<string, LearnedThing>()
  const owns = new Map<string, Set<string>>()
  const all = (paths: Iterable<string>): LearnedThing[] =>
    [...paths].map((path) => byPath.get(path)!)
  return {
    get: (path) => byPath.get(path),
    byOwn: (own) => all(owns.get(own) ?? []),
    at: (list) =>
      [...byPath.values()].filter((one) => one.home === list || one.also.includes(list)),
    put: (thing) => {
      byPath.set(thing.path, { ...thing, id: thing.path, twin: '' })
      const known = owns.get(thing.own)
      if (known === undefined) owns.set(thing.own, new Set([thing.path]))
      else known.add(thing.path)
    },
  }
}
