import { noFaults } from '../../engine/faults.ts'
import type { Entry } from '../../engine/journal.ts'
import type { Table } from '../../engine/table.ts'
import { World } from '../../engine/world.ts'
import { differences, tablesOf, valueAt } from '../collateral.ts'
import { viewEntry, type ExchangeView } from '../exchange-view.ts'

/** One row that is not what it was when the trial began. */
export interface RowChange {
  table: string
  id: string
  kind: 'made' | 'changed' | 'removed'
  /** Which fields, where the row was changed; the whole row otherwise. */
  fields: { path: string; before: unknown; after: unknown }[]
  /** Numbers of the exchanges that wrote it; empty: the scenario gave it, or it came with time. */
  by: number[]
}

/** A trial as it stood right after one exchange. */
export interface Frozen {
  /** The number of the exchange at which it was stopped. */
  n: number
  exchanges: ExchangeView[]
  changes: RowChange[]
  /** A copy of the world at that moment, without faults, in which time stands still. */
  world: World
}

/** What exchanges did to a row: their numbers, and how it was before the first of them. */
interface Written {
  by: number[]
  before: unknown
}

/**
 * Watches a trial's world from its beginning, tells each entry of its journal as it comes, and keeps a
 * copy of the world as it stands right after entry `until`.
 */
export class Freezer {
  frozen: Frozen | undefined
  readonly #until: number | undefined
  readonly #onView: (view: ExchangeView) => void
  readonly #writers = new Map<string, Written>()
  readonly #views: ExchangeView[] = []

  constructor(until: number | undefined, onView: (view: ExchangeView) => void = () => {}) {
    this.#until = until
    this.#onView = onView
  }

  /** For `PlayOptions.onWorld`; calls back once the moment has come. */
  watch(world: World, onFrozen: () => void = () => {}): void {
    const start = world.fork()
    const told = { startMs: world.now(), withBodies: true, addresses: new Map<string, string>() }
    world.journal.onEntry = (entry) => {
      if (this.frozen !== undefined) return
      this.#noteWriters(world, entry)
      const view = viewEntry(world, entry, told)
      if (view.request !== undefined) view.request = withOrigins(world, view.request)
      if (view.reply !== undefined) view.reply = withOrigins(world, view.reply)
      this.#views.push(view)
      this.#onView(view)
      if (entry.n !== this.#until) return
      this.frozen = this.#freeze(world, start, entry.n)
      onFrozen()
    }
  }

  #freeze(world: World, start: World, n: number): Frozen {
    const copy = world.fork({ faults: noFaults, seed: world.seed })
    copy.freeze()
    copy.rows.forgetChanges()
    const exchanges = this.#views.toSorted((a, b) => a.n - b.n)
    return { n, exchanges, changes: changesSince(start, copy, this.#writers), world: copy }
  }

  /** The log of changes is emptied now and then by those who judge the trial, so that it is read at every entry. */
  #noteWriters({ rows }: World, { n, kind }: Entry): void {
    if (kind !== 'call') return
    for (const { table, id, by, before } of rows.changes()) {
      if (!by.includes(n)) continue
      const place = `${table} ${id}`
      const known = this.#writers.get(place)
      if (known === undefined) this.#writers.set(place, { by: [n], before })
      else known.by.push(n)
    }
  }
}

/** The vendors' own addresses for those where the twins stand for this play alone. */
function withOrigins({ twins }: World, text: string): string {
  return text.replaceAll(
    /http:\/\/127\.0\.0\.1:\d+\/w\/[\w-]+\/([\w-]+)/g,
    (whole, name: string) => twins.get(name)?.definition.origin ?? whole,
  )
}

function changesSince(
  start: World,
  now: World,
  writers: ReadonlyMap<string, Written>,
): RowChange[] {
  const out: RowChange[] = []
  for (const [name, table] of tablesOf(now)) {
    const open = table as unknown as Table
    const before = new Map(start.rows.all(open).map((row) => [open.id(row), row]))
    const after = new Map(now.rows.all(open).map((row) => [open.id(row), row]))
    for (const id of new Set([...before.keys(), ...after.keys()])) {
      const { by, before: given } = writers.get(`${name} ${id}`) ?? { by: [], before: undefined }
      // The trial's own credentials are nobody's doing.
      if (name === 'engine.tokens' && by.length === 0) continue
      const change = compareRows(before.get(id) ?? given, after.get(id))
      if (change !== undefined) out.push({ table: name, id, ...change, by })
    }
  }
  return out.sort((a, b) => (a.by[0] ?? 0) - (b.by[0] ?? 0))
}

function compareRows(
  before: unknown,
  after: unknown,
): Pick<RowChange, 'kind' | 'fields'> | undefined {
  // A row is never changed in place: the same object is the same row.
  if (before === after) return undefined
  if (before === undefined || after === undefined) {
    const fields = [{ path: '', before: before ?? null, after: after ?? null }]
    return { kind: before === undefined ? 'made' : 'removed', fields }
  }
  const paths = differences(before, after)
  if (paths.length === 0) return undefined
  const fields = paths.map((path) => ({
    path: path.join('.'),
    before: valueAt(before, path) ?? null,
    after: valueAt(after, path) ?? null,
  }))
  return { kind: 'changed', fields }
}
