/**
 * A sorted map that forks for free: a B+ tree whose nodes carry the token of their owner. A node is
 * changed in place by its owner and copied by anybody else, so two holders of one root never see
 * each other's writes, and sharing a root costs nothing (decisions/0002). Every branch knows how
 * many entries lie under each child, so the n-th entry, a key's rank and the size of a range cost
 * the same in a tree of a thousand and of a million.
 */
export type Tree<V> = Leaf<V> | Branch<V>

/** Whoever holds it may change the nodes that carry it. */
export type Owner = object

interface Leaf<V> {
  owner: Owner
  keys: string[]
  values: V[]
  kids?: undefined
}

interface Branch<V> {
  owner: Owner
  /** The smallest key that may lie under each child; the first is never compared. */
  keys: string[]
  kids: Tree<V>[]
  sizes: number[]
}

const WIDTH_MAX = 32

export function emptyTree<V>(owner: Owner): Tree<V> {
  return { owner, keys: [], values: [] }
}

/** How many entries a tree holds. */
export function sizeOf<V>(tree: Tree<V>): number {
  return tree.kids === undefined ? tree.keys.length : sum(tree.sizes, tree.sizes.length)
}

export function getKey<V>(tree: Tree<V>, key: string): V | undefined {
  let node = tree
  while (node.kids !== undefined) node = node.kids[childOf(node.keys, key)]!
  const at = lowerBound(node.keys, key)
  return node.keys[at] === key ? node.values[at] : undefined
}

/** How many keys are smaller than `key`. */
export function rankOf<V>(tree: Tree<V>, key: string): number {
  let rank = 0
  let node = tree
  while (node.kids !== undefined) {
    const at = childOf(node.keys, key)
    rank += sum(node.sizes, at)
    node = node.kids[at]!
  }
  return rank + lowerBound(node.keys, key)
}

/** The values at ranks `from` to `from + count - 1`, in order; fewer at the end. */
export function sliceRanks<V>(tree: Tree<V>, from: number, count: number): V[] {
  const out: V[] = []
  if (count > 0 && from < sizeOf(tree)) collect(tree, Math.max(0, from), count, out)
  return out
}

/** Sets a key and returns the tree to hold from now on (the same one where it could be changed in place). */
export function setKey<V>(tree: Tree<V>, key: string, value: V, owner: Owner): Tree<V> {
  const root = own(tree, owner)
  insert(root, key, value, owner)
  if (root.keys.length <= WIDTH_MAX) return root
  const right = split(root, owner, true)
  return {
    owner,
    keys: ['', right.keys[0]!],
    kids: [root, right],
    sizes: [sizeOf(root), sizeOf(right)],
  }
}

/** Removes a key (if it is there) and returns the tree to hold from now on. */
export function deleteKey<V>(tree: Tree<V>, key: string, owner: Owner): Tree<V> {
  if (getKey(tree, key) === undefined) return tree
  let root = own(tree, owner)
  remove(root, key, owner)
  while (root.kids !== undefined && root.kids.length === 1) root = root.kids[0]!
  return root
}

function own<V>(node: Tree<V>, owner: Owner): Tree<V> {
  if (node.owner === owner) return node
  if (node.kids === undefined) {
    return { owner, keys: node.keys.slice(), values: node.values.slice() }
  }
  return { owner, keys: node.keys.slice(), kids: node.kids.slice(), sizes: node.sizes.slice() }
}

/** Puts an entry under a node that is ours; true when the node grew by one. */
function insert<V>(node: Tree<V>, key: string, value: V, owner: Owner): boolean {
  if (node.kids === undefined) return insertIntoLeaf(node, key, value)
  const at = childOf(node.keys, key)
  const kid = own(node.kids[at]!, owner)
  node.kids[at] = kid
  const grew = insert(kid, key, value, owner)
  if (grew) node.sizes[at]!++
  if (kid.keys.length > WIDTH_MAX) {
    const right = split(kid, owner, at === node.kids.length - 1)
    node.keys.splice(at + 1, 0, right.keys[0]!)
    node.kids.splice(at + 1, 0, right)
    const size = sizeOf(right)
    node.sizes.splice(at, 1, node.sizes[at]! - size, size)
  }
  return grew
}

function insertIntoLeaf<V>(leaf: Leaf<V>, key: string, value: V): boolean {
  const { keys, values } = leaf
  const last = keys.length - 1
  if (last >= 0 && keys[last]! < key) {
    keys.push(key)
    values.push(value)
    return true
  }
  const at = lowerBound(keys, key)
  if (keys[at] === key) {
    values[at] = value
    return false
  }
  keys.splice(at, 0, key)
  values.splice(at, 0, value)
  return true
}

/** Cuts a too wide node and returns its right part. At the right edge nearly all stays on the left: keys mostly come in order. */
function split<V>(node: Tree<V>, owner: Owner, atRightEdge: boolean): Tree<V> {
  const at = atRightEdge ? node.keys.length - 2 : node.keys.length >> 1
  const keys = node.keys.splice(at)
  if (node.kids === undefined) return { owner, keys, values: node.values.splice(at) }
  return { owner, keys, kids: node.kids.splice(at), sizes: node.sizes.splice(at) }
}

function remove<V>(node: Tree<V>, key: string, owner: Owner): void {
  if (node.kids === undefined) {
    const at = lowerBound(node.keys, key)
    node.keys.splice(at, 1)
    node.values.splice(at, 1)
    return
  }
  const at = childOf(node.keys, key)
  const kid = own(node.kids[at]!, owner)
  node.kids[at] = kid
  remove(kid, key, owner)
  node.sizes[at]!--
  if (kid.keys.length === 0 && node.kids.length > 1) {
    node.keys.splice(at, 1)
    node.kids.splice(at, 1)
    node.sizes.splice(at, 1)
  }
}

function collect<V>(node: Tree<V>, from: number, count: number, out: V[]): void {
  if (node.kids === undefined) {
    const end = Math.min(node.values.length, from + count)
    for (let i = from; i < end; i++) out.push(node.values[i]!)
    return
  }
  let skip = from
  const wanted = out.length + count
  for (let i = 0; i < node.kids.length && out.length < wanted; i++) {
    const size = node.sizes[i]!
    if (skip >= size) {
      skip -= size
      continue
    }
    collect(node.kids[i]!, skip, wanted - out.length, out)
    skip = 0
  }
}

/** Index of the child under which a key lies: the last whose smallest key is not above it. */
function childOf(keys: string[], key: string): number {
  let low = 1
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[middle]! <= key) low = middle + 1
    else high = middle
  }
  return low - 1
}

function lowerBound(keys: string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (keys[middle]! < key) low = middle + 1
    else high = middle
  }
  return low
}

function sum(sizes: number[], count: number): number {
  let total = 0
  for (let i = 0; i < count; i++) total += sizes[i]!
  return total
}
