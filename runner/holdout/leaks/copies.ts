import type { SealedCase } from '../seal/sealed-case.ts'
import { fingerprint, type Fingerprints } from './fingerprint.ts'

/** How much of a case a text holds. */
export interface Copy {
  case: string
  /** Of what is the case's own, a fraction. */
  similarity: number
  /** Line of the text at which it begins. */
  line: number
}

/**
 * A text is a near-copy from this share on of what is a case's own. Of the 1,406 pairs of public
 * scenarios the most alike share 31 %, two in a hundred more than 5 % (`copies.test.ts`).
 */
const similarityMin = 0.35
/** And from so many fingerprints on: a short case must not be known by a phrase. */
const matchesMin = 5

/** The fingerprints of texts that everybody has. */
export function commonTo(texts: readonly string[]): Set<number> {
  return new Set(texts.flatMap((text) => [...fingerprint(text).lines.keys()]))
}

/** Finds near-copies of cases. What is also in the base texts (public cases, documentation) is nobody's own. */
export class CopyFinder {
  /** Fingerprint → the cases that have it. */
  readonly #owners = new Map<number, string[]>()
  readonly #sizes = new Map<string, number>()

  constructor(cases: readonly Pick<SealedCase, 'id' | 'text'>[], base: ReadonlySet<number>) {
    for (const { id, text } of cases) {
      const own = [...fingerprint(text).lines.keys()].filter((hash) => !base.has(hash))
      this.#sizes.set(id, own.length)
      for (const hash of own) this.#owners.set(hash, [...(this.#owners.get(hash) ?? []), id])
    }
  }

  /** The cases of which a text holds a near-copy, the most similar first; `known` is no evidence in it. */
  find({ lines: here }: Fingerprints, known: ReadonlySet<number> = new Set()): Copy[] {
    const found = new Map<string, number[]>()
    for (const [hash, line] of here) {
      if (known.has(hash)) continue
      for (const id of this.#owners.get(hash) ?? []) {
        const lines = found.get(id) ?? []
        lines.push(line)
        found.set(id, lines)
      }
    }
    return [...found]
      .map(([id, lines]) => ({
        case: id,
        similarity: lines.length / this.#sizes.get(id)!,
        line: Math.min(...lines),
        matches: lines.length,
      }))
      .filter(({ similarity, matches }) => similarity >= similarityMin && matches >= matchesMin)
      .sort((a, b) => b.similarity - a.similarity)
      .map(({ matches: _matches, ...copy }) => copy)
  }
}
