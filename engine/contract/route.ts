import type { Operation } from './contract.ts'
import { bestOf, isMarkedOff, type Mark } from './marks.ts'
import { matchPattern, parsePattern, patternKey, type SegmentPattern } from './segment.ts'

/** An operation found for a path, with its path parameters decoded. */
export interface RouteMatch {
  op: Operation
  path: Record<string, string>
  /** The values as they stood in the URL; only present when decoding changed something. */
  rawPath?: Record<string, string>
  /** A value's percent-encoding is broken; the value is left as it stood, and the caller answers 400. */
  malformed?: true
}

/** The path exists, but not with this method. */
export interface MethodMismatch {
  allow: string[]
}

/** Finds operations by method and path. */
export interface Router {
  /** `told` says what the call has for a mark, for operations that share a path and a method. */
  match(
    method: string,
    pathname: string,
    told?: (mark: Mark) => string | undefined,
  ): RouteMatch | MethodMismatch | undefined
  /** Operations that can never be reached, since an earlier one has the same method and path. */
  shadowed: { id: string; by: string }[]
}

export interface RouterOptions {
  /** Reads `//a///b` as `/a/b`. Off by default. */
  collapseSlashes?: boolean
  /** Reads `/a/` as `/a`. On by default. */
  ignoreTrailingSlash?: boolean
}

interface Entry {
  op: Operation
  names: string[]
  /** Other operations of the same path and method, told apart by their marks. */
  rivals?: Entry[]
}

interface Leaf {
  ops: Map<string, Entry>
}

interface Node {
  statics: Map<string, Node>
  mixed: { pattern: SegmentPattern; key: string; node: Node }[]
  param: Node | undefined
  leaf: Leaf | undefined
}

/** One walk through the trie; kept between calls so that a match allocates only its result. */
interface Walk {
  pathname: string
  method: string
  values: string[]
  allow: Set<string> | undefined
  /** Some segment may be percent-encoded. */
  isEncoded: boolean
}

/** Builds a router: a trie over path segments, static before mixed text before parameters. */
export function createRouter(operations: Operation[], options: RouterOptions = {}): Router {
  const { collapseSlashes = false, ignoreTrailingSlash = true } = options
  const root = createNode()
  const shadowed: Router['shadowed'] = []
  for (const op of operations) insert(root, op, ignoreTrailingSlash, shadowed)
  const plain = new Map<string, Node>()
  collectPlain(root, '', plain)
  const walk: Walk = { pathname: '', method: '', values: [], allow: undefined, isEncoded: false }

  function match(
    method: string,
    pathname: string,
    told?: (mark: Mark) => string | undefined,
  ): RouteMatch | MethodMismatch | undefined {
    if (collapseSlashes && pathname.includes('//')) pathname = pathname.replace(/\/{2,}/g, '/')
    if (
      ignoreTrailingSlash &&
      pathname.length > 1 &&
      pathname.charCodeAt(pathname.length - 1) === 47
    )
      pathname = pathname.slice(0, -1)
    walk.pathname = pathname
    walk.method = method
    walk.allow = undefined
    walk.isEncoded = pathname.includes('%')
    const found = findLast(plain, walk) ?? find(root, 1, 0, walk)
    if (found) return toMatch(told ? bestOf(found, told) : found, walk)
    if (method === 'HEAD' && walk.allow) {
      walk.method = 'GET'
      const get = find(root, 1, 0, walk)
      if (get) return toMatch(get, walk)
    }
    return walk.allow && { allow: [...(walk.allow as Set<string>)].sort() }
  }
  return { match, shadowed }
}

function createNode(): Node {
  return { statics: new Map(), mixed: [], param: undefined, leaf: undefined }
}

function insert(root: Node, op: Operation, trimSlash: boolean, shadowed: Router['shadowed']): void {
  let path = op.path
  if (trimSlash && path.length > 1 && path.endsWith('/')) path = path.slice(0, -1)
  let node = root
  const names: string[] = []
  for (const segment of path.slice(1).split('/')) {
    const pattern = parsePattern(segment)
    names.push(...pattern.names)
    node = childFor(node, segment, pattern)
  }
  node.leaf ??= { ops: new Map() }
  const earlier = node.leaf.ops.get(op.method)
  if (!earlier) node.leaf.ops.set(op.method, { op, names })
  else if (isMarkedOff(op, earlier)) (earlier.rivals ??= []).push({ op, names })
  else shadowed.push({ id: op.id, by: earlier.op.id })
}

