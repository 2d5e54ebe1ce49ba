import type { Compared } from './replay.ts'
import type { Difference } from './compare.ts'

/** The levels of fidelity, from the coarsest to the finest. */
export const levels = ['status', 'headers', 'shape', 'values'] as const

export type Level = (typeof levels)[number]

/** How far a set of exchanges agrees. */
export interface Fidelity extends Record<Level, number> {
  exchanges: number
  /** The share of exchanges whose shape agrees in every place. */
  wholeShape: number
  /** … and whose values do. */
  wholeValues: number
}

/** A kind of difference, with how often it was met and one instance. */
export interface Worst extends Difference {
  op: string
  count: number
  /** Of the instance. */
  call: string
  cassette: string
  n: number
}

/** What `verify` reports. */
export interface Verdict {
  target: string
  cassettes: number
  all: Fidelity
  /** Without the exchanges whose own replies gave to the seed. */
  earned: Fidelity
  operations: ({ op: string } & Fidelity)[]
  worst: Worst[]
  unplayable: number
  unread: number
}

/** Means over exchanges; every exchange counts the same. */
export function fidelityOf(compared: readonly Compared[]): Fidelity {
  const sum = { status: 0, headers: 0, shape: 0, values: 0, wholeShape: 0, wholeValues: 0 }
  for (const one of compared) {
    for (const level of levels) sum[level] += one[level]
    if (one.shape === 1) sum.wholeShape++
    if (one.values === 1) sum.wholeValues++
  }
  const count = compared.length
  const mean = (value: number): number => (count === 0 ? 1 : value / count)
  return {
    exchanges: count,
    status: mean(sum.status),
    headers: mean(sum.headers),
    shape: mean(sum.shape),
    values: mean(sum.values),
    wholeShape: mean(sum.wholeShape),
    wholeValues: mean(sum.wholeValues),
  }
}

/** Adds everything up. */
export function toVerdict(
  target: string,
  compared: readonly Compared[],
  facts: { cassettes: number; unplayable: number; unread: number },
): Verdict {
  const byOp = Map.groupBy(compared, ({ op }) => op)
  return {
    target,
    cassettes: facts.cassettes,
    all: fidelityOf(compared),
    earned: fidelityOf(compared.filter(({ isSeeding }) => !isSeeding)),
    operations: [...byOp]
      .map(([op, list]) => ({ op, ...fidelityOf(list) }))
      .sort((a, b) => b.exchanges - a.exchanges || (a.op < b.op ? -1 : 1)),
    worst: worstOf(compared),
    unplayable: facts.unplayable,
    unread: facts.unread,
  }
}

const weights: Record<Level, number> = { status: 20, headers: 1, shape: 3, values: 1 }

function worstOf(compared: readonly Compared[]): Worst[] {
  const out = new Map<string, Worst>()
  for (const { op, call, cassette, n, differences } of compared) {
    for (const difference of differences) {
      const { level, at } = difference
      const key = `${op} ${level} ${at} ${level === 'values' ? '' : brief(difference)}`
      const known = out.get(key)
      if (known !== undefined) known.count++
      else out.set(key, { ...difference, op, count: 1, call, cassette, n })
    }
  }
  const weight = ({ level, count }: Worst): number => weights[level] * count
  return [...out.values()].sort((a, b) => weight(b) - weight(a)).slice(0, 200)
}

function brief({ level, recorded, ours }: Difference): string {
  if (level !== 'status') return `${String(recorded)} ${String(ours)}`
  const [theirs, mine] = [recorded, ours] as { status: number }[]
  return `${theirs?.status} ${mine?.status}`
}
