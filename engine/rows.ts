import { assert } from './assert.ts'
import { key, type Table } from './table.ts'
import {
  deleteKey,
  emptyTree,
  getKey,
  rankOf,
  setKey,
  sizeOf,
  sliceRanks,
  type Owner,
  type Tree,
} from './tree.ts'

/** What happened to one row since the world began or was forked. */
export interface Change {
  table: string
  id: string
  /** Absent: the row was made. */
  before?: unknown
  /** Absent: the row is gone. */
  after?: unknown
  /** Who wrote: the journal numbers of the calls, or `given` / `agenda`; in order, without repeats. */
  by: Writer[]
}

export type Writer = number | 'given' | 'agenda'

/** Which rows of a table to look at, and in which order. */
export interface Range<Index extends string = string> {
  /** The order to follow; without it, rows come as they were inserted. */
  index?: Index
  /** Only rows under this key: the whole key, or the first parts of a composite one. */
  equals?: string | readonly (string | number | boolean)[]
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

interface Entry {
  owner: Owner
  place: string
  row: unknown
}

interface TableRoot {
  owner: Owner
  next: number
  byId: Tree<Entry>
  byPlace: Tree<Entry>
  indexes: Tree<Entry>[]
}

/** The fixed facts about a table, shared by every world that has it. */
interface Slot {
  number: number
  names: string[]
  keysOf: ((row: unknown) => string | readonly string[] | undefined)[]
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

const END = '\u0000'

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
  #changes: Map<Slot, Map<string, Change>> | undefined

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

