import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Clause, Field, Operand, Operator, Predicate, Query } from './ast.ts'
import { readDate, edgeOf } from './dates.ts'
import { JqlError } from './jql-error.ts'
import { parseJql } from './parser.ts'
import { printJql } from './print.ts'
import { createTextTest } from './text-match.ts'

const text = fc.string({ minLength: 1, maxLength: 8, unit: 'grapheme' })
const word = fc.stringMatching(/^[a-z][a-z0-9_-]{0,6}$/)

const field: fc.Arbitrary<Field> = fc.oneof(
  text.map((name) => ({ kind: 'name' as const, name })),
  fc.nat(99_999).map((n) => ({ kind: 'custom' as const, number: String(n) })),
  fc.record({
    kind: fc.constant('property' as const),
    name: fc.constant('issue.property'),
    key: text,
    path: fc.array(word, { maxLength: 3 }),
  }),
)

const value: fc.Arbitrary<Operand> = fc.oneof(
  fc
    .string({ maxLength: 8, unit: 'grapheme' })
    .map((one) => ({ kind: 'value' as const, value: one })),
  fc.constant({ kind: 'empty' as const }),
  fc.record({
    kind: fc.constant('function' as const),
    name: text,
    args: fc.array(text, { maxLength: 3 }),
  }),
)
const list: fc.Arbitrary<Operand> = fc
  .array(value, { minLength: 1, maxLength: 4 })
  .map((items) => ({ kind: 'list' as const, items }))

const simple: Operator[] = ['=', '!=', '<', '<=', '>', '>=', '~', '!~', 'is', 'is not']

const predicate = (names: Predicate['name'][]): fc.Arbitrary<Predicate> =>
  fc.record({ name: fc.constantFrom(...names), operand: fc.oneof(value, list) })

const term = fc.oneof(
  fc.record({
    kind: fc.constant('term' as const),
    field,
    op: fc.constantFrom(...simple),
    operand: fc.oneof(value, list),
    predicates: fc.constant([]),
  }),
  fc.record({
    kind: fc.constant('term' as const),
    field,
    op: fc.constantFrom<Operator>('in', 'not in'),
    operand: list,
    predicates: fc.constant([]),
  }),
  fc.record({
    kind: fc.constant('term' as const),
    field,
    op: fc.constantFrom<Operator>('was', 'was not'),
    operand: value,
    predicates: fc.array(predicate(['after', 'before', 'on', 'by', 'during']), { maxLength: 2 }),
  }),
  fc.record({
    kind: fc.constant('term' as const),
    field,
    op: fc.constant<Operator>('changed'),
    predicates: fc.array(predicate(['after', 'before', 'on', 'by', 'from', 'to', 'during']), {
      maxLength: 2,
    }),
  }),
) as fc.Arbitrary<Clause>

const { clause } = fc.letrec<{ clause: Clause }>((tie) => ({
  clause: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    term,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      clauses: fc.array(tie('clause'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), clause: tie('clause') }),
  ),
}))

