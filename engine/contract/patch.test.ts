import { describe, expect, test } from 'vitest'
import { applyPatch } from './patch.ts'

const because = { why: 'the real service differs', source: 'recording okta/1' }
const contract = {
  operations: [
    {
      id: 'a',
      path: '/a',
      params: [
        { name: 'limit', in: 'query' },
        { name: 'x', in: 'path' },
        { name: 'x', in: 'query' },
      ],
    },
    { id: 'get /b', path: '/b', params: [] },
  ],
  schemas: { 'A/B': { required: ['p'] } },
}

function patched(...lines: Record<string, unknown>[]) {
  return applyPatch<Record<string, unknown>>(
    contract,
    lines.map((line) => ({ ...because, ...line })),
  )
}

describe('applyPatch', () => {
  test('finds operations by id and parameters by name', () => {
    const result = patched(
      { op: 'replace', path: '/operations/get ~1b/path', value: '/c' },
      { op: 'add', path: '/operations/a/params/limit/explode', value: false },
      { op: 'remove', path: '/operations/a/params/2' },
      { op: 'add', path: '/operations/a/params/-', value: { name: 'y' } },
      { op: 'add', path: '/operations/c', value: { id: 'c' } },
      { op: 'remove', path: '/schemas/A~1B/required/0' },
      { op: 'test', path: '/schemas/A~1B', value: { required: [] } },
    )
    expect(result).toEqual({
      operations: [
        {
          id: 'a',
          path: '/a',
          params: [
            { name: 'limit', in: 'query', explode: false },
            { name: 'x', in: 'path' },
            { name: 'y' },
          ],
        },
        { id: 'get /b', path: '/c', params: [] },
        { id: 'c' },
      ],
      schemas: { 'A/B': { required: [] } },
    })
  })

  test('leaves what it was given as it was', () => {
    const before = structuredClone(contract)
    const result = patched({ op: 'remove', path: '/operations/a' })
    expect(contract).toEqual(before)
    expect(result['schemas']).toBe(contract.schemas)
  })

  test('tells line and pointer of a mistake', () => {
    const good = { op: 'test', path: '/operations/a/id', value: 'a' }
    const bad: [Record<string, unknown>, RegExp][] = [
      [{ op: 'move', path: '/a' }, /line 2: op/],
      [{ op: 'remove', path: 'a' }, /line 2: path/],
      [{ op: 'add', path: '/a' }, /line 2: value/],
      [{ op: 'remove', path: '/a', why: '' }, /line 2: why/],
      [{ op: 'remove', path: '/a', source: undefined }, /line 2: source/],
      [
        { op: 'remove', path: '/operations/z' },
        /line 2: z is not in the list \(at \/operations\/z\)/,
      ],
      [{ op: 'replace', path: '/nothing', value: 1 }, /line 2: nothing is not there/],
      [{ op: 'replace', path: '/operations/a/params/x/in', value: 1 }, /more than one/],
      [{ op: 'test', path: '/operations/a/id', value: 'b' }, /it is "a"/],
    ]
    for (const [line, message] of bad) expect(() => patched(good, line)).toThrow(message)
    expect(() => applyPatch({}, {})).toThrow(/not a list/)
  })

  test('refuses keys that poison prototypes', () => {
    for (const path of ['/__proto__/x', '/schemas/constructor/prototype/x', '/prototype'])
      expect(() => patched({ op: 'add', path, value: 1 })).toThrow(/not allowed/)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })
})
