import type { HoldoutScore } from '../score-holdout.ts'
import type { SealedCase } from '../seal/sealed-case.ts'
import { commonTo, CopyFinder } from './copies.ts'
import { fingerprint } from './fingerprint.ts'
import { readTree, usualBounds, type ReadBounds, type ReadCount } from './read-tree.ts'
import { SecretFinder } from './secrets.ts'
import { unwrap } from './unwrap.ts'

/** A trace of a sealed case where none can be by itself. Nothing of a case is told, but its id. */
export interface Leak {
  where: 'sources' | 'dependencies' | 'output' | 'traffic'
  /** Path in the folder, or the trial's id. */
  file: string
  /** From 1; of what a packed file holds. */
  line: number
  case: string
  /** Its canary or salt, or a part of either; or a text that is nearly the case's. */
  what: 'canary' | 'salt' | 'near-copy'
  /** How it was hidden: `plain`, `base64 of gzip`, `split` … */
  form: string
  /** Of the case's own text, a fraction; 1 for a canary. */
  similarity: number
}

/** Looks through texts and bytes for what only a sealed case holds. */
export class LeakFinder {
  readonly #secrets: SecretFinder
  readonly #copies: CopyFinder
  readonly #reversed: CopyFinder

  /** `baseTexts` are what everybody has: public cases and documentation. */
  constructor(cases: readonly SealedCase[], baseTexts: readonly string[]) {
    this.#secrets = new SecretFinder(cases)
    this.#copies = new CopyFinder(cases, commonTo(baseTexts))
    const backwards = cases.map(({ id, text }) => ({ id, text: reversed(text) }))
    this.#reversed = new CopyFinder(backwards, commonTo(baseTexts.map(reversed)))
  }

  /**
   * The leaks in one file or message; of several forms of one, the plainest. `handed` is what whoever wrote
   * it had been handed: to say it again proves nothing.
   */
  find(
    bytes: Buffer,
    { where, file, handed = [] }: Pick<Leak, 'where' | 'file'> & { handed?: readonly string[] },
  ): Leak[] {
    const known = commonTo(handed)
    const found = new Map<string, Leak>()
    const keep = (leak: Omit<Leak, 'where' | 'file'>): void => {
      const key = `${leak.case} ${leak.what}`
      const known = found.get(key)
      if (known === undefined || known.similarity < leak.similarity) {
        found.set(key, { where, file, ...leak })
      }
    }
    for (const { bytes: inner, form } of unwrap(bytes)) {
      for (const { case: id, what, form: how, at } of this.#secrets.find(inner)) {
        const whole = [form === 'plain' ? '' : form, how].filter(Boolean).join(', ') || 'plain'
        keep({ line: lineAt(inner, at), case: id, what, form: whole, similarity: 1 })
      }
      if (isBinary(inner)) continue
      const print = fingerprint(inner.toString())
      for (const copy of this.#copies.find(print, known)) keep({ ...copy, what: 'near-copy', form })
      const backwards = form === 'plain' ? this.#reversed.find(print) : []
      for (const copy of backwards) keep({ ...copy, what: 'near-copy', form: 'reversed' })
    }
    return [...found.values()]
  }
}

/** Looks through a folder: a subject's sources, and what is installed there. */
export async function findLeaksInFolder(
  finder: LeakFinder,
  folder: string,
  bounds: ReadBounds = usualBounds,
): Promise<{ leaks: Leak[]; read: ReadCount }> {
  const leaks: Leak[] = []
  const read = await readTree(folder, bounds, ({ path, bytes, isDependency }) => {
    const where = isDependency ? 'dependencies' : 'sources'
    leaks.push(...finder.find(bytes, { where, file: path }))
  })
  return { leaks, read }
}

/**
 * Looks through what a subject said and sent in a scoring: its answers and stderr, its calls as far as the
 * result keeps their bodies, and what it tried to send elsewhere.
 */
export function findLeaksInScoring(
  finder: LeakFinder,
  { result }: Pick<HoldoutScore, 'result'>,
): Leak[] {
  return result.trials.flatMap(({ id, requests, exchanges, escapes }) => {
    const said = requests.flatMap(({ reply }) => [JSON.stringify(reply.body) ?? '', reply.stderr])
    const sent = exchanges
      .filter(({ by, kind }) => by === 'subject' && kind === 'call')
      .flatMap(({ path = '', request = '' }) => [path, request])
    const handed = [
      ...requests.map(({ request }) => JSON.stringify(request)),
      ...exchanges.map(({ reply = '' }) => reply),
    ]
    const tried = escapes.flatMap(({ target, sent = '' }) => [target, sent])
    const look = (where: 'output' | 'traffic', texts: readonly string[]): Leak[] =>
      finder.find(Buffer.from(texts.join('\n')), { where, file: id, handed })
    return [...look('output', said), ...look('traffic', [...sent, ...tried])]
  })
}

function lineAt(bytes: Buffer, at: number): number {
  let line = 1
  for (let i = bytes.indexOf(10); i >= 0 && i < at; i = bytes.indexOf(10, i + 1)) line++
  return line
}

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, 4096).includes(0)
}

function reversed(text: string): string {
  return [...text].reverse().join('')
}
