import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { absent, findDifferences } from './differences.ts'

it('finds the deepest places at which two values differ', () => {
  const actual = { a: { b: 1, c: [1, 2] }, same: true, more: 1 }
  const expected = { a: { b: 2, c: [1, 3] }, same: true, less: 2 }
  expect(findDifferences(actual, expected)).toEqual([
    { path: 'a.b', actual: 1, expected: 2 },
    { path: 'a.c[1]', actual: 2, expected: 3 },
    { path: 'more', actual: 1, expected: absent },
    { path: 'less', actual: absent, expected: 2 },
  ])
})

it('tells lists of different length, and things of different kinds, as a whole', () => {
  expect(findDifferences([1], [1, 2])).toEqual([{ path: '', actual: [1], expected: [1, 2] }])
  expect(findDifferences({ a: [] }, { a: {} })).toEqual([{ path: 'a', actual: [], expected: {} }])
  expect(findDifferences(null, {})).toHaveLength(1)
})

it('finds some exactly where two values are not deeply equal', () => {
  const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      expect(findDifferences(json(a), json(a))).toEqual([])
      const isSame = isDeepStrictEqual(json(a), json(b))
      expect(findDifferences(json(a), json(b)).length === 0).toBe(isSame)
    }),
  )
})
