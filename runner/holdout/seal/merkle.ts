import { createHash } from 'node:crypto'

/**
 * The Merkle tree hash of RFC 6962 §2.1 over SHA-256: a leaf is hashed after a zero byte, a node
 * after a one, and a list splits at the largest power of two below its length.
 */
export function merkleRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest()
  if (leaves.length === 1) return hashLeaf(leaves[0]!)
  const split = splitOf(leaves.length)
  return hashNode(merkleRoot(leaves.slice(0, split)), merkleRoot(leaves.slice(split)))
}

/** The audit path of the leaf at `index`, from the leaf up (RFC 6962 §2.1.1). */
export function auditPath(leaves: readonly Buffer[], index: number): Buffer[] {
  if (!(index >= 0 && index < leaves.length)) throw new RangeError(`there is no leaf ${index}`)
  if (leaves.length === 1) return []
  const split = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return index < split
    ? [...auditPath(left, index), merkleRoot(right)]
    : [...auditPath(right, index - split), merkleRoot(left)]
}

/** Whether a leaf stands at `index` of a tree of `size` leaves with this root (RFC 9162 §2.1.3.2). */
export function isIncluded(
  leaf: Buffer,
  {
    index,
    size,
    path,
    root,
  }: { index: number; size: number; path: readonly Buffer[]; root: Buffer },
): boolean {
  if (!(Number.isSafeInteger(index) && index >= 0 && index < size)) return false
  let [fn, sn] = [index, size - 1]
  let hash = hashLeaf(leaf)
  for (const one of path) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      hash = hashNode(one, hash)
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    } else {
      hash = hashNode(hash, one)
    }
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return sn === 0 && hash.equals(root)
}

function hashLeaf(leaf: Buffer): Buffer {
  return createHash('sha256').update(Buffer.of(0)).update(leaf).digest()
}

function hashNode(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest()
}

/** The largest power of two below `n` (n ≥ 2). */
function splitOf(n: number): number {
  let split = 1
  while (split * 2 < n) split *= 2
  return split
}
