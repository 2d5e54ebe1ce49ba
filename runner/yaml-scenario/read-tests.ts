import { didYouMean } from '../../engine/nearest.ts'
import { comparators, countComparators } from './comparators.ts'
import type { Fields } from './fields.ts'
import { createStoryPattern } from './pattern.ts'
import type { StepReading } from './step-reading.ts'
import type { Sight, StoryTest } from './story.ts'
import type { Value } from './value.ts'

/** Reads the comparisons of a check; `equals: true` when there is none. Throws a UsageError. */
export function readTests(fields: Fields, sight: Sight, reading: StepReading): StoryTest[] {
  const { source } = reading
  const tests: StoryTest[] = []
  for (const name of ['status', ...Object.keys(comparators)]) {
    const wanted = fields.value(name)
    if (wanted === undefined) continue
    if (name === 'status' && sight.kind !== 'look') {
      const fix = 'Write value: "${reply.status}" and equals: 200.'
      throw source.mistake('"status" goes with a look.', wanted.at, { fix })
    }
    if (name === 'status') needKind('number', name, wanted, reading)
    else needKind(comparators[name]!.takes, name, wanted, reading)
    if (name === 'matches') checkPattern(wanted, reading)
    tests.push({ name, wanted })
  }
  if (tests.length > 0) return tests
  if (sight.kind !== 'value') {
    const fix = `Write one of status, ${Object.keys(comparators).join(', ')}.`
    throw source.mistake('It compares with nothing.', fields.at, { fix })
  }
  return [{ name: 'equals', wanted: { kind: 'fixed', value: true, at: fields.at } }]
}

function needKind(
  takes: (typeof comparators)[string]['takes'],
  name: string,
  wanted: Value,
  reading: StepReading,
): void {
  // What a calculation gives is seen when it is worked out.
  if (takes === 'any' || wanted.kind === 'text') return
  const isFixed = wanted.kind === 'fixed'
  const { source } = reading
  if (takes === 'list' && wanted.kind !== 'list') {
    throw source.mistake(`"${name}" needs a list.`, wanted.at)
  }
  if (takes === 'text' && !(isFixed && typeof wanted.value === 'string')) {
    throw source.mistake(`"${name}" needs a text.`, wanted.at, { fix: 'Put it in quotes.' })
  }
  if (takes === 'true' && !(isFixed && wanted.value === true)) {
    const other = name === 'absent' ? 'present' : 'absent'
    throw source.mistake(`Write ${name}: true, or ${other}: true.`, wanted.at)
  }
  if (takes === 'count' && wanted.kind === 'map') return checkCount(wanted.entries, reading)
  if ((takes === 'number' || takes === 'count') && !(isFixed && typeof wanted.value === 'number')) {
    throw source.mistake(`"${name}" needs a number.`, wanted.at)
  }
}

function checkCount(entries: [string, Value][], reading: StepReading): void {
  for (const [name, value] of entries) {
    if (!countComparators.includes(name)) {
      const fix = didYouMean(name, countComparators)
      throw reading.source.mistake(`A count has no "${name}".`, value.at, { fix })
    }
    needKind('number', name, value, reading)
  }
}

/** A pattern that is no pattern says so when the file is read. */
function checkPattern(wanted: Value, { source }: StepReading): void {
  const text =
    wanted.kind === 'fixed'
      ? String(wanted.value)
      : wanted.kind === 'text'
        ? wanted.template.map((part) => (typeof part === 'string' ? part : 'x')).join('')
        : ''
  try {
    createStoryPattern(text)
  } catch (error) {
    throw source.mistake(`${(error as Error).message}.`, wanted.at)
  }
}
