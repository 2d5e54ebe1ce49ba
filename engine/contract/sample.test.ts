import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createChance, drawFraction } from '../chance.ts'
import type { Operation, Schema } from './contract.ts'
import { sampleSchema, type SampleOptions } from './sample.ts'
import { createValidator } from './validate.ts'

const now = 1_700_000_000_000

function createRandom(seed: number): () => number {
  const chance = createChance(String(seed))
  return () => drawFraction(chance)
}

function sample(
  schema: Schema,
  schemas: Record<string, Schema> = {},
  options: Partial<SampleOptions> = {},
): unknown {
  return sampleSchema({ schemas }, schema, {
    random: createRandom(7),
    now,
    direction: 'reply',
    ...options,
  })
}

function problems(schema: Schema, value: unknown, schemas: Record<string, Schema> = {}) {
  const type = 'application/json'
  const op: Operation = {
    id: 'op',
    method: 'GET',
    path: '/',
    params: [],
    replies: { 200: { types: { [type]: schema } } },
    security: [],
  }
  return createValidator({ schemas }).checkReply(op, 200, type, value)
}

const person: Schema = {
  type: 'object',
  properties: {
    id: { type: 'string' },
    firstName: { type: 'string' },
    lastName: { type: 'string' },
    email: { type: 'string', format: 'email' },
    createdAt: { type: 'string', format: 'date-time' },
    created: { type: 'integer' },
  },
}

