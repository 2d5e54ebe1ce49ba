/** One segment of a path template: text and parameters in turn, beginning and ending with text. */
export interface SegmentPattern {
  /** One more than names; `{key}:activate` has `['', ':activate']`. */
  literals: string[]
  names: string[]
  /** The segment is one parameter and nothing else. */
  isWhole: boolean
}

/** Reads a segment of a path template such as `{id}`, `{id}.json` or `{a}-{b}`. */
export function parsePattern(segment: string): SegmentPattern {
  const literals: string[] = []
  const names: string[] = []
  let rest = segment
  for (;;) {
    const open = rest.indexOf('{')
    const close = rest.indexOf('}', open)
    if (open === -1 || close === -1) break
    literals.push(rest.slice(0, open))
    names.push(rest.slice(open + 1, close))
    rest = rest.slice(close + 1)
  }
  literals.push(rest)
  const isWhole = names.length === 1 && literals[0] === '' && literals[1] === ''
  return { literals, names, isWhole }
}

/** Equal for patterns that match the same segments, whatever their parameters are called. */
export function patternKey(pattern: SegmentPattern): string {
  return pattern.literals.join('{}')
}

/**
 * Writes the captures into `values` from `at` on and returns their number, or 0 for no match.
 * Each parameter takes the shortest non-empty text; the last one takes the rest. One pass, no
 * regular expression, so that a hostile path costs no more than its length.
 */
export function matchPattern(
  pattern: SegmentPattern,
  segment: string,
  values: string[],
  at: number,
): number {
  const { literals, names } = pattern
  const count = names.length
  const suffix = literals[count] as string
  const prefix = literals[0] as string
  if (!segment.startsWith(prefix) || !segment.endsWith(suffix)) return 0
  const end = segment.length - suffix.length
  let from = prefix.length
  for (let i = 0; i < count - 1; i++) {
    const literal = literals[i + 1] as string
    const next = segment.indexOf(literal, from + 1)
    if (next === -1 || next > end) return 0
    values[at + i] = segment.slice(from, next)
    from = next + literal.length
  }
  if (from >= end) return 0
  values[at + count - 1] = segment.slice(from, end)
  return count
}
