import type { Reader } from './cache.ts'
import type { Issue } from './records.ts'
import { issues } from './state.ts'

/** The site's working day and week, in seconds (FACTS: durations). */
export const secondsPer = { m: 60, h: 3600, d: 8 * 3600, w: 5 * 8 * 3600 } as const

/** Reads `3w 4d 12h 5m` (any order, decimals, a bare number is minutes) as seconds; undefined when it is no duration. */
export function readWork(text: string): number | undefined {
  const trimmed = text.trim()
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Math.round(Number(trimmed) * 60)
  if (!/^(\d+(\.\d+)?\s*[wdhm]\s*)+$/i.test(trimmed)) return undefined
  let seconds = 0
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([wdhm])/gi)) {
    seconds += Number(amount) * secondsPer[unit!.toLowerCase() as 'w']
  }
  return Math.round(seconds)
}

/** Writes seconds in the largest units: `1h 30m`. */
export function writeWork(seconds: number): string {
  const parts: string[] = []
  let rest = seconds
  for (const unit of ['w', 'd', 'h', 'm'] as const) {
    const amount = Math.floor(rest / secondsPer[unit])
    rest -= amount * secondsPer[unit]
    if (amount > 0) parts.push(`${amount}${unit}`)
  }
  return parts.length === 0 ? '0m' : parts.join(' ')
}

/** The `timetracking` field; empty when nothing was estimated or spent. */
export function timetrackingView({ fields }: Issue): Record<string, unknown> {
  const { timeoriginalestimate: original, timeestimate: remaining, timespent: spent } = fields
  return {
    ...(original !== null && { originalEstimate: writeWork(original) }),
    ...(remaining !== null && { remainingEstimate: writeWork(remaining) }),
    ...(spent !== null && { timeSpent: writeWork(spent) }),
    ...(original !== null && { originalEstimateSeconds: original }),
    ...(remaining !== null && { remainingEstimateSeconds: remaining }),
    ...(spent !== null && { timeSpentSeconds: spent }),
  }
}

type Amount = 'timespent' | 'timeestimate' | 'timeoriginalestimate'

/** An amount of an issue together with its sub-tasks'. */
export function aggregateOf(row: Issue, reader: Reader, amount: Amount): number | null {
  let sum = row.fields[amount]
  for (const child of reader.list(issues, 'parent', row.id)) {
    if (child.fields[amount] !== null) sum = (sum ?? 0) + child.fields[amount]
  }
  return sum
}

export function progressOf(spent: number | null, remaining: number | null): Record<string, number> {
  const progress = spent ?? 0
  const total = progress + (remaining ?? 0)
  return total === 0
    ? { progress, total }
    : { progress, total, percent: Math.floor((progress * 100) / total) }
}
