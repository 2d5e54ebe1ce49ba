import { binomialTail } from './binomial-tail.ts'
import { featuresOf, toMatrix } from './features.ts'

/** One trial as a subject saw it. */
export interface Observation {
  seen: unknown
  isSealed: boolean
  /** Trials of one group are never learned from to judge each other: they tell the same story. */
  group: string
}

/** How well one way of telling does on trials that it has not learned from. */
export interface Distinguisher {
  name: 'stump' | 'nearest' | 'logistic'
  right: number
  trials: number
  /** How likely so many or more are right by luck, one-sided (exact binomial), times the number of distinguishers (Bonferroni). */
  p: number
}

/** Whether anything that subjects see tells sealed cases from public ones. */
export interface Blindness {
  distinguishers: Distinguisher[]
  /** The column that tells them apart best over all trials, and how many of these it tells right. */
  tell: { column: string; right: number }
  /** No distinguisher does better than chance, at 1 in 1,000. */
  isBlind: boolean
}

type Learn = (
  rows: readonly number[][],
  labels: readonly boolean[],
) => (row: readonly number[]) => boolean

const alpha = 0.001

/**
 * Tries to tell sealed from public trials by all that a subject observed: a threshold on the best single
 * feature, the three nearest neighbours, and logistic regression, each cross-validated over five folds
 * of whole groups. Needs one trial for each case, as trials of one case share what is the case's; and as many
 * sealed as public ones in every group, so that no story gives its kind away.
 */
export function distinguish(observations: readonly Observation[]): Blindness {
  const { columns, rows } = toMatrix(observations.map(({ seen }) => featuresOf(seen)))
  const labels = observations.map(({ isSealed }) => isSealed)
  const groups = [...new Set(observations.map(({ group }) => group))].sort()
  const foldOf = new Map(groups.map((group, i) => [group, i % 5]))
  const folds = observations.map(({ group }) => foldOf.get(group)!)
  const learners = { stump: learnStump, nearest: learnNearest, logistic: learnLogistic }
  const distinguishers = Object.entries(learners).map(([name, learn]): Distinguisher => {
    const right = countRight(learn, { rows, labels, folds })
    const p = Math.min(1, 3 * binomialTail(right, rows.length))
    return { name: name as Distinguisher['name'], right, trials: rows.length, p }
  })
  const { column, right } = bestStump(rows, labels)
  const tell = { column: columns[column] ?? '', right }
  return { distinguishers, tell, isBlind: distinguishers.every(({ p }) => p >= alpha) }
}

function countRight(
  learn: Learn,
  { rows, labels, folds }: { rows: number[][]; labels: boolean[]; folds: number[] },
): number {
  let right = 0
  for (let fold = 0; fold < 5; fold++) {
    const others = rows.flatMap((_row, i) => (folds[i] === fold ? [] : [i]))
    const judge = learn(
      others.map((i) => rows[i]!),
      others.map((i) => labels[i]!),
    )
    for (const [i, row] of rows.entries()) {
      if (folds[i] === fold && judge(row) === labels[i]) right++
    }
  }
  return right
}

interface Stump {
  column: number
  threshold: number
  /** Sealed lies above the threshold. */
  isAbove: boolean
  right: number
}

function bestStump(rows: readonly number[][], labels: readonly boolean[]): Stump {
  let best: Stump = { column: 0, threshold: 0, isAbove: true, right: -1 }
  const all = labels.filter(Boolean).length
  for (let column = 0; column < (rows[0]?.length ?? 0); column++) {
    const sorted = rows
      .map((row, i) => ({ value: row[column]!, isSealed: labels[i]! }))
      .sort((a, b) => a.value - b.value)
    let [sealed, open] = [0, 0]
    for (const [i, one] of sorted.entries()) {
      if (one.isSealed) sealed++
      else open++
      const next = sorted[i + 1]?.value
      if (next === undefined || next === one.value) continue
      const above = open + (all - sealed)
      const right = Math.max(above, rows.length - above)
      if (right > best.right) {
        best = { column, threshold: (one.value + next) / 2, isAbove: above === right, right }
      }
    }
  }
  return best
}

function learnStump(
  rows: readonly number[][],
  labels: readonly boolean[],
): (row: readonly number[]) => boolean {
  const { column, threshold, isAbove } = bestStump(rows, labels)
  return (row) => (row[column] ?? 0) > threshold === isAbove
}

function learnNearest(
  rows: readonly number[][],
  labels: readonly boolean[],
): (row: readonly number[]) => boolean {
  return (row) => {
    const near = rows
      .map((other, i) => ({ i, far: other.reduce((sum, one, k) => sum + (one - row[k]!) ** 2, 0) }))
      .sort((a, b) => a.far - b.far)
      .slice(0, 3)
    return near.filter(({ i }) => labels[i]).length >= 2
  }
}

/** Gradient descent with a ridge: there are more columns than trials. */
function learnLogistic(
  rows: readonly number[][],
  labels: readonly boolean[],
): (row: readonly number[]) => boolean {
  const weights = Array.from({ length: rows[0]?.length ?? 0 }, () => 0)
  const score = (row: readonly number[]): number =>
    row.reduce((sum, one, k) => sum + one * weights[k]!, 0)
  const rate = 0.5 / Math.max(1, weights.length)
  for (let round = 0; round < 200; round++) {
    const misses = rows.map((row, i) => Number(labels[i]) - 1 / (1 + Math.exp(-score(row))))
    for (const [k, weight] of weights.entries()) {
      const slope = rows.reduce((sum, row, i) => sum + row[k]! * misses[i]!, 0)
      weights[k] = weight * (1 - rate * 0.1) + rate * slope
    }
  }
  return (row) => score(row) > 0
}
