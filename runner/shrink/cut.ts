import type { FaultPlan } from '../../engine/faults.ts'
import type { Table } from '../../engine/table.ts'
import { UsageError } from '../../engine/usage-error.ts'
import type { World } from '../../engine/world.ts'
import { tablesOf } from '../collateral.ts'
import { readWord } from '../words.ts'

/** What of a trial's data is left out. */
export interface Cut {
  /** Rows that every world begins with: `okta.users[00u1]`. */
  rows?: string[]
  /** Rows that the scenario gives: `okta.user#2` is the second that `given.okta.user` makes. It is made, handed out, and taken away again. */
  given?: string[]
  /** What the scenario says of a row that it gives: `okta.user#1.profile.title`. The maker's own default stands instead. */
  fields?: string[]
}

/** A plan that leaves data out besides laying faults. */
export interface CutPlan extends FaultPlan {
  cut?: Cut
  /** Told of every row that the scenario gives, with what it said of it. */
  onGiven?: (name: string, props: unknown) => void
}

/** What several plans leave out together. */
export function joinCuts(plans: readonly CutPlan[]): Pick<CutPlan, 'cut'> {
  const cuts = plans.flatMap(({ cut }) => cut ?? [])
  if (cuts.length === 0) return {}
  const cut: Cut = {}
  for (const kind of ['rows', 'given', 'fields'] as const) {
    const all = new Set(cuts.flatMap((one) => one[kind] ?? []))
    if (all.size > 0) cut[kind] = [...all]
  }
  return { cut }
}

/** Takes the rows that a plan leaves out of a new world. Throws a UsageError for one that is not there. */
export function leaveOutRows(world: World): void {
  const { cut } = world.faultLine.plan as CutPlan
  if (cut?.rows === undefined) return
  const tables = tablesOf(world)
  for (const text of cut.rows) {
    const { table, rows } = readWord(text, tables.keys())
    const gone = rows.id === undefined ? undefined : world.rows.remove(tables.get(table)!, rows.id)
    if (gone !== undefined) continue
    throw new UsageError(`No world begins with a row "${text}".`, { field: 'cut.rows' })
  }
}

/** Makes the rows that a scenario gives, without what the world's plan leaves out. */
export class GivenRows {
  readonly #world: World
  readonly #plan: CutPlan
  readonly #counts = new Map<string, number>()

  constructor(world: World) {
    this.#world = world
    this.#plan = world.faultLine.plan
  }

  /** `maker` is `okta.user`. */
  make<Row>(maker: string, props: unknown, make: (props: unknown) => Row): Row {
    const { cut, onGiven } = this.#plan
    if (cut === undefined && onGiven === undefined) return make(props)
    const count = (this.#counts.get(maker) ?? 0) + 1
    this.#counts.set(maker, count)
    const name = `${maker}#${count}`
    onGiven?.(name, props)
    const paths = (cut?.fields ?? [])
      .filter((one) => one.startsWith(`${name}.`))
      .map((one) => one.slice(name.length + 1).split('.'))
    const row = make(paths.reduce(without, props))
    if (cut?.given?.includes(name)) this.#takeBack()
    return row
  }

  /** What a maker has just written goes; ids that it drew stay drawn, so that those to come are the same. */
  #takeBack(): void {
    const { rows } = this.#world
    const tables = tablesOf(this.#world)
    for (const { table, id, before, after } of rows.changes()) {
      const own = tables.get(table) as unknown as Table | undefined
      if (own === undefined) continue
      if (before !== undefined) rows.put(own, before)
      else if (after !== undefined) rows.remove(own, id)
    }
  }
}

/** A copy of a value without what stands at a path. */
function without(value: unknown, [first, ...rest]: readonly string[]): unknown {
  if (typeof value !== 'object' || value === null || first === undefined) return value
  const { [first]: inner, ...others } = value as Record<string, unknown>
  return rest.length === 0 ? others : { ...others, [first]: without(inner, rest) }
}
