import type { Rows } from '../../../engine/rows.ts'
import type { Issue } from '../records.ts'
import { issues } from '../state.ts'
import type { Compiled, IndexRange } from './compiled.ts'

const block = 64

/** A stretch of the issues in the order they were made, read a block at a time. */
class Stream {
  readonly #rows: Rows
  readonly #range: IndexRange | undefined
  readonly #reverse: boolean
  #offset: number
  #held: Issue[] = []
  #at = 0
  #isDone = false

  constructor(
    rows: Rows,
    range: IndexRange | undefined,
    reverse: boolean,
    after: number | undefined,
  ) {
    this.#rows = rows
    this.#range = range
    this.#reverse = reverse
    this.#offset = after === undefined ? 0 : this.#rankBehind(after)
  }

  peek(): Issue | undefined {
    if (this.#at < this.#held.length) return this.#held[this.#at]
    if (this.#isDone) return undefined
    this.#held = this.#page(this.#offset, block)
    this.#offset += this.#held.length
    this.#at = 0
    this.#isDone = this.#held.length < block
    return this.#held[0]
  }

  next(): void {
    this.#at++
  }

  #page(offset: number, limit: number): Issue[] {
    return this.#rows.page(issues, { ...this.#range, reverse: this.#reverse, offset, limit })
  }

  /** How many rows lie before the first one behind an id: ids grow in the order of making. */
  #rankBehind(id: number): number {
    let low = 0
    let high = this.#rows.count(issues, this.#range ?? {})
    while (low < high) {
      const middle = (low + high) >> 1
      const there = Number(this.#page(middle, 1)[0]!.id)
      if (this.#reverse ? there >= id : there <= id) low = middle + 1
      else high = middle
    }
    return low
  }
}

/**
 * The issues that could pass a compiled clause, oldest or newest first, each once, beginning behind
 * an id. Nothing is read that is not asked for.
 */
export function* candidatesOf(
  rows: Rows,
  { ranges, ids }: Compiled,
  reverse: boolean,
  after?: number,
): Generator<Issue> {
  if (ids !== undefined) {
    yield* listed(rows, ids, reverse, after)
    return
  }
  const streams = (ranges ?? [undefined]).map((range) => new Stream(rows, range, reverse, after))
  let last: string | undefined
  for (;;) {
    let best: Stream | undefined
    for (const stream of streams) {
      const issue = stream.peek()
      if (issue === undefined) continue
      const best_ = best?.peek()
      const isFirst =
        best_ === undefined ||
        (reverse ? Number(issue.id) > Number(best_.id) : Number(issue.id) < Number(best_.id))
      if (isFirst) best = stream
    }
    const issue = best?.peek()
    if (issue === undefined) return
    best!.next()
    if (issue.id !== last) yield issue
    last = issue.id
  }
}

function listed(
  rows: Rows,
  ids: readonly string[],
  reverse: boolean,
  after: number | undefined,
): Issue[] {
  const numbers = [...new Set(ids)]
    .map(Number)
    .filter((id) => after === undefined || (reverse ? id < after : id > after))
  numbers.sort((a, b) => (reverse ? b - a : a - b))
  return numbers.map((id) => rows.get(issues, String(id))).filter((issue) => issue !== undefined)
}
