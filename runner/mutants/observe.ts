import type { CallEntry } from '../../engine/journal.ts'
import type { World } from '../../engine/world.ts'
import { tablesOf } from '../collateral.ts'

/** What one call did to one row. */
export interface Effect {
  table: string
  id: string
  before: unknown
  after: unknown
}

/** What the subject did in a trial without mutants. */
export interface Observed {
  /** The world's seed: names the trial. */
  seed: string
  calls: CallEntry[]
  /** By the number of the call; what a service keeps itself (logs, times) left out. */
  effects: Map<number, Effect[]>
  /** On the wall, once the trial has ended. */
  wallMs: number
  /** Types of the events that were delivered to a subscriber, by twin. */
  events: Map<string, Set<string>>
}

/** Watches a trial's world from its beginning. */
export function observe(world: World): Observed {
  const tables = tablesOf(world)
  const seen: Observed = {
    seed: world.seed,
    calls: [],
    effects: new Map(),
    wallMs: 0,
    events: new Map(),
  }
  world.journal.onEntry = (entry) => {
    if (entry.kind === 'delivery') {
      const types = seen.events.get(entry.twin)
      if (types === undefined) seen.events.set(entry.twin, new Set([entry.type]))
      else types.add(entry.type)
    }
    if (entry.kind !== 'call' || entry.by !== 'subject') return
    seen.calls.push(entry)
    const effects = world.rows
      .changes()
      .filter(({ table, by }) => by.includes(entry.n) && isOurs(tables.get(table)))
      .map(({ table, id, before, after }) => ({ table, id, before, after }))
    if (effects.length > 0) seen.effects.set(entry.n, effects)
  }
  return seen
}

function isOurs(table: { byproduct?: true | readonly string[] } | undefined): boolean {
  return table !== undefined && table.byproduct !== true
}
