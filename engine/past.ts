import type { Rows } from './rows.ts'

/** How far back stale reads can look, in moments at which something was written. */
const momentsMax = 256

/** How the rows stood after each of the last writes. Kept only while a fault plan has stale reads; a moment is a fork and costs as little. */
export class Past {
  #moments: { at: number; rows: Rows }[] = []

  /** Keeps how the rows stand, unless they still stand as they did. */
  remember(at: number, rows: Rows): void {
    if (this.#moments.at(-1)?.rows.isSameAs(rows) === true) return
    this.#moments.push({ at, rows: rows.fork() })
    if (this.#moments.length > momentsMax) this.#moments.shift()
  }

  /** The rows as of a time, or as early as is remembered. What is written to them is lost. */
  asOf(at: number): Rows | undefined {
    let found: Rows | undefined
    for (const one of this.#moments) {
      if (found === undefined || one.at <= at) found = one.rows
      if (one.at > at) break
    }
    return found?.fork()
  }
}
