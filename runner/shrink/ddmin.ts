/** Whether a trial with these parts still fails as it did. */
export type StillFails<T> = (parts: readonly T[]) => Promise<boolean>

/**
 * The parts of a failing whole that it takes to fail: no single one of them can be left out. `fails`
 * must hold for all of them; answering false throughout ends it, with the least that was found so far.
 *
 * The algorithm ddmin of A. Zeller and R. Hildebrandt, "Simplifying and isolating failure-inducing
 * input", IEEE Transactions on Software Engineering 28 (2002) 183–200, figure 8; nothing at all is
 * tried first, since many failures need none of it.
 */
export async function ddmin<T>(parts: readonly T[], fails: StillFails<T>): Promise<readonly T[]> {
  if (parts.length === 0 || (await fails([]))) return []
  let left = parts
  let count = 2
  while (left.length >= 2) {
    const chunks = split(left, count)
    const smaller = await findSmaller(chunks, fails)
    if (smaller !== undefined) {
      left = smaller.left
      count = smaller.isChunk ? 2 : Math.max(count - 1, 2)
    } else if (count < left.length) count = Math.min(left.length, count * 2)
    else break
  }
  return left
}

/** A chunk that fails by itself, or all but one chunk that do. */
async function findSmaller<T>(
  chunks: readonly (readonly T[])[],
  fails: StillFails<T>,
): Promise<{ left: readonly T[]; isChunk: boolean } | undefined> {
  for (const left of chunks) if (await fails(left)) return { left, isChunk: true }
  // Of two chunks, each is what the other leaves.
  if (chunks.length === 2) return undefined
  for (const chunk of chunks) {
    const left = chunks.filter((one) => one !== chunk).flat()
    if (await fails(left)) return { left, isChunk: false }
  }
  return undefined
}

function split<T>(parts: readonly T[], count: number): T[][] {
  return Array.from({ length: count }, (_one, i) =>
    parts.slice(
      Math.floor((i * parts.length) / count),
      Math.floor(((i + 1) * parts.length) / count),
    ),
  )
}
