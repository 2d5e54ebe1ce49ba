import { UsageError } from '../../../engine/usage-error.ts'
import type { ReadDocument } from '../../read-document.ts'
import { leavesOf, type Manifest } from './manifest.ts'
import { auditPath, isIncluded } from './merkle.ts'
import { leafOf, type SealedCase } from './sealed-case.ts'

/** One case laid open, with the proof that it was in the set whose root was published. */
export interface Disclosure {
  format: 'backlot.disclosure/1'
  case: SealedCase
  /** RFC 6962: the leaf's place, the number of leaves, the hashes beside the way up; hex. */
  index: number
  size: number
  path: string[]
  root: string
}

/** Lays a case open. It is worth nothing in a holdout from then on. */
export function disclose(one: SealedCase, manifest: Manifest): Disclosure {
  const index = Object.keys(manifest.files).sort().indexOf(`${one.id}.age`)
  const leaves = leavesOf(manifest.files)
  return {
    format: 'backlot.disclosure/1',
    case: one,
    index,
    size: leaves.length,
    path: auditPath(leaves, index).map((hash) => hash.toString('hex')),
    root: manifest.root,
  }
}

/** Whether what a file lays open was in the set with this root. Throws a UsageError when it is no such file. */
export function wasInSet({ value, at }: ReadDocument, root: string): boolean {
  const given = (value ?? {}) as Partial<Disclosure>
  const { index, size, path } = given
  const isProof =
    given.format === 'backlot.disclosure/1' &&
    typeof given.case?.text === 'string' &&
    typeof index === 'number' &&
    typeof size === 'number' &&
    Array.isArray(path)
  if (!isProof) {
    throw new UsageError('This lays no case open.', {
      ...at('format'),
      fix: 'backlot holdout disclose writes such a file.',
    })
  }
  return isIncluded(leafOf(given.case!), {
    index: index!,
    size: size!,
    path: path!.map((hash) => Buffer.from(hash, 'hex')),
    root: Buffer.from(root, 'hex'),
  })
}
