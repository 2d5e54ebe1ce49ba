import type { Observed } from './observe.ts'

/** How much is kept of all operations: characters of bodies. A large service's recordings have less. */
const charsMax = 16 * 1024 * 1024
/** … and of one operation: exchanges. */
const exchangesMax = 1500
/** Of exchanges alike in what was asked and answered, so many are kept where there are too many. */
const alikeMax = 3

interface Kept {
  all: Observed[]
  alike: Map<string, number>
}

/**
 * What was seen of each operation: all of it, unless there is more than memory should hold. Then only exchanges of
 * kinds that were rarely seen are kept, and of those no more than half as much again.
 */
export class ObservedSample {
  /** Exchanges that were seen and not kept. */
  dropped = 0
  readonly #byOp = new Map<string, Kept>()
  #chars = 0

  /** Takes an exchange. */
  add(observed: Observed): void {
    const { id } = observed.reach.op
    const kept = this.#byOp.get(id) ?? { all: [], alike: new Map<string, number>() }
    this.#byOp.set(id, kept)
    const { text, body } = observed.recorded
    const chars = (text?.length ?? 0) + (body?.length ?? 0)
    const kind = kindOf(observed)
    const alike = kept.alike.get(kind) ?? 0
    const isFull = this.#chars + chars > charsMax || kept.all.length >= exchangesMax
    const isOver = this.#chars + chars > charsMax * 1.5 || kept.all.length >= exchangesMax * 1.5
    if (isOver || (isFull && alike >= alikeMax)) {
      this.dropped++
      return
    }
    if (kept.alike.size < exchangesMax) kept.alike.set(kind, alike + 1)
    this.#chars += chars
    kept.all.push(slim(observed))
  }

  /** The operations, in the order of their ids. */
  operations(): string[] {
    return [...this.#byOp.keys()].sort()
  }

  /** What was kept of one. */
  of(op: string): readonly Observed[] {
    return this.#byOp.get(op)?.all ?? []
  }
}

/** Without texts that are kept in another form. */
function slim(observed: Observed): Observed {
  const { json, text, body } = observed.recorded
  const recorded = {
    ...observed.recorded,
    text: json === undefined ? text : undefined,
    body: observed.body === undefined ? body : undefined,
  }
  return { ...observed, recorded }
}

/** What was asked and answered, values left out. */
function kindOf({ learned: { status, when } }: Observed): string {
  const names = when.filter(
    (one) => !one.includes(' = ') && !/^(host|after|taken|ref|held) /.test(one),
  )
  return `${status} ${names.sort().join('\n')}`
}
