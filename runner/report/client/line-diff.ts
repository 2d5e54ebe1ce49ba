/** A line of two texts laid over each other. */
export interface DiffLine {
  kind: 'same' | 'removed' | 'added'
  text: string
}

/** More cells than this are not compared one by one: whole blocks are told instead. */
const CELLS_MAX = 4_000_000

/**
 * The shortest way from one list of lines to another, by the longest common subsequence; what both
 * begin and end with is set aside first.
 */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  while (
    tail < Math.min(before.length, after.length) - head &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail++
  }
  const same = (text: string): DiffLine => ({ kind: 'same', text })
  return [
    ...before.slice(0, head).map(same),
    ...diffMiddle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ]
}

function diffMiddle(before: readonly string[], after: readonly string[]): DiffLine[] {
  const width = after.length + 1
  const out: DiffLine[] = []
  const isSmall = before.length * after.length <= CELLS_MAX
  const rows = isSmall ? before.length : 0
  // lengths[i * width + j]: of the longest common subsequence of what follows i and j.
  const lengths = new Uint32Array(isSmall ? (rows + 1) * width : 0)
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        before[i] === after[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!)
    }
  }
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    if (isSmall && i < before.length && j < after.length && before[i] === after[j]) {
      out.push({ kind: 'same', text: before[i]! })
      i++
      j++
    } else if (i < before.length && (j === after.length || isFirst(lengths, i, j, width))) {
      out.push({ kind: 'removed', text: before[i++]! })
    } else {
      out.push({ kind: 'added', text: after[j++]! })
    }
  }
  return out
}

/** Whether dropping a line of the first text leaves at least as much in common as taking one of the second. */
function isFirst(lengths: Uint32Array, i: number, j: number, width: number): boolean {
  return lengths.length === 0 || lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!
}

/** A diff with long stretches of sameness left out: undefined stands for so many lines. */
export function foldSame(lines: readonly DiffLine[], around = 3): (DiffLine | { left: number })[] {
  const near = new Uint8Array(lines.length)
  for (let at = 0; at < lines.length; at++) {
    if (lines[at]!.kind === 'same') continue
    near.fill(1, Math.max(0, at - around), at + around + 1)
  }
  const out: (DiffLine | { left: number })[] = []
  for (let at = 0; at < lines.length;) {
    let left = 0
    while (at + left < lines.length && near[at + left] === 0) left++
    if (left > 1) out.push({ left })
    else if (left === 1) out.push(lines[at]!)
    at += left
    if (at < lines.length) out.push(lines[at++]!)
  }
  return out
}
