/**
 * Fingerprints of texts by winnowing: S. Schleimer, D. S. Wilkerson and A. Aiken, "Winnowing: Local
 * Algorithms for Document Fingerprinting", SIGMOD 2003. Over words and not letters, since a case
 * that is told in another language, in a test or in a prompt keeps its words and not its signs.
 */
export interface Fingerprints {
  /** Hash → line (from 1) where it first stands. */
  readonly lines: ReadonlyMap<number, number>
}

/** Words that a hash is made over: fewer in a row are no evidence (the paper's noise threshold k). */
const gramWords = 5
/** Hashes of which one is kept: so many words more in a row are always noticed (t = w + k - 1 = 7). */
const windowHashes = 3

/** A text's fingerprints. */
export function fingerprint(text: string): Fingerprints {
  const { highs, lows, at } = wordsOf(text)
  const hashes: number[] = []
  for (let i = 0; i + gramWords <= at.length; i++) {
    let [high, low] = [0, 0]
    for (let k = i; k < i + gramWords; k++) {
      high = (Math.imul(high, 0x01000193) + highs[k]!) | 0
      low = (Math.imul(low, 0x85ebca6b) + lows[k]!) | 0
    }
    hashes.push((high & 0xffff) * 0x1_0000_0000 + (low >>> 0))
  }
  const lines = new Map<number, number>()
  for (const i of winnow(hashes)) if (!lines.has(hashes[i]!)) lines.set(hashes[i]!, at[i]!)
  return { lines }
}

/** The rightmost least hash of every window. */
function winnow(hashes: readonly number[]): Set<number> {
  const kept = new Set<number>()
  const last = Math.max(0, hashes.length - windowHashes)
  for (let from = 0; from <= last && hashes.length > 0; from++) {
    let least = from
    for (let i = from; i < Math.min(from + windowHashes, hashes.length); i++) {
      if (hashes[i]! <= hashes[least]!) least = i
    }
    kept.add(least)
  }
  return kept
}

/**
 * Words in lower case, as two hashes each (48 bits are used of a gram's: one in a thousand that any of half
 * a million gets another's by accident), with their lines. `channelName` and `channel_name` are two words.
 */
function wordsOf(text: string): { highs: number[]; lows: number[]; at: number[] } {
  const highs: number[] = []
  const lows: number[] = []
  const at: number[] = []
  let line = 1
  // A minified file may have no line's end for megabytes: it is looked for once.
  let end = text.indexOf('\n')
  for (const { 0: word, index } of text.matchAll(words)) {
    while (end >= 0 && end < index) {
      line++
      end = text.indexOf('\n', end + 1)
    }
    const lower = word.toLowerCase()
    let [high, low] = [0x811c9dc5, 0x9747b28c]
    for (let i = 0; i < lower.length; i++) {
      const code = lower.charCodeAt(i)
      high = Math.imul(high ^ code, 0x01000193)
      low = Math.imul(low ^ code, 0x5bd1e995) ^ (low >>> 15)
    }
    highs.push(high)
    lows.push(low)
    at.push(line)
  }
  return { highs, lows, at }
}

const words = /\p{Lu}*[\p{Ll}\p{Lo}\p{Lm}]+|\p{Lu}+|\p{N}+/gu
