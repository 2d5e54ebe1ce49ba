import { createHash } from 'node:crypto'

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
  const { words, at } = wordsOf(text)
  const hashes: number[] = []
  for (let i = 0; i + gramWords <= words.length; i++) {
    hashes.push(hashOf(words.slice(i, i + gramWords).join(' ')))
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

/** Words in lower case; `channelName` and `channel_name` are two each. */
function wordsOf(text: string): { words: string[]; at: number[] } {
  const words: string[] = []
  const at: number[] = []
  for (const [i, line] of text.split('\n').entries()) {
    const parted = line.replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, '$1 $2').toLowerCase()
    for (const [word] of parted.matchAll(/[\p{L}\p{N}]+/gu)) {
      words.push(word)
      at.push(i + 1)
    }
  }
  return { words, at }
}

/** 48 bits: a chance of one in a thousand that any of half a million gets another's by accident. */
function hashOf(text: string): number {
  return createHash('md5').update(text).digest().readUIntBE(0, 6)
}
