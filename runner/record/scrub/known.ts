const keyLength = 3
/** Longer values would make it slow to look for them in texts that repeat themselves. */
const lengthMax = 4096
/** A service that hands out a new token with every reply may not fill the memory. */
const sizeMax = 100_000

/**
 * Values that have been recognised once, and are to be replaced wherever they turn up again, whatever
 * stands around them. Found by their first characters, so that a thousand cost no more than one.
 */
export class Known {
  readonly #byStart = new Map<string, string[]>()
  readonly #replacements = new Map<string, string>()

  get size(): number {
    return this.#replacements.size
  }

  /** Remembers a value of three characters or more. */
  add(value: string, replacement: string): void {
    if (
      value.length < keyLength ||
      value.length > lengthMax ||
      value === replacement ||
      this.#replacements.has(value)
    )
      return
    if (this.size >= sizeMax) return
    this.#replacements.set(value, replacement)
    const start = value.slice(0, keyLength)
    const others = this.#byStart.get(start) ?? []
    // The longest first: one value may be the beginning of another.
    this.#byStart.set(
      start,
      [...others, value].sort((a, b) => b.length - a.length),
    )
  }

  get(value: string): string | undefined {
    return this.#replacements.get(value)
  }

  /** The text with every known value crossed out. */
  mask(text: string, crossOut: (part: string) => string): string {
    return this.#walk(text, crossOut, (part) => part)
  }

  /** The text with every known value replaced, and what lies between them through `between`. */
  replace(text: string, between: (part: string) => string = (part) => part): string {
    return this.#walk(text, (value) => this.#replacements.get(value)!, between)
  }

  #walk(text: string, other: (value: string) => string, between: (part: string) => string): string {
    if (this.#replacements.size === 0 || text.length < keyLength) return between(text)
    let result = ''
    let from = 0
    for (let at = 0; at + keyLength <= text.length; at++) {
      const value = this.#at(text, at)
      if (value === undefined) continue
      result += (at > from ? between(text.slice(from, at)) : '') + other(value)
      from = at + value.length
      at = from - 1
    }
    return from === 0
      ? between(text)
      : result + (from < text.length ? between(text.slice(from)) : '')
  }

  #at(text: string, at: number): string | undefined {
    const values = this.#byStart.get(text.slice(at, at + keyLength))
    return values?.find(
      (value) =>
        text.startsWith(value, at) && !isJoined(text, at) && !isJoined(text, at + value.length),
    )
  }
}

/** Whether a word or number goes on across a place: `ada` is no part of `Canada`. */
function isJoined(text: string, at: number): boolean {
  return at > 0 && at < text.length && wordly.test(text[at - 1]!) && wordly.test(text[at]!)
}

const wordly = /[\p{L}\p{N}]/u