  /** Becomes what `past` (a fork taken earlier) holds, and forgets the changes since its origin. */
  restore(past: Rows): void {
    assert(past.#layout === this.#layout, 'a snapshot belongs to another set of tables')
    this.#roots = past.fork().#roots
    this.#owner = {}
    this.#rootsAreOurs = false
    this.#changes = past.#changes === undefined ? undefined : copyChanges(past.#changes)
  }

  /** A fork that also remembers the changes so far, for `restore`. */
  snapshot(): Rows {
    const copy = this.fork()
    if (this.#changes !== undefined) copy.#changes = copyChanges(this.#changes)
    return copy
  }

  /** From here on, changes are counted anew: what stands now is the ground they are told against. */
  forgetChanges(): void {
    this.#changes = undefined
  }

  get<Row, I extends string>(table: Table<Row, I>, id: string): Row | undefined {
    const root = this.#roots[this.#slot(table).number]
    return root && (getKey(root.byId, id)?.row as Row | undefined)
  }

  /** Adds a row at the end. Throws (our mistake) when its id is taken. */
  insert<Row, I extends string>(table: Table<Row, I>, row: Row): Row {
    const slot = this.#slot(table)
    const root = this.#own(slot)
    const id = table.id(row)
    assert(typeof id === 'string' && id !== '', `a row of ${table.name} has no id`)
    assert(getKey(root.byId, id) === undefined, `${table.name} has a row "${id}" already`)
    const entry: Entry = { owner: this.#owner, place: placeOf(root.next++), row }
    root.byId = setKey(root.byId, id, entry, this.#owner)
    root.byPlace = setKey(root.byPlace, entry.place, entry, this.#owner)
    for (let i = 0; i < slot.keysOf.length; i++) this.#enter(root, i, slot.keysOf[i]!(row), entry)
    this.#note(slot, table, id, undefined, row)
    return row
  }

  /** Puts `{...row, ...change}` in the row's place and returns it. Throws (our mistake) when there is no such row. */
  update<Row, I extends string>(table: Table<Row, I>, id: string, change: Partial<Row>): Row {
    const slot = this.#slot(table)
    const root = this.#own(slot)
    const old = getKey(root.byId, id)
    assert(old !== undefined, `${table.name} has no row "${id}" to update`)
    const row = { ...(old.row as Row), ...change }
    assert(table.id(row) === id, `an update must not change the id of ${table.name} "${id}"`)
    this.#replace(slot, root, id, old, row)
    this.#note(slot, table, id, old.row, row)
    return row
  }

  /** Inserts the row, or puts it in the place of the one with its id. */
  put<Row, I extends string>(table: Table<Row, I>, row: Row): Row {
    const slot = this.#slot(table)
    const old = this.#roots[slot.number] && getKey(this.#roots[slot.number]!.byId, table.id(row))
    if (old === undefined) return this.insert(table, row)
    this.#replace(slot, this.#own(slot), table.id(row), old, row)
    this.#note(slot, table, table.id(row), old.row, row)
    return row
  }

  /** Removes a row; returns it, or undefined when there was none. */
  remove<Row, I extends string>(table: Table<Row, I>, id: string): Row | undefined {
    const slot = this.#slot(table)
    const known = this.#roots[slot.number]
    if (known === undefined || getKey(known.byId, id) === undefined) return undefined
    const root = this.#own(slot)
    const entry = getKey(root.byId, id)!
    root.byId = deleteKey(root.byId, id, this.#owner)
    root.byPlace = deleteKey(root.byPlace, entry.place, this.#owner)
    for (let i = 0; i < slot.keysOf.length; i++) {
      this.#leave(root, i, slot.keysOf[i]!(entry.row), entry.place)
    }
    this.#note(slot, table, id, entry.row, undefined)
    return entry.row as Row
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
    const out: Change[] = []
    for (const ofTable of this.#changes?.values() ?? []) {
      for (const change of ofTable.values()) {
        if (!('before' in change) && !('after' in change)) continue
        out.push({ ...change, by: [...change.by] })
      }
    }
    return out
  }

  #slot<Row, I extends string>(table: Table<Row, I>): Slot {
    const slot = this.#layout.get(table as never)
    assert(slot !== undefined, `table "${table.name}" is not part of this world`)
    return slot
  }

  #own(slot: Slot): TableRoot {
    if (!this.#rootsAreOurs) {
      this.#roots = this.#roots.slice()
      this.#rootsAreOurs = true
    }
    const root = this.#roots[slot.number]
    if (root?.owner === this.#owner) return root
    const owner = this.#owner
    const mine: TableRoot =
      root === undefined
        ? {
            owner,
            next: 0,
            byId: emptyTree(owner),
            byPlace: emptyTree(owner),
            indexes: slot.names.map(() => emptyTree(owner)),
          }
        : { ...root, owner, indexes: root.indexes.slice() }
    this.#roots[slot.number] = mine
    return mine
  }

  #replace(slot: Slot, root: TableRoot, id: string, old: Entry, row: unknown): void {
    const before = old.row
    const ours = old.owner === this.#owner
    const entry = ours ? old : { owner: this.#owner, place: old.place, row }
    for (let i = 0; i < slot.keysOf.length; i++) {
      const was = slot.keysOf[i]!(before)
      const is = slot.keysOf[i]!(row)
      const same = sameKeys(was, is)
      if (!same) this.#leave(root, i, was, old.place)
      if (!same || !ours) this.#enter(root, i, is, entry)
    }
    entry.row = row
    if (ours) return
    root.byId = setKey(root.byId, id, entry, this.#owner)
    root.byPlace = setKey(root.byPlace, entry.place, entry, this.#owner)
  }

  #enter(root: TableRoot, index: number, keys: string | readonly string[] | undefined, e: Entry) {
    for (const one of keys === undefined ? [] : typeof keys === 'string' ? [keys] : keys) {
      root.indexes[index] = setKey(root.indexes[index]!, one + END + e.place, e, this.#owner)
    }
  }

  #leave(
    root: TableRoot,
    index: number,
    keys: string | readonly string[] | undefined,
    place: string,
  ) {
    for (const one of keys === undefined ? [] : typeof keys === 'string' ? [keys] : keys) {
      root.indexes[index] = deleteKey(root.indexes[index]!, one + END + place, this.#owner)
    }
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
    assert(tree !== undefined, `${table.name} has no index "${range.index}"`)
    if (range.equals === undefined) return [tree, 0, sizeOf(tree)]
    const prefix = typeof range.equals === 'string' ? range.equals : key(...range.equals)
    // Everything under the key itself, and under longer composite keys that begin with it.
    return [tree, rankOf(tree, prefix + END), rankOf(tree, prefix + '\u0002')]
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
    const entry = getKey(this.#roots[slot.number]!.byId, id)
    if (entry === undefined) return undefined
    if (index === undefined) return rankOf(tree, entry.place)
    const keys = slot.keysOf[slot.names.indexOf(index)]!(entry.row)
    for (const one of keys === undefined ? [] : typeof keys === 'string' ? [keys] : keys) {
      const rank = rankOf(tree, one + END + entry.place)
      if (rank >= low && rank < high) return rank
    }
    return undefined
  }

  #note(slot: Slot, table: Table<never, never>, id: string, before: unknown, after: unknown): void {
    if (table.internal) return
    this.#changes ??= new Map()
    let ofTable = this.#changes.get(slot)
    if (ofTable === undefined) this.#changes.set(slot, (ofTable = new Map()))
    let change = ofTable.get(id)
    if (change === undefined) {
      change = { table: table.name, id, by: [] }
      if (before !== undefined) change.before = before
      ofTable.set(id, change)
    }
    if (after === undefined) delete change.after
    else change.after = after
    if (change.by[change.by.length - 1] !== this.writer) change.by.push(this.writer)
  }
}

function placeOf(n: number): string {
  return n.toString(36).padStart(8, '0')
}

function sameKeys(
  a: string | readonly string[] | undefined,
  b: string | readonly string[] | undefined,
): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object') return false
  return a.length === b.length && a.every((one, i) => one === b[i])
}

function copyChanges(changes: Map<Slot, Map<string, Change>>): Map<Slot, Map<string, Change>> {
  const copy = new Map<Slot, Map<string, Change>>()
  for (const [slot, ofTable] of changes) {
    copy.set(slot, new Map([...ofTable].map(([id, one]) => [id, { ...one, by: [...one.by] }])))
  }
  return copy
}