function childFor(node: Node, segment: string, pattern: SegmentPattern): Node {
  if (pattern.names.length === 0) {
    let child = node.statics.get(segment)
    if (!child) node.statics.set(segment, (child = createNode()))
    return child
  }
  if (pattern.isWhole) return (node.param ??= createNode())
  const key = patternKey(pattern)
  const known = node.mixed.find((entry) => entry.key === key)
  if (known) return known.node
  const entry = { pattern, key, node: createNode() }
  node.mixed.push(entry)
  // More literal text is the more specific pattern: `{key}:activate` before `{a}:{b}`.
  node.mixed.sort((a, b) => b.key.length - a.key.length || (a.key < b.key ? -1 : 1))
  return entry.node
}

/** All nodes that fixed segments alone lead to, by their path. */
function collectPlain(node: Node, path: string, plain: Map<string, Node>): void {
  plain.set(path, node)
  for (const [segment, next] of node.statics) collectPlain(next, `${path}/${segment}`, plain)
}

/**
 * Most calls have one parameter, at the end: one look-up for everything before it takes the place of
 * one for each segment. It finds what the walk would find first, or nothing.
 */
function findLast(plain: ReadonlyMap<string, Node>, walk: Walk): Entry | undefined {
  const cut = walk.pathname.lastIndexOf('/')
  if (walk.isEncoded || cut === -1) return undefined
  const node = plain.get(walk.pathname.slice(0, cut))
  const entry = node && find(node, cut + 1, 0, walk)
  if (entry === undefined) walk.allow = undefined
  return entry
}

/** Returns the leaf's entry for the method, trying the next best branch when one leads nowhere. */
function find(node: Node, start: number, depth: number, walk: Walk): Entry | undefined {
  const { pathname } = walk
  if (start > pathname.length) {
    if (!node.leaf) return undefined
    const entry = node.leaf.ops.get(walk.method)
    if (!entry) allowAlso(walk, node.leaf)
    return entry
  }
  let end = pathname.indexOf('/', start)
  if (end === -1) end = pathname.length
  const segment = pathname.slice(start, end)
  const fixed =
    node.statics.get(segment) ?? (walk.isEncoded ? findEncoded(node, segment) : undefined)
  if (fixed) {
    const entry = find(fixed, end + 1, depth, walk)
    if (entry) return entry
  }
  if (segment === '') return undefined
  for (const { pattern, node: next } of node.mixed) {
    const count =
      matchPattern(pattern, segment, walk.values, depth) ||
      (walk.isEncoded ? matchPattern(pattern, withMarks(segment), walk.values, depth) : 0)
    const entry = count > 0 ? find(next, end + 1, depth + count, walk) : undefined
    if (entry) return entry
  }
  if (!node.param) return undefined
  walk.values[depth] = segment
  return find(node.param, end + 1, depth + 1, walk)
}

/** A client may percent-encode letters that need none: `/%75sers` is `/users`. */
function findEncoded(node: Node, segment: string): Node | undefined {
  if (!segment.includes('%')) return undefined
  const decoded = decode(segment)
  return decoded === undefined || decoded.includes('/') ? undefined : node.statics.get(decoded)
}

/** … and marks: `/sheets/1%3AbatchUpdate` is `/sheets/1:batchUpdate`. */
function withMarks(segment: string): string {
  return segment.replaceAll(/%(?:3A|40|2C|3B|3D|24|26|2B|21|2A|28|29|27)/gi, decodeURIComponent)
}

function allowAlso(walk: Walk, leaf: Leaf): void {
  walk.allow ??= new Set()
  for (const method of leaf.ops.keys()) walk.allow.add(method)
}

function toMatch(entry: Entry, { values, isEncoded }: Walk): RouteMatch {
  const { op, names } = entry
  const path: Record<string, string> = {}
  const result: RouteMatch = { op, path }
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string
    const raw = values[i] as string
    path[name] = raw
    if (!isEncoded || !raw.includes('%')) continue
    const decoded = decode(raw)
    if (decoded === undefined) result.malformed = true
    else path[name] = decoded
    ;(result.rawPath ??= {})[name] = raw
  }
  return result
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}
