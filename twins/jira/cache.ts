import type { Rows } from '../../engine/rows.ts'
import type { Table } from '../../engine/table.ts'

/** A view that depends on its row and the variant alone. */
const views = new WeakMap<object, Map<string, unknown>>()

/** How many variants of one row's view to hold. */
const variantsMax = 32

/** The view of a row, made once for each variant. Rows never change in place, so a new row has a new view. */
export function viewOf<Row extends object, View>(
  row: Row,
  variant: string,
  build: (row: Row) => View,
): View {
  let ofRow = views.get(row)
  if (ofRow === undefined) views.set(row, (ofRow = new Map()))
  let view = ofRow.get(variant) as View | undefined
  if (view === undefined) {
    if (ofRow.size >= variantsMax) ofRow.clear()
    ofRow.set(variant, (view = build(row)))
  }
  return view
}

/** Reads rows and remembers which, so that a view made from them can be told to be still true. */
export class Reader {
  readonly #rows: Rows
  readonly looks: Looks = { rows: [], lists: [] }

  constructor(rows: Rows) {
    this.#rows = rows
  }

  get<Row, I extends string>(table: Table<Row, I>, id: string): Row | undefined {
    // The same status or person is asked for many times over.
    const known = this.looks.rows.find((one) => one.id === id && one.table === (table as never))
    if (known !== undefined) return known.row as Row | undefined
    const row = this.#rows.get(table, id)
    this.looks.rows.push({ table: table as never, id, row })
    return row
  }

  list<Row, I extends string>(table: Table<Row, I>, index: I, equals: string): Row[] {
    const known = this.looks.lists.find(
      (one) => one.equals === equals && one.index === index && one.table === (table as never),
    )
    if (known !== undefined) return known.rows as Row[]
    const rows = this.#rows.all(table, { index, equals })
    this.looks.lists.push({ table: table as never, index, equals, rows })
    return rows
  }
}

/** What a view was made from. Holds no world, so that a cached view keeps none alive. */
interface Looks {
  rows: { table: Table<never, never>; id: string; row: unknown }[]
  lists: { table: Table<never, never>; index: string; equals: string; rows: unknown[] }[]
}

interface Remembered {
  view: unknown
  looks: Looks
}

const remembered = new WeakMap<object, Map<string, Remembered>>()

/**
 * The view of a row that also shows other rows: made anew only when one of those has changed. Works
 * across forks, since they share the rows that they did not write.
 */
export function viewWith<Row extends object, View>(
  row: Row,
  variant: string,
  rows: Rows,
  build: (row: Row, reader: Reader) => View,
): View {
  let ofRow = remembered.get(row)
  if (ofRow === undefined) remembered.set(row, (ofRow = new Map()))
  const known = ofRow.get(variant)
  if (known !== undefined && isFresh(known.looks, rows)) return known.view as View
  const reader = new Reader(rows)
  const view = build(row, reader)
  if (ofRow.size >= variantsMax) ofRow.clear()
  ofRow.set(variant, { view, looks: reader.looks })
  return view
}

function isFresh(looks: Looks, rows: Rows): boolean {
  for (const { table, id, row } of looks.rows) if (rows.get(table, id) !== row) return false
  for (const { table, index, equals, rows: before } of looks.lists) {
    const range = { index: index as never, equals }
    if (rows.count(table, range) !== before.length) return false
    if (before.length === 0) continue
    const now = rows.all(table, range)
    for (let i = 0; i < now.length; i++) if (now[i] !== before[i]) return false
  }
  return true
}
