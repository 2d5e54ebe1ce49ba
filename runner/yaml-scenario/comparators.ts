import { isDeepStrictEqual } from 'node:util'
import { createStoryPattern } from './pattern.ts'

/** One way to compare what was seen with what was expected. */
interface Comparator {
  /** In the JSON Schema's words. */
  about: string
  /** What its value has to be; a calculation may stand for anything. */
  takes: 'any' | 'text' | 'number' | 'list' | 'true' | 'count'
  holds: (actual: unknown, wanted: unknown) => boolean
}

/** Every comparison that a `then` knows, by its key. */
export const comparators: Readonly<Record<string, Comparator>> = {
  equals: { about: 'the same value, deeply', takes: 'any', holds: isSame },
  differs: {
    about: 'any other value',
    takes: 'any',
    holds: (actual, wanted) => !isSame(actual, wanted),
  },
  'one of': {
    about: 'the same as one of a list',
    takes: 'list',
    holds: (actual, wanted) => asList(wanted).some((one) => isSame(actual, one)),
  },
  matches: {
    about: 'a text that the regular expression finds; (?i) in front ignores case',
    takes: 'text',
    holds: (actual, wanted) =>
      typeof actual === 'string' && createStoryPattern(String(wanted)).test(actual),
  },
  contains: {
    about: 'a text with this in it, a list with such a member, or an object with these fields',
    takes: 'any',
    holds: contains,
  },
  lacks: {
    about: 'the opposite of contains',
    takes: 'any',
    holds: (actual, wanted) => isSomething(actual) && !contains(actual, wanted),
  },
  count: {
    about: 'how many members a list has, or letters a text',
    takes: 'count',
    holds: (actual, wanted) => {
      const size = sizeOf(actual)
      if (typeof wanted !== 'object' || wanted === null) return size === wanted
      return Object.entries(wanted).every(([name, most]) => comparators[name]!.holds(size, most))
    },
  },
  absent: {
    about: 'it is not there, or null',
    takes: 'true',
    holds: (actual) => !isSomething(actual),
  },
  present: { about: 'it is there', takes: 'true', holds: isSomething },
  'greater than': ordered('more than this number', (actual, wanted) => actual > wanted),
  'less than': ordered('less than this number', (actual, wanted) => actual < wanted),
  'at least': ordered('this number or more', (actual, wanted) => actual >= wanted),
  'at most': ordered('this number or less', (actual, wanted) => actual <= wanted),
}

/** The comparisons that `count` may hold itself: `count: { at least: 2 }`. */
export const countComparators = ['greater than', 'less than', 'at least', 'at most', 'differs']

/** A comparison as the predicate of a check; its text is what a report shows as expected. */
export function toPredicate(name: string, wanted: unknown): unknown {
  // Plain values are compared by the check itself, which shows them best.
  if (name === 'equals') return wanted
  const { holds, takes } = comparators[name]!
  const shown = takes === 'true' ? name : `${name} ${spell(name, wanted)}`
  const predicate = (actual: unknown): boolean => holds(actual, wanted)
  return Object.assign(predicate, { toString: () => shown })
}

function spell(name: string, wanted: unknown): string {
  if (name === 'matches') return `/${String(wanted)}/`
  const text = JSON.stringify(wanted) ?? 'what is not there'
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

function ordered(about: string, compare: (actual: number, wanted: number) => boolean): Comparator {
  return {
    about,
    takes: 'number',
    holds: (actual, wanted) =>
      typeof actual === 'number' && typeof wanted === 'number' && compare(actual, wanted),
  }
}

function contains(actual: unknown, wanted: unknown): boolean {
  if (typeof actual === 'string') return typeof wanted === 'string' && actual.includes(wanted)
  if (Array.isArray(actual)) return actual.some((one) => isLike(one, wanted))
  return isLike(actual, wanted) && typeof actual === 'object'
}

/** The same, or an object that has these fields and others. */
function isLike(actual: unknown, wanted: unknown): boolean {
  if (!isObject(actual) || !isObject(wanted)) return isSame(actual, wanted)
  return Object.entries(wanted).every(
    ([name, value]) => Object.hasOwn(actual, name) && isLike(actual[name], value),
  )
}

function sizeOf(actual: unknown): number | undefined {
  return Array.isArray(actual) || typeof actual === 'string' ? actual.length : undefined
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value]
}

/** As JSON has it: what is not there is null, and fields without a value are none. */
function isSame(actual: unknown, wanted: unknown): boolean {
  return isDeepStrictEqual(plain(actual), plain(wanted))
}

function plain(value: unknown): unknown {
  return value === undefined ? null : (JSON.parse(JSON.stringify(value)) as unknown)
}

function isSomething(value: unknown): boolean {
  return value !== undefined && value !== null
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
