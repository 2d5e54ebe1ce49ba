import { createChance, drawFraction } from './chance.ts'
import type { Fault, Quantiles } from './faults.ts'

/** The share of all values that lie below a point: `p95` → 0.95, `min` → 0, `max` → 1; undefined for any other name. */
export function shareOf(name: string): number | undefined {
  if (name === 'min') return 0
  if (name === 'max') return 1
  const match = /^p(\d{1,2}(?:\.\d+)?)$/.exec(name)
  return match === null ? undefined : Number(match[1]) / 100
}

/** Points in order; below the lowest, half of it is the least, as nothing says otherwise. */
function pointsOf(quantiles: Quantiles): [share: number, ms: number][] {
  const points = Object.entries(quantiles)
    .map(([name, ms]): [number, number] => [shareOf(name) ?? 0, ms])
    .sort(([a], [b]) => a - b)
  const [lowest] = points
  if (lowest !== undefined && lowest[0] > 0) points.unshift([0, lowest[1] / 2])
  return points
}

/**
 * The value below which a share (0 to 1) of a distribution lies, in whole ms: straight lines between
 * the known points; above the highest, the highest.
 */
export function drawQuantile(quantiles: Quantiles, share: number): number {
  const points = pointsOf(quantiles)
  let [before] = points
  if (before === undefined) return 0
  for (const point of points) {
    if (point[0] >= share) {
      const width = point[0] - before[0]
      const part = width === 0 ? 1 : (share - before[0]) / width
      return Math.round(before[1] + part * (point[1] - before[1]))
    }
    before = point
  }
  return Math.round(before[1])
}

/** How late a place makes its nth call, in ms: drawn from the seed of the fault; 0 for any other fault. */
export function latencyAt({ twin, on, action }: Fault, ordinal: number): number {
  if (action.kind !== 'latency') return 0
  const chance = createChance(`latency:${action.seed ?? ''}:${twin ?? ''}:${on}:${ordinal}`)
  return drawQuantile(action.quantiles, drawFraction(chance))
}