describe('sampleSchema', () => {
  test('makes the same value from the same chance, and another from another', () => {
    expect(sample(person)).toEqual(sample(person))
    expect(sample(person)).not.toEqual(sample(person, {}, { random: createRandom(8) }))
  })

  test('makes a person whose parts agree, and times shortly before now', () => {
    const made = sample(person) as Record<string, string>
    const plain = (text: string | undefined) => text?.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
    expect(made['email']).toBe(
      `${plain(made['firstName'])}.${plain(made['lastName'])}@site.example`,
    )
    expect(Date.parse(made['createdAt'] ?? '')).toBeLessThanOrEqual(now)
    expect(Date.parse(made['createdAt'] ?? '')).toBeGreaterThan(now - 91 * 86_400_000)
    expect(Number(made['created'])).toBeGreaterThan(now / 1000 - 91 * 86_400)
    expect(Number(made['created'])).toBeLessThanOrEqual(now / 1000)
  })

  const schemas: Record<string, Schema> = {
    Cat: {
      required: ['kind', 'lives'],
      properties: { kind: { type: 'string' }, lives: { type: 'integer' } },
    },
    Dog: { required: ['bark'], properties: { kind: { type: 'string' }, bark: { type: 'string' } } },
    Pet: {
      oneOf: [{ $ref: '#/schemas/Cat' }, { $ref: '#/schemas/Dog' }],
      discriminator: { propertyName: 'kind', mapping: { cat: '#/schemas/Cat' } },
    },
    Tree: {
      required: ['kids'],
      properties: { kids: { type: 'array', items: { $ref: '#/schemas/Tree' } } },
    },
    Chain: {
      required: ['next'],
      properties: { next: { anyOf: [{ $ref: '#/schemas/Chain' }, { type: 'null' }] } },
    },
    Loose: { properties: { self: { $ref: '#/schemas/Loose' }, name: { type: 'string' } } },
    Closed: { type: 'object', additionalProperties: false, properties: { a: { type: 'integer' } } },
    Expression: { oneOf: [{ $ref: '#/schemas/And' }, { $ref: '#/schemas/Leaf' }] },
    And: {
      required: ['all'],
      properties: { all: { type: 'array', minItems: 2, items: { $ref: '#/schemas/Expression' } } },
    },
    Leaf: { required: ['leaf'], properties: { leaf: { const: true } } },
    Base: {
      properties: { kind: { type: 'string' } },
      oneOf: [{ $ref: '#/schemas/Heir' }, { $ref: '#/schemas/Other' }],
    },
    Heir: {
      allOf: [{ $ref: '#/schemas/Base' }],
      required: ['kind'],
      properties: { kind: { enum: ['heir'] } },
    },
    Other: {
      allOf: [{ $ref: '#/schemas/Base' }],
      required: ['kind'],
      properties: { kind: { enum: ['other'] } },
    },
  }
  const cases: Schema[] = [
    { type: 'string', minLength: 30, maxLength: 31 },
    { type: 'string', maxLength: 3 },
    { type: 'string', format: 'uri', maxLength: 12 },
    { type: 'string', format: 'email', minLength: 40, maxLength: 45 },
    { type: 'string', pattern: '^[A-Z]{2,4}-\\d+$', maxLength: 9 },
    { type: 'string', format: 'uuid' },
    { type: 'string', format: 'duration' },
    { type: 'string', format: 'ipv6' },
    { type: 'integer', minimum: 7, exclusiveMaximum: 8 },
    { type: 'integer', minimum: 1000, multipleOf: 250 },
    { type: 'integer', maximum: -5 },
    { type: 'number', exclusiveMinimum: 0, maximum: 0.5 },
    { type: ['string', 'null'], enum: ['a', 'b', null] },
    { const: { deep: [1] } },
    { type: 'array', items: { enum: [1, 2, 3] }, minItems: 3, uniqueItems: true },
    {
      type: 'array',
      prefixItems: [{ type: 'string' }, { type: 'integer' }],
      items: false,
      minItems: 2,
    },
    { type: 'array', contains: { const: 5 }, items: { type: 'integer' } },
    { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 3 },
    {
      type: 'object',
      additionalProperties: true,
      propertyNames: { pattern: '^k\\d$' },
      minProperties: 1,
    },
    {
      type: 'object',
      properties: { a: true, b: true, c: true },
      maxProperties: 2,
      required: ['c'],
    },
    {
      allOf: [
        { properties: { a: { type: 'integer', minimum: 5 } } },
        { properties: { a: { maximum: 5 } }, required: ['a'] },
      ],
    },
    { allOf: [{ $ref: '#/schemas/Closed' }, { properties: { b: { type: 'string' } } }] },
    { anyOf: [{ type: 'string' }, { type: 'object', required: ['x'] }] },
    { $ref: '#/schemas/Pet' },
    { $ref: '#/schemas/Tree' },
    { $ref: '#/schemas/Chain' },
    { $ref: '#/schemas/Expression' },
    { $ref: '#/schemas/Base' },
    { $ref: '#/schemas/Heir' },
    { type: 'object', additionalProperties: false, oneOf: [{ $ref: '#/schemas/Cat' }] },
  ]

  test.each(cases.map((schema) => [JSON.stringify(schema), schema] as const))(
    'obeys %s',
    (_, schema) => {
      for (let seed = 0; seed < 20; seed++) {
        const value = sample(schema, schemas, { random: createRandom(seed) })
        expect({ value, problems: problems(schema, value, schemas) }).toEqual({
          value,
          problems: [],
        })
      }
    },
  )

  test('ends recursion where the schema lets it', () => {
    expect(sample({ $ref: '#/schemas/Tree' }, schemas)).toEqual({ kids: [] })
    expect(sample({ $ref: '#/schemas/Chain' }, schemas)).toEqual({ next: null })
    expect(sample({ $ref: '#/schemas/Loose' }, schemas)).not.toHaveProperty('self')
  })

  test('survives schemas that cannot be satisfied', () => {
    const endless: Record<string, Schema> = {
      Endless: { required: ['next'], properties: { next: { $ref: '#/schemas/Endless' } } },
      Loop: { allOf: [{ $ref: '#/schemas/Loop' }] },
    }
    expect(sample({ $ref: '#/schemas/Endless' }, endless)).toBeTypeOf('object')
    expect(sample({ $ref: '#/schemas/Loop' }, endless)).toBeDefined()
    expect(sample({ $ref: '#/schemas/Missing' }, endless)).toBeDefined()
    expect(sample({ allOf: [{ type: 'string' }, { type: 'object' }] })).toBeUndefined()
  })

  test('leaves out what the direction forbids', () => {
    const schema: Schema = {
      required: ['id', 'password'],
      properties: {
        id: { type: 'string', readOnly: true },
        password: { type: 'string', writeOnly: true },
      },
    }
    expect(Object.keys(sample(schema) as object)).toEqual(['id'])
    expect(Object.keys(sample(schema, {}, { direction: 'request' }) as object)).toEqual([
      'password',
    ])
  })

  test('makes only what is required from the given depth on', () => {
    const nested: Schema = {
      properties: { a: { properties: { b: { properties: { c: { type: 'string' } } } } } },
    }
    expect(sample(nested, {}, { depthMax: 2 })).toEqual({ a: { b: {} } })
  })

  test('stays small and fast for schemas that multiply', () => {
    const wide: Record<string, Schema> = {}
    for (let level = 0; level < 8; level++) {
      const entries = Array.from({ length: 12 }, (_, i) => [
        `p${i}`,
        { $ref: `#/schemas/L${level + 1}` },
      ])
      wide[`L${level}`] = {
        type: 'object',
        properties: Object.fromEntries(entries) as Record<string, Schema>,
      }
    }
    wide['L8'] = { type: 'string' }
    const value = sample({ $ref: '#/schemas/L0' }, wide, { depthMax: 20 })
    expect(JSON.stringify(value).length).toBeLessThan(100_000)
  })

  test('obeys whatever limits a number has', () => {
    const limits = fc.record(
      {
        minimum: fc.integer({ min: -1000, max: 0 }),
        maximum: fc.integer({ min: 1, max: 1000 }),
        multipleOf: fc.constantFrom(1, 5, 0.5),
      },
      { requiredKeys: [] },
    )
    const seeded = fc.tuple(limits, fc.constantFrom('number', 'integer'), fc.nat())
    fc.assert(
      fc.property(seeded, ([limit, type, seed]) => {
        const schema: Schema = { type, ...limit }
        expect(problems(schema, sample(schema, {}, { random: createRandom(seed) }))).toEqual([])
      }),
    )
  })
})
