import { assert, wrong } from './assert.ts'
import { ChangeLog, type Change, type Writer } from './changes.ts'
import { lookUp } from './lookup.ts'
import {
  insertEntry,
  keyEnd,
  listOf,
  ownRoot,
  removeEntry,
  replaceEntry,
  type Entry,
  type Slot,
  type TableRoot,
} from './root.ts'
import { key, type Table } from './table.ts'
import { rankOf, sizeOf, sliceRanks, type Owner, type Tree } from './tree.ts'

/** Which rows of a table to look at, and in which order. */
export interface Range<Index extends string = string> {
  /** The order to follow; without it, rows come as they were inserted. */
  index?: Index
  /** Only rows under this key: the whole key, or the first parts of a composite one. */
  equals?: string | readonly (string | number | boolean)[]
  /** Only rows at or behind this key … */
  from?: readonly (string | number | boolean)[]
  /** … and before this one. Both are whole keys of the index, or their first parts. */
  to?: readonly (string | number | boolean)[]
  /** Newest first, or the index backwards. */
  reverse?: boolean
}

/** One page of a list. */
export interface Page<Index extends string = string> extends Range<Index> {
  limit: number
  /** Skip so many rows … */
  offset?: number
  /** … or begin behind the row with this id (which must still be in the range). */
  after?: string
}

/** Which tables a world has; made once for a base world and shared by all its forks. */
export type Layout = Map<Table<never, never>, Slot>

/** Numbers the tables of a world. Throws when two tables have one name. */
export function createLayout(tables: readonly Table<never, never>[]): Layout {
  const layout: Layout = new Map()
  const seen = new Set<string>()
  for (const table of tables) {
    if (layout.has(table)) continue
    assert(!seen.has(table.name), `two tables are named "${table.name}"`)
    seen.add(table.name)
    const indexes = table.indexes as Record<string, Slot['keysOf'][number]>
    layout.set(table, {
      number: layout.size,
      names: Object.keys(indexes),
      keysOf: Object.values(indexes),
    })
  }
  return layout
}

/**
 * All rows of a world. `fork()` costs the same whatever the size; reads see through to what was
 * there before, writes stay here, and `changes()` is the difference.
 */
export class Rows {
  /** Who is writing now; stands in the changes. */
  writer: Writer = 'given'
  readonly #layout: Layout
  #roots: (TableRoot | undefined)[]
  #owner: Owner = {}
  #rootsAreOurs: boolean
  #changes: ChangeLog | undefined

  private constructor(layout: Layout, roots: (TableRoot | undefined)[], rootsAreOurs: boolean) {
    this.#layout = layout
    this.#roots = roots
    this.#rootsAreOurs = rootsAreOurs
  }

  static create(layout: Layout): Rows {
    return new Rows(layout, [], true)
  }

