import { describe, expect, test } from 'vitest'
import type { Operation, Schema } from './contract.ts'
import { createSafePattern, safeLength } from './safe-pattern.ts'
import { createValidator } from './validate.ts'

const json = 'application/json'

function operation(request: Schema): Operation {
  return {
    id: 'op',
    method: 'POST',
    path: '/',
    params: [],
    body: { types: { [json]: request } },
    replies: {},
    security: [],
  }
}

function check(schema: Schema, value: unknown, schemas: Record<string, Schema> = {}) {
  return createValidator({ schemas }).checkBody(operation(schema), json, value)
}

describe('hostile schemas', () => {
  test('warn once and pass when they cannot be compiled', () => {
    const validator = createValidator({ schemas: {} })
    const op = operation({ type: 'nonsense' })
    expect(validator.checkBody(op, json, {})).toEqual([])
    expect(validator.checkBody(op, json, {})).toEqual([])
    expect(validator.warnings).toHaveLength(1)
  })

  test('warn and pass when they are missing or refer to themselves endlessly', () => {
    const schemas = { Loop: { allOf: [{ $ref: '#/schemas/Loop' }] } }
    const validator = createValidator({ schemas })
    expect(validator.checkBody(operation({ $ref: '#/schemas/Loop' }), json, {})).toEqual([])
    expect(validator.checkBody(operation({ $ref: '#/schemas/Gone' }), json, {})).toEqual([])
    expect(validator.warnings.length).toBeGreaterThanOrEqual(2)
  })

  test('follow recursion where it consumes the value', () => {
    const schemas = {
      Tree: { properties: { kids: { items: { $ref: '#/schemas/Tree' } }, n: { type: 'integer' } } },
    }
    expect(
      check({ $ref: '#/schemas/Tree' }, { kids: [{ kids: [{ n: 'x' }] }] }, schemas),
    ).toMatchObject([{ pointer: '/kids/0/kids/0/n' }])
  })

  test('cannot hang us with long lists of unique objects', () => {
    const items = Array.from({ length: 100_000 }, (_, id) => ({ id }))
    expect(check({ uniqueItems: true }, items)).toEqual([])
    const twice = [{ a: 1, b: ['2'] }, '{}', { b: ['2'], a: 1 }]
    expect(check({ uniqueItems: true }, twice)).toMatchObject([{ rule: 'uniqueItems' }])
    expect(check({ uniqueItems: true }, [1, '1', null, 'null', [], '[]', {}, '{}'])).toEqual([])
  })

  test('cannot hang us with their patterns', () => {
    for (const pattern of [
      '^(a+)+$',
      '(x+x+)+y',
      '^(a|aa)+$',
      '([a-z]+)*@',
      '^(.*,){25}x',
      '.*.*.*=.*',
    ])
      expect(check({ pattern }, 'a'.repeat(100_000))).toBeDefined()
    expect(check({ pattern: '^(a+)+$' }, 'aab')).toHaveLength(1)
    expect(check({ pattern: '[\\w-.]+@' }, 'x')).toHaveLength(1)
    expect(check({ pattern: '(' }, 'x')).toEqual([])
  })

  test('leave plain patterns unlimited', () => {
    expect(safeLength('^[a-z]{1,5}$')).toBe(Infinity)
    expect(safeLength('^\\d+$')).toBe(Infinity)
    expect(safeLength('^(ab?c)+$')).toBe(16)
    expect(createSafePattern('^\\p{L}+$', () => {}).test('é')).toBe(true)
  })
})
