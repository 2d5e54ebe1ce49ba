import type { TrialResult } from './trial-result.ts'

/** One line on a terminal that is written over as trials end; nothing at all in a pipe. */
export class ProgressLine {
  readonly #out: NodeJS.WriteStream
  readonly #counts = { satisfied: 0, unsatisfied: 0, inconclusive: 0 }
  #shownAt = 0

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out
  }

  readonly tell = (result: TrialResult, done: number, all: number): void => {
    this.#counts[result.verdict]++
    if (!this.#out.isTTY) return
    const now = performance.now()
    if (now - this.#shownAt < 100 && done < all) return
    this.#shownAt = now
    const { satisfied, unsatisfied, inconclusive } = this.#counts
    const parts = [`${done}/${all} trials`, `${satisfied} satisfied`, `${unsatisfied} unsatisfied`]
    if (inconclusive > 0) parts.push(`${inconclusive} inconclusive`)
    this.#out.write(`\r\x1b[2K${parts.join(' · ')}`)
  }

  /** Takes the line away again. */
  end(): void {
    if (this.#out.isTTY && this.#shownAt > 0) this.#out.write('\r\x1b[2K')
  }
}
