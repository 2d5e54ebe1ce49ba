import { logChoose } from '../../statistics/beta.ts'

/** How likely `right` or more of `n` fair coins show heads. */
export function binomialTail(right: number, n: number): number {
  let sum = 0
  for (let k = right; k <= n; k++) sum += Math.exp(logChoose(n, k) - n * Math.LN2)
  return Math.min(1, sum)
}
