import type { CallEntry } from '../../engine/journal.ts'
import type { World } from '../../engine/world.ts'
import { tablesOf } from '../collateral.ts'

/** The calls of a trial that made something, by what they asked for. */
export type MakingCalls = ReadonlyMap<string, number[]>

/**
 * Watches a trial's world for calls of the subject that make rows, whether or not their answers
 * arrive. Two calls are the same write when they ask the same of the same operation; ids and times that
 * a caller draws anew for each try do not make them differ.
 */
export function watchMaking(world: World): MakingCalls {
  const calls = new Map<string, number[]>()
  const tables = tablesOf(world)
  world.journal.onEntry = (entry) => {
    if (entry.kind !== 'call' || entry.by !== 'subject') return
    const isMade = world.rows.changes().some(({ table, before, after, by }) => {
      if (before !== undefined || after === undefined || by[0] !== entry.n) return false
      const known = tables.get(table)
      return known !== undefined && known.byproduct !== true
    })
    if (!isMade) return
    const print = printOf(entry)
    const same = calls.get(print)
    if (same === undefined) calls.set(print, [entry.n])
    else same.push(entry.n)
  }
  return calls
}

/** Numbers of the calls that made once more what a trial without failures makes less often. */
export function findRepeated(calls: MakingCalls, sound: MakingCalls): number[] {
  return [...calls].flatMap(([print, numbers]) => numbers.slice(sound.get(print)?.length ?? 1))
}

const volatile = [
  // A UUID, such as the key of an idempotent request.
  /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi,
  // A time as text, and as seconds or milliseconds since 1970.
  /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?/g,
  /\b1[5-9]\d{8}(?:\d{3})?(?:\.\d+)?\b/g,
]

function printOf({ twin, op, call }: CallEntry): string {
  const { body } = call
  const text =
    body instanceof Uint8Array
      ? new TextDecoder().decode(body)
      : typeof body === 'string'
        ? body
        : JSON.stringify(body ?? null)
  const asked = `${twin} ${op} ${call.method} ${call.path} ${text}`
  return volatile.reduce((out, pattern) => out.replaceAll(pattern, '…'), asked)
}
