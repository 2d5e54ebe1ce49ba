/** One line of text on a terminal that is written over as things go on; nothing at all in a pipe. */
export class NoteLine {
  readonly #out: NodeJS.WriteStream
  #shownAt = 0

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out
  }

  readonly tell = (text: string): void => {
    const now = performance.now()
    if (!this.#out.isTTY || now - this.#shownAt < 100) return
    this.#shownAt = now
    this.#out.write(`\r\x1b[2K${text}`)
  }

  /** Takes the line away again. */
  end(): void {
    if (this.#out.isTTY && this.#shownAt > 0) this.#out.write('\r\x1b[2K')
  }
}
