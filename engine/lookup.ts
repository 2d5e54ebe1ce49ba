/**
 * A map that forks for free, for finding rows by id: layers of Maps, of which only the top one is
 * written to. It answers in one or two hash look-ups where a tree of strings takes a dozen
 * comparisons, each of them likely a cache miss (decisions/0002 has the figures).
 */
export interface Lookup<V> {
  top: Layer<V>
  /** Newest first; never written to again, since others may share them. */
  below: readonly Layer<V>[]
}

type Layer<V> = Map<string, V | Gone>
type Gone = null

export function emptyLookup<V>(): Lookup<V> {
  return { top: new Map(), below: [] }
}

export function lookUp<V>(lookup: Lookup<V>, id: string): V | undefined {
  const found = lookup.top.get(id)
  if (found !== undefined) return found ?? undefined
  const { below } = lookup
  for (let i = 0; i < below.length; i++) {
    const deeper = below[i]!.get(id)
    if (deeper !== undefined) return deeper ?? undefined
  }
  return undefined
}

/** Sets an id; only the owner may. */
export function setId<V>(lookup: Lookup<V>, id: string, value: V): void {
  lookup.top.set(id, value)
}

/** Removes an id; only the owner may. */
export function deleteId<V>(lookup: Lookup<V>, id: string): void {
  if (lookup.below.length === 0) lookup.top.delete(id)
  else lookup.top.set(id, null)
}

/**
 * A copy to write to, which shares all layers. Layers of like size are merged, as in a log-structured
 * merge tree (O'Neil et al. 1996), so that n forks of forks make log n layers and not n.
 */
export function forkLookup<V>(lookup: Lookup<V>): Lookup<V> {
  if (lookup.top.size === 0) return { top: new Map(), below: lookup.below }
  let layer = lookup.top
  let next = 0
  while (next < lookup.below.length && lookup.below[next]!.size <= layer.size * 2) {
    layer = merge(lookup.below[next]!, layer, next === lookup.below.length - 1)
    next++
  }
  return { top: new Map(), below: [layer, ...lookup.below.slice(next)] }
}

function merge<V>(older: Layer<V>, newer: Layer<V>, isBottom: boolean): Layer<V> {
  const merged = new Map(older)
  for (const [id, value] of newer) {
    if (value === null && isBottom) merged.delete(id)
    else merged.set(id, value)
  }
  return merged
}