const query: fc.Arbitrary<Query> = fc.record(
  {
    where: clause,
    order: fc.array(
      fc.record(
        { field, direction: fc.constantFrom('asc' as const, 'desc' as const) },
        { requiredKeys: ['field'] },
      ),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: ['order'] },
)

function messageOf(jql: string): string | undefined {
  try {
    parseJql(jql)
    return undefined
  } catch (error) {
    if (error instanceof JqlError) return error.message
    throw error
  }
}

describe('the grammar', () => {
  test('reads what it writes', () => {
    fc.assert(
      fc.property(query, (one) => {
        expect(parseJql(printJql(one))).toEqual(one)
      }),
      { numRuns: 500 },
    )
  })

  test('answers any text with a query or a sentence', () => {
    const pieces = fc.constantFrom(
      '(',
      ')',
      'and',
      'not',
      '!',
      '"',
      "'",
      '\\',
      '=',
      'in',
      'was',
      'order',
      'by',
      ',',
      'a',
      ' ',
      '[',
      'cf',
      '\\u00',
    )
    const anything = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((all) => all.join(' ')),
      fc.array(pieces).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(anything, (jql) => void messageOf(jql)),
      { numRuns: 2000 },
    )
  })

  test('bounds how deep a query nests', () => {
    expect(messageOf(`${'('.repeat(50_000)}a = 1`)).toContain('nests deeper')
    expect(messageOf(`${'not '.repeat(50_000)}a = 1`)).toContain('nests deeper')
    expect(messageOf(`a in ${'('.repeat(50_000)}`)).toContain('nests deeper')
    expect(messageOf(`${'('.repeat(90)}a = 1${')'.repeat(90)}`)).toBeUndefined()
  })

  // FACTS: jql-messages.
  test.each([
    [
      'a = b c = d',
      "Error in the JQL Query: Expecting either 'OR' or 'AND' but got 'c'. (line 1, character 7)",
    ],
    [
      'for = 1',
      "Error in the JQL Query: 'for' is a reserved JQL word. You must surround it in quotation marks to use it in a query. (line 1, character 1)",
    ],
    [
      'project =',
      'Error in the JQL Query: Expecting either a value, list or function before the end of the query.',
    ],
    [
      'project',
      "Error in the JQL Query: Expecting operator before the end of the query. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.",
    ],
    [
      'summary ~ "open',
      "Error in the JQL Query: The quoted string 'open' has not been completed. (line 1, character 11)",
    ],
    ['a = b order', "Error in the JQL Query: Expecting 'by' before the end of the query."],
    [
      'a = b order by c sideways',
      "Error in the JQL Query: Expecting either 'ASC' or 'DESC' but got 'sideways'. (line 1, character 18)",
    ],
    ['a in (1, 2', "Error in the JQL Query: Expecting ')' before the end of the query."],
    [
      'assignee = me@x.example',
      "Error in the JQL Query: The character '@' is a reserved JQL character. You must enclose it in a string or use the escape '\\u0040' instead. (line 1, character 14)",
    ],
    [
      'a = 1\nand\nb = "\\q"',
      "Error in the JQL Query: '\\q' is an illegal JQL escape sequence. The valid escape sequences are \\', \\\", \\t, \\n, \\r, \\\\, '\\ ' and \\uXXXX. (line 3, character 6)",
    ],
    [
      'and = 1',
      "Error in the JQL Query: Expecting a field name but got 'and'. You must surround 'and' in quotation marks to use it as a field name. (line 1, character 1)",
    ],
    [
      'cf[x] = 1',
      "Error in the JQL Query: Expecting a custom field id (a positive number) but got 'x'. (line 1, character 4)",
    ],
  ])('says of %j what the service says', (jql, message) => {
    expect(messageOf(jql)).toBe(message)
  })

  test('takes words for symbols, in any case', () => {
    expect(parseJql('A = 1 && !(b = 2 || C = 3)')).toEqual(
      parseJql('A = 1 AND NOT (b = 2 or C = 3)'),
    )
    expect(parseJql('this is not jql').where).toMatchObject({
      op: 'is not',
      operand: { value: 'jql' },
    })
    expect(
      parseJql('status was in (a, b) during ("2024-01-01", "2024-02-01") by me').where,
    ).toMatchObject({ op: 'was in' })
  })
})

const now = Date.UTC(2026, 0, 7, 15, 30)

describe('dates', () => {
  test.each([
    ['2026-01-05', Date.UTC(2026, 0, 5)],
    ['2026/1/5 09:30', Date.UTC(2026, 0, 5, 9, 30)],
    ['-1d', now - 86_400_000],
    ['4w 2d', now + 30 * 86_400_000],
    ['2026-02-30', undefined],
    ['soon', undefined],
  ])('reads %j', (jql, ms) => {
    expect(readDate(jql, now, 'Etc/UTC')).toBe(ms)
  })

  test('follow the caller’s zone', () => {
    expect(readDate('2026-07-01', now, 'Europe/Warsaw')).toBe(Date.UTC(2026, 5, 30, 22))
    const inNewYork = { now: Date.UTC(2026, 0, 7, 3), zone: 'America/New_York', weekStart: 0 }
    expect(edgeOf('Day', 'start', '-1d', inNewYork)).toBe(Date.UTC(2026, 0, 5, 5))
  })

  test('have edges', () => {
    const scope = { now, zone: 'Etc/UTC', weekStart: 1 }
    expect(edgeOf('Week', 'start', undefined, scope)).toBe(Date.UTC(2026, 0, 5))
    expect(edgeOf('Week', 'start', undefined, { ...scope, weekStart: 0 })).toBe(
      Date.UTC(2026, 0, 4),
    )
    expect(edgeOf('Month', 'end', '+1', scope)).toBe(Date.UTC(2026, 2, 1) - 1)
    expect(edgeOf('Year', 'start', '-1y', scope)).toBe(Date.UTC(2025, 0, 1))
    expect(edgeOf('Day', 'start', 'x', scope)).toBeUndefined()
  })
})

describe('text search', () => {
  test.each([
    ['flicker', 'The page flickers', true],
    ['FLICKERING page', 'The page flickers', true],
    ['flick*', 'The page flickers', true],
    ['page missing', 'The page flickers', false],
    ['"page flickers"', 'The page flickers', true],
    ['"flickers page"', 'The page flickers', false],
    ['ENG-1', 'See eng-1 for more', true],
    ['-page', 'The page flickers', false],
  ])('%j in %j is %j', (search, given, expected) => {
    expect(createTextTest(search)([given])).toBe(expected)
  })
})
