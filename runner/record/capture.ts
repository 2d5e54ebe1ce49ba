/** How much of all bodies may be held at one time, by everyone who shares it. */
export class Budget {
  #left: number

  constructor(bytesMax: number) {
    this.#left = bytesMax
  }

  take(bytes: number): boolean {
    if (bytes > this.#left) return false
    this.#left -= bytes
    return true
  }

  giveBack(bytes: number): void {
    this.#left += bytes
  }
}

/** A body as it went over the wire, or the reason why it was not kept. */
export interface CapturedBody {
  bytes: Buffer
  /** How long it was, kept or not. */
  length: number
  /** Why `bytes` are empty though `length` is not 0. */
  dropped?: string
}

/**
 * Listens in on a body without holding it up. One that is too long is let go entirely: what is cut in
 * the middle can't be read, and so not be cleaned of secrets; and nothing uncleaned goes to disk.
 */
export class Capture {
  readonly #bytesMax: number
  readonly #budget: Budget
  #chunks: Buffer[] = []
  #held = 0
  #length = 0
  #dropped: string | undefined

  constructor(bytesMax: number, budget: Budget) {
    this.#bytesMax = bytesMax
    this.#budget = budget
  }

  add(chunk: Buffer): void {
    this.#length += chunk.length
    if (this.#dropped !== undefined) return
    if (this.#length > this.#bytesMax) return this.#drop(`is longer than ${this.#bytesMax} bytes`)
    if (!this.#budget.take(chunk.length)) return this.#drop('came while too many were being held')
    this.#held += chunk.length
    this.#chunks.push(chunk)
  }

  /** Hands over what came, and holds nothing any more. */
  finish(): CapturedBody {
    const body = {
      bytes: Buffer.concat(this.#chunks),
      length: this.#length,
      ...(this.#dropped === undefined ? {} : { dropped: this.#dropped }),
    }
    this.#letGo()
    return body
  }

  #drop(why: string): void {
    this.#dropped = `The body is not kept: it ${why}.`
    this.#letGo()
  }

  #letGo(): void {
    this.#budget.giveBack(this.#held)
    this.#held = 0
    this.#chunks = []
  }
}
