import { createLinearTest } from './linear-match.ts'
import { compilePattern, parsePatternSource } from './pattern.ts'

/** What ajv needs of a regular expression. */
export interface SafePattern {
  test(text: string): boolean
  toString(): string
}

/** Steps that one test may take at most, as estimated from the pattern's shape. */
const stepsMax = 2_000_000
/** Nested repetition can double the steps with each letter: 2^16 is the most that is harmless. */
const nestedLengthMax = 16

/**
 * Compiles a document's pattern so that no text can hang us. The built-in engine backtracks: a
 * pattern whose steps can grow faster than the text is only given to it with texts short enough;
 * longer ones go to a matcher of linear time, or are let through when the pattern is beyond that
 * too (look-arounds, back references). A library that judges patterns would still leave the
 * question of what to do with those it refuses, and a document's patterns cannot be rewritten.
 */
export function createSafePattern(source: string, onInvalid: (why: string) => void): SafePattern {
  const regExp = compilePattern(source)
  if (!regExp) {
    onInvalid(`The pattern ${source} is no regular expression; it is not checked.`)
    return { test: () => true, toString: () => source }
  }
  const lengthMax = safeLength(source)
  let linear: ((text: string) => boolean) | undefined
  const testLong = (text: string): boolean => {
    if (!linear) {
      const pattern = parsePatternSource(source)
      linear = (pattern && createLinearTest(pattern)) ?? (() => true)
    }
    return linear(text)
  }
  return {
    test: (text) => (text.length > lengthMax ? testLong(text) : regExp.test(text)),
    toString: () => source,
  }
}

/** The longest text on which the pattern can be run without harm. */
export function safeLength(source: string): number {
  const { loops, isNested } = measure(source)
  if (isNested) return nestedLengthMax
  // A search that is not anchored starts again at every letter.
  const power = loops + (source.startsWith('^') ? 0 : 1)
  return power <= 1 ? Infinity : Math.floor(stepsMax ** (1 / power))
}

/** Counts unbounded or long repetitions and finds a repetition inside a repeated group. */
function measure(source: string): { loops: number; isNested: boolean } {
  let loops = 0
  let isNested = false
  // Per open group: whether it holds something of variable length.
  const groups: boolean[] = [false]
  for (let i = 0; i < source.length; i++) {
    const char = source[i]
    let wasVariable = false
    if (char === '\\') i++
    else if (char === '[') i = endOfClass(source, i)
    else if (char === '(') {
      groups.push(false)
      continue
    } else if (char === ')') wasVariable = groups.length > 1 && groups.pop() === true
    else if (char === '|') {
      groups[groups.length - 1] = true
      continue
    }
    const quantifier = /^(?:[*+]|\{(\d+)(,?)(\d*)\})/.exec(source.slice(i + 1, i + 20))
    const isOptional = source[i + 1] === '?'
    if (wasVariable) groups[groups.length - 1] = true
    if (!quantifier && !isOptional) continue
    if (isOptional) i += 1
    else i += (quantifier as RegExpExecArray)[0].length
    const isLoop = quantifier !== null && !isFixed(quantifier)
    const repeats = quantifier !== null && !(quantifier[1] === '1' && quantifier[2] === '')
    if (repeats && wasVariable) isNested = true
    if (isLoop) loops++
    if (isLoop || isOptional) groups[groups.length - 1] = true
    if (source[i + 1] === '?') i++
  }
  return { loops, isNested }
}

function isFixed(quantifier: RegExpExecArray): boolean {
  return quantifier[1] !== undefined && quantifier[2] === ''
}

function endOfClass(source: string, open: number): number {
  for (let i = open + 1; i < source.length; i++) {
    if (source[i] === '\\') i++
    else if (source[i] === ']') return i
  }
  return source.length
}
