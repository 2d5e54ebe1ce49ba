import { createHash, randomBytes } from 'node:crypto'

/** One case as it is sealed: everything that must not be read by authors. */
export interface SealedCase {
  format: 'backlot.case/1'
  /** Drawn when it was added; also the name of its file. */
  id: string
  /** What its makers call it: shown to release managers only. */
  name: string
  language: 'ts' | 'yaml'
  tags: readonly string[]
  /** The scenario's own text. */
  text: string
  /** Random bytes in hex: without them nobody can guess a case and check the guess against the manifest. */
  salt: string
  /** A word that stands nowhere else in the world: who has it has seen the case. */
  canary: string
  /** ISO 8601. */
  added: string
}

/** No case is sealed to less than this; beyond, sizes double: a length says next to nothing. */
const LEAST_BYTES = 8192

/** Makes a case of a scenario's text. */
export function makeCase(
  made: Pick<SealedCase, 'name' | 'language' | 'tags' | 'text'>,
  now: Date,
): SealedCase {
  return {
    format: 'backlot.case/1',
    id: randomBytes(8).toString('hex'),
    ...made,
    salt: randomBytes(32).toString('hex'),
    canary: `backlot-canary-${randomBytes(16).toString('hex')}`,
    added: now.toISOString(),
  }
}

/** The bytes that are sealed: JSON and blanks up to a power of two. */
export function encodeCase(one: SealedCase): Uint8Array {
  const json = Buffer.from(JSON.stringify(one))
  let size = LEAST_BYTES
  while (size < json.length) size *= 2
  const bytes = Buffer.alloc(size, ' ')
  json.copy(bytes)
  return bytes
}

/** Reads what `encodeCase` made; undefined when it is something else. */
export function decodeCase(bytes: Uint8Array): SealedCase | undefined {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString()) as SealedCase
    return value.format === 'backlot.case/1' && typeof value.text === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

/** What stands for a case in the Merkle tree: a hash over its salt and everything that makes it that case. */
export function leafOf({ id, name, language, tags, text, salt }: SealedCase): Buffer {
  const facts = JSON.stringify([id, name, language, tags, text])
  return createHash('sha256').update(Buffer.from(salt, 'hex')).update(facts).digest()
}