  /** A world that begins as this one is now. Neither sees the other's later writes. */
  fork(): Rows {
    this.#owner = {}
    this.#rootsAreOurs = false
    return new Rows(this.#layout, this.#roots, false)
  }

  /** Whether nothing was written to either since one was forked from the other. */
  isSameAs(other: Rows): boolean {
    return this.#roots === other.#roots
  }

  /** Becomes what `past` (a fork taken earlier) holds, and forgets the changes since its origin. */
  restore(past: Rows): void {
    assert(past.#layout === this.#layout, 'a snapshot belongs to another set of tables')
    this.#roots = past.fork().#roots
    this.#owner = {}
    this.#rootsAreOurs = false
    this.#changes = past.#changes?.copy()
  }

  /** A fork that also remembers the changes so far, for `restore`. */
  snapshot(): Rows {
    const copy = this.fork()
    copy.#changes = this.#changes?.copy()
    return copy
  }

  /** From here on, changes are counted anew: what stands now is the ground they are told against. */
  forgetChanges(): void {
    this.#changes = undefined
  }

  get<Row, I extends string>(table: Table<Row, I>, id: string): Row | undefined {
    const root = this.#roots[this.#slot(table).number]
    return root && (lookUp(root.byId, id)?.row as Row | undefined)
  }

  /** Adds a row at the end. Throws (our mistake) when its id is taken. */
  insert<Row, I extends string>(table: Table<Row, I>, row: Row): Row {
    const slot = this.#slot(table)
    const root = this.#own(slot)
    const id = table.id(row)
    if (typeof id !== 'string' || id === '') wrong(`a row of ${table.name} has no id`)
    if (lookUp(root.byId, id) !== undefined) wrong(`${table.name} has a row "${id}" already`)
    insertEntry(root, slot, id, row)
    this.#note(table, id, undefined, row)
    return row
  }

  /** Puts `{...row, ...change}` in the row's place and returns it. Throws (our mistake) when there is no such row. */
  update<Row, I extends string>(table: Table<Row, I>, id: string, change: Partial<Row>): Row {
    const slot = this.#slot(table)
    const root = this.#own(slot)
    const old = lookUp(root.byId, id)
    if (old === undefined) return wrong(`${table.name} has no row "${id}" to update`)
    const before = old.row as Row
    const row = { ...before, ...change }
    if (table.id(row) !== id) wrong(`an update must not change the id of ${table.name} "${id}"`)
    replaceEntry(root, slot, id, row)
    this.#note(table, id, before, row)
    return row
  }

  /** Inserts the row, or puts it in the place of the one with its id. */
  put<Row, I extends string>(table: Table<Row, I>, row: Row): Row {
    const slot = this.#slot(table)
    const id = table.id(row)
    const before = this.get(table, id)
    if (before === undefined) return this.insert(table, row)
    replaceEntry(this.#own(slot), slot, id, row)
    this.#note(table, id, before, row)
    return row
  }

  /** Removes a row; returns it, or undefined when there was none. */
  remove<Row, I extends string>(table: Table<Row, I>, id: string): Row | undefined {
    const slot = this.#slot(table)
    const row = this.get(table, id)
    if (row === undefined) return undefined
    removeEntry(this.#own(slot), slot, id)
    this.#note(table, id, row, undefined)
    return row
  }

  /** The first row of a range. */
  find<Row, I extends string>(
    table: Table<Row, I>,
    index: I,
    equals: NonNullable<Range['equals']>,
  ): Row | undefined {
    return this.page(table, { index, equals, limit: 1 })[0]
  }

  /** How many rows a range has; the whole table without one. Costs the same at any size. */
  count<Row, I extends string>(table: Table<Row, I>, range: Range<I> = {}): number {
    const [tree, low, high] = this.#range(table, range)
    return tree === undefined ? 0 : high - low
  }

  /** One page of a range, in order. An `after` that is not in the range gives an empty page. */
  page<Row, I extends string>(table: Table<Row, I>, page: Page<I>): Row[] {
    const [tree, low, high] = this.#range(table, page)
    if (tree === undefined) return []
    let skip = page.offset ?? 0
    if (page.after !== undefined) {
      const at = this.#rankOfRow(table, page.index, page.after, tree, low, high)
      if (at === undefined) return []
      skip += page.reverse ? high - at : at + 1 - low
    }
    const count = Math.min(page.limit, high - low - skip)
    if (count <= 0) return []
    const from = page.reverse ? high - skip - count : low + skip
    const rows = sliceRanks(tree, from, count) as unknown[]
    for (let i = 0; i < rows.length; i++) rows[i] = (rows[i] as Entry).row
    return (page.reverse ? rows.reverse() : rows) as Row[]
  }

  /** Every row of a range, read a block at a time, so that a caller may stop early. Do not write to the table meanwhile. */
  *scan<Row, I extends string>(table: Table<Row, I>, range: Range<I> = {}): Generator<Row> {
    const block = 256
    for (let offset = 0; ; offset += block) {
      const rows = this.page(table, { ...range, offset, limit: block })
      yield* rows
      if (rows.length < block) return
    }
  }

  /** All rows of a range as a list. */
  all<Row, I extends string>(table: Table<Row, I>, range: Range<I> = {}): Row[] {
    return this.page(table, { ...range, limit: Infinity })
  }

  /** What differs from the world this one was forked from (or from the last `forgetChanges`). */
  changes(): Change[] {
    return this.#changes?.list() ?? []
  }

  #slot<Row, I extends string>(table: Table<Row, I>): Slot {
    const slot = this.#layout.get(table as never)
    return slot ?? wrong(`table "${table.name}" is not part of this world`)
  }

  #own(slot: Slot): TableRoot {
    if (!this.#rootsAreOurs) {
      this.#roots = this.#roots.slice()
      this.#rootsAreOurs = true
    }
    return (this.#roots[slot.number] = ownRoot(this.#roots[slot.number], slot, this.#owner))
  }

  #range<Row, I extends string>(
    table: Table<Row, I>,
    range: Range<I>,
  ): [Tree<Entry> | undefined, number, number] {
    const slot = this.#slot(table)
    const root = this.#roots[slot.number]
    if (root === undefined) return [undefined, 0, 0]
    if (range.index === undefined) return [root.byPlace, 0, sizeOf(root.byPlace)]
    const tree = root.indexes[slot.names.indexOf(range.index)]
    if (tree === undefined) return wrong(`${table.name} has no index "${range.index}"`)
    let low = 0
    let high = sizeOf(tree)
    if (range.equals !== undefined) {
      const prefix = typeof range.equals === 'string' ? range.equals : key(...range.equals)
      // Everything under the key itself, and under longer composite keys that begin with it.
      low = rankOf(tree, prefix + keyEnd)
      high = rankOf(tree, prefix + '\u0002')
    }
    if (range.from !== undefined) low = Math.max(low, rankOf(tree, key(...range.from)))
    if (range.to !== undefined) high = Math.min(high, rankOf(tree, key(...range.to)))
    return [tree, low, Math.max(low, high)]
  }

  #rankOfRow<Row, I extends string>(
    table: Table<Row, I>,
    index: I | undefined,
    id: string,
    tree: Tree<Entry>,
    low: number,
    high: number,
  ): number | undefined {
    const slot = this.#slot(table)
    const entry = lookUp(this.#roots[slot.number]!.byId, id)
    if (entry === undefined) return undefined
    if (index === undefined) return rankOf(tree, entry.place)
    const keys = slot.keysOf[slot.names.indexOf(index)]!(entry.row)
    for (const one of listOf(keys)) {
      const rank = rankOf(tree, one + keyEnd + entry.place)
      if (rank >= low && rank < high) return rank
    }
    return undefined
  }

  #note(table: Table<never, never>, id: string, before: unknown, after: unknown): void {
    if (table.internal) return
    this.#changes ??= new ChangeLog()
    this.#changes.note(table.name, id, before, after, this.writer)
  }
}
