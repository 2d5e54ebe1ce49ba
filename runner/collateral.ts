import { isDeepStrictEqual } from 'node:util'
import { tokens } from '../engine/auth.ts'
import { subscriptions } from '../engine/agenda.ts'
import type { Change } from '../engine/changes.ts'
import { things } from '../engine/generic/things.ts'
import type { Table } from '../engine/table.ts'
import type { World } from '../engine/world.ts'
import { readWord, spellWord, type Word } from './words.ts'

/** A change that no word of the scenario accounts for. */
export interface UnexpectedChange {
  table: string
  id: string
  kind: 'made' | 'changed' | 'removed'
  /** Which fields, where the row was changed; the whole row otherwise. */
  fields: { path: string; before: unknown; after: unknown }[]
  /** Numbers of the exchanges that did it. */
  by: number[]
  /** The word that would account for it. */
  word: string
}

type AnyTable = Table<never, never>

/**
 * Everything that the subject changed, as opposed to what the scenario itself put there. Every
 * write of the scenario goes through `setUp`, so that what comes after is told against it.
 */
export class ChangeWatch {
  readonly #world: World
  readonly #tables: ReadonlyMap<string, AnyTable>
  readonly #words: Word[] = []
  /** By table and id: what the subject did to a row between two writes of the scenario. */
  readonly #open = new Map<string, Change>()
  readonly #closed: Change[] = []

  constructor(world: World) {
    this.#world = world
    this.#tables = tablesOf(world)
    world.rows.forgetChanges()
  }

  /** Accounts for changes. Throws a UsageError for a word that names no table. */
  allow(words: readonly string[]): void {
    for (const word of words) this.#words.push(readWord(word, this.#tables.keys()))
  }

  /** Lets the scenario write; its own changes never count. */
  setUp<T>(write: () => T): T {
    const { rows } = this.#world
    this.#collect()
    rows.writer = 'given'
    try {
      return write()
    } finally {
      // What was half done when it failed is not the subject's doing either.
      for (const { table, id } of rows.changes()) this.#close(`${table} ${id}`)
      rows.forgetChanges()
    }
  }

  /** What nobody accounted for. */
  unexpected(): UnexpectedChange[] {
    this.#collect()
    const out: UnexpectedChange[] = []
    for (const change of [...this.#closed, ...this.#open.values()]) {
      const left = this.#unaccounted(change)
      if (left !== undefined) out.push(left)
    }
    return out.sort((a, b) => (a.by[0] ?? 0) - (b.by[0] ?? 0))
  }

  #collect(): void {
    const changes = this.#world.rows.changes()
    if (changes.length === 0) return
    for (const change of changes) {
      const place = `${change.table} ${change.id}`
      const earlier = this.#open.get(place)
      this.#open.set(place, earlier === undefined ? change : join(earlier, change))
    }
    this.#world.rows.forgetChanges()
  }

  #close(place: string): void {
    const change = this.#open.get(place)
    if (change === undefined) return
    this.#open.delete(place)
    this.#closed.push(change)
  }

  #unaccounted(change: Change): UnexpectedChange | undefined {
    const { table, id, before, after } = change
    const byproduct = this.#tables.get(table)?.byproduct
    if (byproduct === true) return undefined
    const words = this.#words.filter((word) => word.table === table && isChosen(word, change))
    if (words.some((word) => word.path.length === 0)) return undefined
    const by = change.by.filter((writer) => typeof writer === 'number')
    const kind = before === undefined ? 'made' : after === undefined ? 'removed' : 'changed'
    if (before === undefined && after === undefined) return undefined
    if (kind !== 'changed') {
      const fields = [{ path: '', before: before ?? null, after: after ?? null }]
      return { table, id, kind, fields, by, word: spellWord(table, id, []) }
    }
    const paths = differences(before, after).filter(
      (path) => !byproduct?.includes(path[0]!) && !words.some((word) => isUnder(path, word.path)),
    )
    if (paths.length === 0) return undefined
    const fields = paths.map((path) => ({
      path: path.join('.'),
      before: valueAt(before, path) ?? null,
      after: valueAt(after, path) ?? null,
    }))
    return { table, id, kind, fields, by, word: spellWord(table, id, paths[0]!) }
  }
}

/** Every table that a word may name. */
export function tablesOf(world: World): Map<string, AnyTable> {
  const tables = [tokens, subscriptions, things] as unknown as AnyTable[]
  for (const { definition } of world.twins.values()) tables.push(...definition.tables)
  return new Map(tables.filter((one) => !one.internal).map((one) => [one.name, one]))
}

function join(earlier: Change, later: Change): Change {
  const { table, id } = later
  const joined: Change = { table, id, by: [...earlier.by, ...later.by] }
  if (earlier.before !== undefined) joined.before = earlier.before
  if (later.after !== undefined) joined.after = later.after
  return joined
}

function isChosen({ rows }: Word, { id, before, after }: Change): boolean {
  if (rows.id !== undefined) return rows.id === id
  if (rows.made && before !== undefined) return false
  const { where } = rows
  if (where === undefined) return true
  return [before, after].every(
    (row) => row === undefined || String(valueAt(row, where.path)) === where.value,
  )
}

function isUnder(path: readonly string[], top: readonly string[]): boolean {
  return top.length <= path.length && top.every((part, i) => part === '*' || part === path[i])
}

/** What stands at a path of a value; undefined where nothing does. */
export function valueAt(value: unknown, path: readonly string[]): unknown {
  let at = value
  for (const part of path) at = (at as Record<string, unknown> | null | undefined)?.[part]
  return at
}

/** The paths at which two values differ; lists of different length differ as a whole. */
export function differences(before: unknown, after: unknown, path: string[] = []): string[][] {
  if (isDeepStrictEqual(before, after)) return []
  if (!isObject(before) || !isObject(after)) return [path]
  if (Array.isArray(before) !== Array.isArray(after)) return [path]
  if (Array.isArray(before) && before.length !== (after as unknown[]).length) return [path]
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].flatMap((name) =>
    differences(
      (before as Record<string, unknown>)[name],
      (after as Record<string, unknown>)[name],
      [...path, name],
    ),
  )
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
