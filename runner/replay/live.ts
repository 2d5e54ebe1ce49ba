import type { ExchangeView } from '../exchange-view.ts'
import { exchangeLine, howLong, inert } from '../report/words.ts'

/** The journal of a trial on a terminal, as it happens; nothing at all in a pipe. What it wrote is taken away again at the end. */
export class LiveJournal {
  readonly #out: NodeJS.WriteStream
  #lines = 0

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out
  }

  readonly tell = (view: ExchangeView): void => {
    if (!this.#out.isTTY) return
    const line = inert(`${exchangeLine(view)}   +${howLong(view.atMs)}`)
    // A line that wraps would be two to take away.
    this.#out.write(`${line.slice(0, Math.max(20, this.#out.columns - 1))}\n`)
    this.#lines++
  }

  /** Makes room for the whole story. What has scrolled out of sight can't be taken away. */
  end(): void {
    const up = Math.min(this.#lines, Math.max(0, (this.#out.rows ?? 0) - 1))
    if (this.#out.isTTY && up > 0) this.#out.write(`\x1b[${up}A\x1b[J`)
    this.#lines = 0
  }
}
