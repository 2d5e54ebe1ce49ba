import type { Score } from '../score.ts'

/** How far the public cases flatter a subject: public minus holdout satisfaction. */
export interface Gap {
  /** A fraction; above 0 when the public cases go better. */
  value: number
  /** Of 95 %. */
  low: number
  high: number
  /** Whether the whole interval lies above 0. */
  significant: boolean
}

/**
 * The difference of two scores of different cases, with an interval made from theirs: the square-and-add
 * method of R. G. Newcombe, "Interval estimation for the difference between independent proportions",
 * Statistics in Medicine 17 (1998) 873–890 (method 10), which takes any interval of the two that is not
 * symmetric (G. Y. Zou and A. Donner, Statistics in Medicine 27 (2008) 1693–1702). Null when one has no score.
 */
export function gapBetween(seen: Score, unseen: Score): Gap | null {
  const [a, b] = [seen.satisfaction, unseen.satisfaction]
  if (a === null || b === null || seen.interval === null || unseen.interval === null) return null
  const value = a - b
  const low = value - Math.hypot(a - seen.interval.low, unseen.interval.high - b)
  const high = value + Math.hypot(seen.interval.high - a, b - unseen.interval.low)
  return { value, low, high, significant: low > 0 }
}
