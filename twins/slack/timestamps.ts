import { defineTable } from '../../engine/table.ts'
import type { World } from '../../engine/world.ts'

/** The time of the newest message of a channel, in microseconds, so that the next one is later. */
export const clocks = defineTable({
  name: 'slack.clocks',
  id: (row: { id: string; at: number }) => row.id,
  internal: true,
})

/** A message's `ts`: unique and strictly later than any before it in its channel (FACTS: ts). */
export function nextTs(world: World, channel: string): string {
  const drawn = world.now() * 1000 + Math.floor(world.random() * 1000)
  const last = world.rows.get(clocks, channel)?.at ?? 0
  const at = Math.max(drawn, last + 1)
  world.rows.put(clocks, { id: channel, at })
  return toTs(at)
}

/** Takes note of a message that came with its own time. */
export function noteTs(world: World, channel: string, ts: string): void {
  const at = toMicros(ts)
  if (at > (world.rows.get(clocks, channel)?.at ?? 0)) world.rows.put(clocks, { id: channel, at })
}

/** Microseconds as `1512085950.000216`. */
export function toTs(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000)
  return `${String(seconds).padStart(10, '0')}.${String(micros % 1_000_000).padStart(6, '0')}`
}

export function toMicros(ts: string): number {
  const [seconds = '0', fraction = ''] = ts.split('.')
  return Number(seconds) * 1_000_000 + Number(fraction.padEnd(6, '0').slice(0, 6))
}

/** A time as a caller may write it (`0`, `1512085950`, `1512085950.000216`), in full; undefined when it is none. */
export function readTs(written: string): string | undefined {
  if (!/^\d{1,10}(\.\d{0,9})?$/.test(written)) return undefined
  return toTs(toMicros(written))
}

/** Whether this is a `ts` to the letter. */
export function isTs(written: string): boolean {
  return /^\d{10}\.\d{6}$/.test(written)
}

/** The next possible time after this one. */
export function after(ts: string): string {
  return toTs(toMicros(ts) + 1)
}
