import { readDuration } from '../../engine/clock.ts'
import type { StoryChance } from '../story-chance.ts'

/** What the functions of expressions draw on. */
export interface StoryFunctions extends Pick<StoryChance, 'random' | 'pick'> {
  now: () => number
}

interface Described {
  call: (around: StoryFunctions, ...args: unknown[]) => unknown
  /** How it is written. */
  form: string
  /** What it gives, in a few words. */
  about: string
  /** How many arguments it takes. */
  takes: [least: number, most: number]
}

const listMax = 10_000

/** Every function that `${…}` knows. All are pure but `random` and `pick`, which draw from the trial's seed. */
export const functions: Readonly<Record<string, Described>> = {
  random: {
    form: 'random(2, 5)',
    about: 'a whole number, both ends included',
    takes: [2, 2],
    call: (around, least, most) => around.random(number(least), number(most)),
  },
  pick: {
    form: "pick('a', 'b')",
    about: 'one of several, or of a list',
    takes: [1, 100],
    call: (around, ...from) =>
      around.pick(from.length === 1 && Array.isArray(from[0]) ? (from[0] as unknown[]) : from),
  },
  range: {
    form: 'range(3)',
    about: 'the list 1, 2, 3',
    takes: [1, 1],
    call: (_, count) => Array.from({ length: inBounds(number(count)) }, (_, i) => i + 1),
  },
  count: {
    form: 'count(list)',
    about: 'how many there are, or how many letters',
    takes: [1, 1],
    call: (_, of) => (typeof of === 'string' ? of.length : list(of).length),
  },
  first: { form: 'first(list)', about: 'the first', takes: [1, 1], call: (_, of) => list(of)[0] },
  last: { form: 'last(list)', about: 'the last', takes: [1, 1], call: (_, of) => list(of).at(-1) },
  join: {
    form: "join(list, ', ')",
    about: 'the members as one text',
    takes: [2, 2],
    call: (_, of, by) => list(of).map(String).join(text(by)),
  },
  lower: {
    form: 'lower(text)',
    about: 'in small letters',
    takes: [1, 1],
    call: (_, of) => text(of).toLowerCase(),
  },
  upper: {
    form: 'upper(text)',
    about: 'in capitals',
    takes: [1, 1],
    call: (_, of) => text(of).toUpperCase(),
  },
  before: {
    form: "before(text, '@')",
    about: 'what stands before the first',
    takes: [2, 2],
    call: (_, of, mark) => text(of).split(text(mark), 1)[0],
  },
  after: {
    form: "after(text, '@')",
    about: 'what stands after the first; nothing when there is none',
    takes: [2, 2],
    call: (_, of, mark) => text(of).split(text(mark)).slice(1).join(text(mark)),
  },
  part: {
    form: 'part(text, 0, -1)',
    about: 'letters from one place to before another; negative places count from the end',
    takes: [2, 3],
    call: (_, of, from, to) => text(of).slice(number(from), to === undefined ? to : number(to)),
  },
  ago: {
    form: "ago('90 days')",
    about: 'a time in the past, in ms',
    takes: [1, 1],
    call: (around, duration) => around.now() - readDuration(text(duration)),
  },
  duration: {
    form: "duration('1 hour')",
    about: 'a length of time in ms',
    takes: [1, 1],
    call: (_, duration) => readDuration(text(duration)),
  },
  iso: {
    form: 'iso(now)',
    about: 'a time in ms as 2026-01-05T09:00:00.000Z',
    takes: [1, 1],
    call: (_, ms) => new Date(number(ms)).toISOString(),
  },
  floor: {
    form: 'floor(number)',
    about: 'the whole number below',
    takes: [1, 1],
    call: (_, of) => Math.floor(number(of)),
  },
}

function number(value: unknown): number {
  if (typeof value === 'number') return value
  throw new Error(`${show(value)} is no number`)
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new Error(`${show(value)} is no text`)
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  throw new Error(`${show(value)} is no list`)
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'what is not there'
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function inBounds(count: number): number {
  if (Number.isSafeInteger(count) && count >= 0 && count <= listMax) return count
  throw new Error(`${count} is no whole number from 0 to ${listMax}`)
}
