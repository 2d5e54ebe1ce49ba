import type { Pattern } from './pattern.ts'

type Step =
  | { kind: 'one'; test: RegExp; next: number }
  | { kind: 'fork'; next: number; other: number }
  | { kind: 'edge'; at: 'start' | 'end' | 'word' | 'inside'; next: number }
  | { kind: 'done' }

const stepsMax = 3000
const workMax = 20_000_000

/**
 * Makes a test that takes time in proportion to the text, however its repetitions nest (Thompson's
 * construction: all alternatives are followed side by side). Nothing when the pattern looks around
 * or is too long. The test answers true for texts beyond its budget.
 */
export function createLinearTest(pattern: Pattern): ((text: string) => boolean) | undefined {
  const steps: Step[] = [{ kind: 'done' }]
  const start = build(pattern, 0, steps)
  if (start === undefined) return undefined
  return (text) => text.length * steps.length > workMax || run(steps, start, [...text])
}

/** Builds from the end: returns the step that begins the pattern and leads to `next`. */
function build(pattern: Pattern, next: number, steps: Step[]): number | undefined {
  if (steps.length > stepsMax || pattern.kind === 'look') return undefined
  if (pattern.kind === 'one') return add(steps, { kind: 'one', test: pattern.test, next })
  if (pattern.kind === 'edge') return add(steps, { kind: 'edge', at: pattern.at, next })
  if (pattern.kind === 'all')
    return pattern.items.reduceRight<number | undefined>(
      (after, item) => (after === undefined ? undefined : build(item, after, steps)),
      next,
    )
  if (pattern.kind === 'repeat') return buildRepeat(pattern, next, steps)
  let entry: number | undefined
  for (const option of pattern.options) {
    const begin = build(option, next, steps)
    if (begin === undefined) return undefined
    entry = entry === undefined ? begin : add(steps, { kind: 'fork', next: entry, other: begin })
  }
  return entry
}

function buildRepeat(
  { item, min, max }: Extract<Pattern, { kind: 'repeat' }>,
  next: number,
  steps: Step[],
): number | undefined {
  let entry: number | undefined = next
  if (max === Infinity) {
    const loop: Extract<Step, { kind: 'fork' }> = { kind: 'fork', next, other: next }
    entry = add(steps, loop)
    const body = build(item, entry, steps)
    if (body === undefined) return undefined
    loop.other = body
  } else {
    for (let count = min; count < max && entry !== undefined; count++) {
      const body = build(item, entry, steps)
      entry = body === undefined ? undefined : add(steps, { kind: 'fork', next, other: body })
    }
  }
  for (let count = 0; count < min && entry !== undefined; count++) entry = build(item, entry, steps)
  return entry
}

function add(steps: Step[], step: Step): number {
  return steps.push(step) - 1
}

function run(steps: Step[], start: number, text: string[]): boolean {
  let current: number[] = []
  let marks = new Int32Array(steps.length).fill(-1)
  for (let at = 0; at <= text.length; at++) {
    // A search may begin at every letter.
    if (reach(steps, start, at, text, current, marks)) return true
    const following: number[] = []
    const nextMarks = marks
    for (const index of current) {
      const step = steps[index] as Extract<Step, { kind: 'one' }>
      const isMatch = at < text.length && step.test.test(text[at] as string)
      if (isMatch && reach(steps, step.next, at + 1, text, following, nextMarks)) return true
    }
    current = following
    marks = nextMarks
  }
  return false
}

/** Follows forks and edges from a step; collects the letters to try, tells when the end is reached. */
function reach(
  steps: Step[],
  from: number,
  at: number,
  text: string[],
  into: number[],
  marks: Int32Array,
): boolean {
  const stack = [from]
  for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
    if (marks[index] === at) continue
    marks[index] = at
    const step = steps[index] as Step
    if (step.kind === 'done') return true
    if (step.kind === 'one') into.push(index)
    else if (step.kind === 'fork') stack.push(step.next, step.other)
    else if (isAtEdge(step.at, text, at)) stack.push(step.next)
  }
  return false
}

function isAtEdge(edge: 'start' | 'end' | 'word' | 'inside', text: string[], at: number): boolean {
  if (edge === 'start') return at === 0
  if (edge === 'end') return at === text.length
  const isBoundary = isWord(text[at - 1]) !== isWord(text[at])
  return isBoundary === (edge === 'word')
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /^\w$/.test(char)
}
