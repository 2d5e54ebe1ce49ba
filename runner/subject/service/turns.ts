/** Lets one at a time have what there is only one of. */
export class Turns {
  #last: Promise<void> = Promise.resolve()

  /** Resolves when it is one's turn; what it resolves to ends the turn. */
  async take(): Promise<() => void> {
    const before = this.#last
    const mine = Promise.withResolvers<void>()
    this.#last = mine.promise
    await before
    return () => mine.resolve()
  }
}
