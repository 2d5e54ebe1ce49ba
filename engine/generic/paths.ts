import { parsePattern } from '../contract/segment.ts'

/** A path template cut into segments; equal structures have equal keys, whatever their parameters are called. */
export interface PathShape {
  segments: PathSegment[]
  /** `/v1/users/{}`. */
  key: string
  /** Parameter names in order. */
  names: string[]
}

export interface PathSegment {
  /** As in the template, parameters unnamed: `users`, `{}`, `{}:cancel`. */
  key: string
  /** The segment is one parameter and nothing else. */
  isParam: boolean
  /** Parameters in this segment. */
  count: number
}

/** Reads a path template. */
export function shapeOf(path: string): PathShape {
  const names: string[] = []
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => {
      const pattern = parsePattern(segment)
      names.push(...pattern.names)
      const key = pattern.literals.join('{}')
      return { key, isParam: pattern.isWhole, count: pattern.names.length }
    })
  return { segments, key: keyOf(segments), names }
}

/** The key of a path, or of the beginning of one. */
export function keyOf(segments: readonly PathSegment[], length: number = segments.length): string {
  let key = ''
  for (let i = 0; i < length; i++) key += `/${segments[i]!.key}`
  return key
}

/** How many parameters stand in the first `length` segments. */
export function countParams(segments: readonly PathSegment[], length: number): number {
  let count = 0
  for (let i = 0; i < length; i++) count += segments[i]!.count
  return count
}

/** The custom verb at the end of a path: `cancel` of `/orders/{}:cancel`. */
export function customVerb(segment: PathSegment | undefined): string | undefined {
  const at = segment?.key.lastIndexOf(':') ?? -1
  return at < 0 || segment!.key.length === at + 1 ? undefined : segment!.key.slice(at + 1)
}

/** Literal text before, between and behind the parameters of some segments. */
export function literalsOf(segments: readonly PathSegment[], from: number, to: number): string[] {
  return keyOf(segments.slice(from, to)).split('{}')
}

/** The last word of a path that is no parameter. */
export function nounOf(shape: PathShape, length: number): string {
  for (let i = length - 1; i >= 0; i--)
    if (!shape.segments[i]!.isParam) return shape.segments[i]!.key
  return 'item'
}
