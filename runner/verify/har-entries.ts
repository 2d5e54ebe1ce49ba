const quote = 34
const backslash = 92
const open = 123
const close = 125
const openList = 91
const closeList = 93
const colon = 58

/** How large one entry may be; a larger one is skipped, so that memory stays bounded. */
export const entryBytesMax = 16 * 1024 * 1024

/**
 * Cuts the entries out of a HAR as its bytes come in; a recording of any size is read in the memory
 * of its largest entry.
 */
export class EntryCutter {
  /** Entries that were too large. */
  skipped = 0
  /** The file has a `log.entries`. */
  isHar = false
  #depth = 0
  #inText = false
  #escaped = false
  /** The last text at the depths that matter, as a possible key. */
  #text: number[] = []
  #keys: string[] = ['', '', '']
  #inEntries = false
  #parts: Buffer[] = []
  #bytes = 0
  #isCutting = false

  /** Takes the next bytes; returns the texts of the entries that they end. */
  take(chunk: Uint8Array): string[] {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const out: string[] = []
    let start = this.#isCutting ? 0 : -1
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i]!
      if (this.#inText) {
        this.#inside(byte)
        continue
      }
      switch (byte) {
        case quote:
          this.#inText = true
          this.#text = []
          break
        case colon:
          if (!this.#inEntries && this.#depth < 3)
            this.#keys[this.#depth] = Buffer.from(this.#text).toString('utf8')
          break
        case open:
        case openList:
          if (this.#opens(byte)) start = i
          break
        case close:
        case closeList:
          if (this.#closes()) {
            out.push(...this.#cut(bytes.subarray(start, i + 1)))
            start = -1
          }
          break
        default:
      }
    }
    if (this.#isCutting && start !== -1) this.#keep(bytes.subarray(start))
    return out
  }

  #inside(byte: number): void {
    if (this.#escaped) this.#escaped = false
    else if (byte === backslash) this.#escaped = true
    else if (byte === quote) this.#inText = false
    else if (this.#depth < 3 && this.#text.length < 32) this.#text.push(byte)
  }

  /** True when an entry begins here. */
  #opens(byte: number): boolean {
    this.#depth++
    if (this.#inEntries) {
      if (this.#depth !== 4 || byte !== open) return false
      this.#isCutting = true
      return true
    }
    if (byte === openList && this.#depth === 3 && this.#keys[1] === 'log') {
      this.#inEntries = this.#keys[2] === 'entries'
      this.isHar ||= this.#inEntries
    }
    return false
  }

  /** True when an entry ends here. */
  #closes(): boolean {
    this.#depth--
    if (this.#inEntries && this.#depth < 3) this.#inEntries = false
    return this.#isCutting && this.#depth === 3
  }

  #keep(part: Buffer): void {
    this.#bytes += part.length
    // A copy: the reader uses its buffer again.
    if (this.#bytes <= entryBytesMax) this.#parts.push(Buffer.from(part))
    else this.#parts = []
  }

  #cut(last: Buffer): string[] {
    const tooLarge = this.#bytes + last.length > entryBytesMax
    const text = tooLarge ? '' : Buffer.concat([...this.#parts, last]).toString('utf8')
    this.#parts = []
    this.#bytes = 0
    this.#isCutting = false
    if (!tooLarge) return [text]
    this.skipped++
    return []
  }
}
