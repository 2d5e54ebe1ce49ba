import { describe, expect, test } from 'vitest'
import { open, Story, teach, type Service } from './testing/story.ts'

type Thing = Record<string, unknown>

/** A clinic that is strict about what it is sent, and says what was wrong. */
function clinic(mark: string): Service {
  let made = 0
  const wrong = (field: string, detail: string) => ({
    status: 422,
    json: { title: 'Invalid', errors: [{ source: { pointer: `/${field}` }, detail }] },
  })
  return ({ at, sent }) => {
    if (at[0] === 'visits') return visit(sent)
    const missing = ['firstName', 'lastName', 'email'].filter((name) => sent[name] === undefined)
    if (missing.length > 0) {
      const errors = missing.map((name) => ({
        source: { pointer: `/${name}` },
        detail: 'must be present',
      }))
      return { status: 422, json: { title: 'Invalid', errors } }
    }
    if (typeof sent['email'] !== 'string') return wrong('email', 'must be a text')
    for (const name of ['age', 'rooms'])
      if (sent[name] !== undefined && typeof sent[name] !== 'number')
        return wrong(name, `"${String(sent[name])}" is no number`)
    const tags = (sent['tags'] ?? []) as unknown[]
    if (tags.length > 3) return wrong('tags', 'has more than 3 entries')
    const id = `pat_${mark}${(++made * 7919).toString(16).padStart(6, '0')}`
    return { status: 201, json: { id, ...sent } }
  }
}

/** Words a missing field as a sentence, one at a time, and a limit with the value that broke it. */
function visit(sent: Thing) {
  const no = (message: string) => ({ status: 400, json: { error: { code: 'bad', message } } })
  for (const name of ['patient_id', 'starts_at'])
    if (sent[name] === undefined) return no(`Parameter ${name} is missing.`)
  const minutes = Number(sent['minutes'])
  if (minutes > 90) return no(`minutes is ${minutes}, at most 90`)
  if (minutes < 5) return no('minutes is too short')
  return { status: 201, json: { id: 'vis_7Qk20Zx81m', ...sent } }
}

const person = { firstName: 'Ada', lastName: 'Ey', email: 'ada@example.com' }
const slot = { patient_id: 'pat_1', starts_at: '2026-03-01T10:00:00Z' }

function story(mark: string) {
  const one = new Story(mark, clinic(mark))
  one.ask('POST', '/patients', { ...person, tags: ['a', 'b', 'c'] })
  one.ask('POST', '/patients', { ...person, phone: '1', age: 40, rooms: 1 })
  one.ask('POST', '/patients', { ...person, age: 'old' })
  one.ask('POST', '/patients', { ...person, tags: ['a'] })
  one.ask('POST', '/patients', { firstName: 'Ada', lastName: 'Ey' })
  one.ask('POST', '/patients', { phone: '1', firstName: 'Ada' })
  one.ask('POST', '/patients', { ...person, email: 7 })
  one.ask('POST', '/patients', { ...person, tags: ['a', 'b', 'c', 'd', 'e'] })
  for (const minutes of [20, 60, 10]) one.ask('POST', '/visits', { ...slot, minutes })
  one.ask('POST', '/visits', { patient_id: 'pat_1', minutes: 20 })
  one.ask('POST', '/visits', { ...slot, minutes: 120 })
  one.ask('POST', '/visits', { ...slot, minutes: 2 })
  one.ask('POST', '/visits', { ...slot, minutes: 1 })
  return one.entries
}

const lesson = teach([story('a1B2c3'), story('d4E5f6')])

describe('a missing field', () => {
  const { ask } = open(lesson)

  test('is refused in the words for another one, with its own name in them', () => {
    const { status, json } = ask('POST', '/patients', { firstName: 'Bo', email: 'bo@example.com' })
    expect(status).toBe(422)
    expect(json).toEqual({
      title: 'Invalid',
      errors: [{ source: { pointer: '/lastName' }, detail: 'must be present' }],
    })
    expect(ask('POST', '/visits', { starts_at: 'x', minutes: 20 })).toMatchObject({
      status: 400,
      json: { error: { code: 'bad', message: 'Parameter patient_id is missing.' } },
    })
  })

  test('is named beside the others where the service names all', () => {
    const { json } = ask('POST', '/patients', { phone: '2' })
    expect((json['errors'] as Thing[]).map(({ source }) => source)).toEqual([
      { pointer: '/firstName' },
      { pointer: '/lastName' },
      { pointer: '/email' },
    ])
  })

  test('that some calls did without is not missed', () => {
    expect(ask('POST', '/patients', person).status).toBe(201)
  })
})

describe('a limit', () => {
  const { ask } = open(lesson)
  const minutes = (count: number) => ask('POST', '/visits', { ...slot, minutes: count })

  test('holds where the refusal says it, and repeats the value that broke it', () => {
    expect(minutes(90).status).toBe(201)
    expect(minutes(91)).toMatchObject({
      status: 400,
      json: { error: { message: 'minutes is 91, at most 90' } },
    })
  })

  test('that the refusal does not say begins where calls were refused', () => {
    expect(minutes(3).status).toBe(201)
    expect(minutes(2).json).toMatchObject({ error: { message: 'minutes is too short' } })
  })

  test('of a length holds as well', () => {
    const tagged = (tags: string[]) => ask('POST', '/patients', { ...person, tags }).status
    expect(tagged(['a', 'b', 'c'])).toBe(201)
    expect(tagged(['a', 'b', 'c', 'd'])).toBe(422)
  })

  test('is told with what was seen', () => {
    const { demands } = lesson.learned.operations.find(({ op }) => op.includes('visits'))!
    const most = demands!.find(({ asks }) => asks === 'most')!
    expect(most).toMatchObject({ places: ['/minutes'], limit: 90 })
    expect(most.evidence).toBe('from 120 refused 2×, up to 60 taken; the refusal says 90')
  })

  test('is none when only one side was seen', () => {
    const entries = new Story('x', clinic('x'))
    for (const count of [100, 120]) entries.ask('POST', '/visits', { ...slot, minutes: count })
    const other = open(teach([entries.entries]))
    expect(JSON.stringify(other.twin)).not.toContain('"most"')
    expect(teach([entries.entries]).learned.operations[0]!.demands).toBeUndefined()
  })
})

test('a value of another kind is refused, wherever that kind is wanted', () => {
  const { ask } = open(lesson)
  expect(ask('POST', '/patients', { ...person, lastName: 7 })).toMatchObject({
    status: 422,
    json: { errors: [{ source: { pointer: '/lastName' }, detail: 'must be a text' }] },
  })
})

test('a refusal that quotes what it refuses quotes the new value', () => {
  const { ask } = open(lesson)
  expect(ask('POST', '/patients', { ...person, rooms: 'two' }).json).toMatchObject({
    errors: [{ source: { pointer: '/rooms' }, detail: '"two" is no number' }],
  })
  expect(ask('POST', '/patients', { ...person, age: 30, rooms: 2 }).status).toBe(201)
})
