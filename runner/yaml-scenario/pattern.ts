import { createLinearTest } from '../../engine/contract/linear-match.ts'
import { compilePattern, parsePatternSource } from '../../engine/contract/pattern.ts'
import { safeLength } from '../../engine/contract/safe-pattern.ts'

/** Up to here the matcher of linear time always stays within its budget. */
const linearLengthMax = 6000

/** A pattern of a scenario. */
export interface StoryPattern {
  test: (text: string) => boolean
}

/**
 * Compiles a regular expression so that no text can make it run for long: short texts go to the
 * built-in engine, longer ones to a matcher of linear time. What is too long even for that does not
 * match. Throws an Error that says why where the pattern is none, looks around or refers back.
 */
export function createStoryPattern(source: string): StoryPattern {
  const regExp = compilePattern(source)
  if (regExp === undefined) throw new Error(`/${source}/ is no regular expression`)
  const lengthMax = safeLength(source)
  if (lengthMax === Infinity && !/\\[1-9k]|\(\?<?[=!]/.test(source)) {
    return { test: (text) => regExp.test(text) }
  }
  const parsed = parsePatternSource(source)
  const linear = parsed && createLinearTest(parsed)
  if (linear === undefined) {
    throw new Error(`/${source}/ looks around, refers back or is too long; write it without`)
  }
  return {
    test: (text) =>
      text.length <= lengthMax ? regExp.test(text) : text.length <= linearLengthMax && linear(text),
  }
}

/** A text as a pattern that matches just that text. */
export function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`)
}
