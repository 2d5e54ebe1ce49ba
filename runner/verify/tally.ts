import { isRecord } from '../../engine/contract/schema.ts'
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
  /** Exchanges of which a body was too long, and cut. */
  cut: number
}

type Facts = Pick<Verdict, 'cassettes' | 'unplayable' | 'unread' | 'cut'>

/** Means over exchanges; every exchange counts the same. */
export function fidelityOf(compared: readonly Compared[]): Fidelity {
  const sums = new Sums()
  for (const one of compared) sums.add(one)
  return sums.means()
}

/** Adds everything up. */
export function toVerdict(target: string, compared: readonly Compared[], facts: Facts): Verdict {
  const tally = new Tally()
  for (const one of compared) tally.add(one)
  return tally.verdict(target, facts)
}

/** Adds up as exchanges come in: what it holds grows with the kinds of differences, not with their number. */
export class Tally {
  readonly #all = new Sums()
  readonly #earned = new Sums()
  readonly #byOp = new Map<string, Sums>()
  #worst = new Map<string, Worst>()

  /** Takes one exchange. */
  add(one: Compared): void {
    this.#all.add(one)
    if (!one.isSeeding) this.#earned.add(one)
    const own = this.#byOp.get(one.op) ?? new Sums()
    this.#byOp.set(one.op, own)
    own.add(one)
    this.#noteDifferences(one)
  }

  /** What it came to. */
  verdict(target: string, facts: Facts): Verdict {
    return {
      target,
      all: this.#all.means(),
      earned: this.#earned.means(),
      operations: [...this.#byOp]
        .map(([op, sums]) => ({ op, ...sums.means() }))
        .sort((a, b) => b.exchanges - a.exchanges || (a.op < b.op ? -1 : 1)),
      worst: worstFirst(this.#worst)
        .slice(0, 200)
        .map(([, one]) => one),
      ...facts,
    }
  }

  #noteDifferences({ op, call, cassette, n, differences }: Compared): void {
    for (const difference of differences) {
      const { level, at } = difference
      const key = `${op} ${level} ${at} ${level === 'values' ? '' : brief(difference)}`
      const known = this.#worst.get(key)
      if (known !== undefined) known.count++
      else this.#worst.set(key, { ...clipped(difference), op, count: 1, call, cassette, n })
    }
    if (this.#worst.size > kindsMax)
      this.#worst = new Map(worstFirst(this.#worst).slice(0, kindsMax / 4))
  }
}

/** Of more kinds of differences the lighter ones are forgotten. */
const kindsMax = 8000

const weights: Record<Level, number> = { status: 20, headers: 1, shape: 3, values: 1 }

function worstFirst(worst: ReadonlyMap<string, Worst>): [string, Worst][] {
  const weight = ({ level, count }: Worst): number => weights[level] * count
  return [...worst].sort((a, b) => weight(b[1]) - weight(a[1]))
}

const shownCharsMax = 4000

/** A difference whose two sides are no longer than a person would read. */
function clipped(difference: Difference): Difference {
  const [recorded, ours] = [clip(difference.recorded), clip(difference.ours)]
  return { ...difference, recorded, ours }
}

function clip(side: unknown): unknown {
  if (isRecord(side) && 'status' in side && 'body' in side)
    return { ...side, body: clip(side['body']) }
  const text = typeof side === 'string' ? side : (JSON.stringify(side) ?? '')
  return text.length > shownCharsMax ? `${text.slice(0, shownCharsMax)}…` : side
}

/** Sums over exchanges. */
class Sums {
  readonly #sum = { status: 0, headers: 0, shape: 0, values: 0, wholeShape: 0, wholeValues: 0 }
  #count = 0

  add(one: Compared): void {
    this.#count++
    for (const level of levels) this.#sum[level] += one[level]
    if (one.shape === 1) this.#sum.wholeShape++
    if (one.values === 1) this.#sum.wholeValues++
  }

  means(): Fidelity {
    const mean = (value: number): number => (this.#count === 0 ? 1 : value / this.#count)
    const { status, headers, shape, values, wholeShape, wholeValues } = this.#sum
    return {
      exchanges: this.#count,
      status: mean(status),
      headers: mean(headers),
      shape: mean(shape),
      values: mean(values),
      wholeShape: mean(wholeShape),
      wholeValues: mean(wholeValues),
    }
  }
}

function brief({ level, recorded, ours }: Difference): string {
  if (level !== 'status') return `${String(recorded)} ${String(ours)}`
  const [theirs, mine] = [recorded, ours] as { status: number }[]
  return `${theirs?.status} ${mine?.status}`
}
