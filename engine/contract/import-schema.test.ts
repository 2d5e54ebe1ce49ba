import { expect, test } from 'vitest'
import { importOpenApi, type ImportOptions } from './read.ts'

const info = { title: 'Test', version: '1' }

function read(document: Record<string, unknown>, options?: ImportOptions) {
  return importOpenApi({ openapi: '3.0.3', info, ...document }, options)
}

/** Imports one schema under the name X. */
function schemaOf(schema: unknown, more: Record<string, unknown> = {}, openapi = '3.0.3') {
  const components = { schemas: { X: schema, ...more } }
  const { contract, warnings } = read({ openapi, paths: replying('X'), components })
  return { x: contract.schemas['X'], schemas: contract.schemas, warnings }
}

function replying(name: string) {
  const schema = { $ref: `#/components/schemas/${name}` }
  return { '/x': { get: { responses: { 200: { content: { 'application/json': { schema } } } } } } }
}

test('says null in the words of JSON Schema', () => {
  const ref = { $ref: '#/components/schemas/Y' }
  const { x } = schemaOf(
    {
      properties: {
        plain: { type: 'string', nullable: true },
        words: { type: 'string', nullable: true, enum: ['a'] },
        ref: { ...ref, nullable: true },
        all: { allOf: [ref], nullable: true, readOnly: true },
        one: { type: 'object', oneOf: [ref], nullable: true },
        any: { nullable: true },
      },
    },
    { Y: { type: 'string' } },
  )
  const y = { $ref: '#/schemas/Y' }
  expect((x as { properties: unknown }).properties).toEqual({
    plain: { type: ['string', 'null'] },
    words: { type: ['string', 'null'], enum: ['a', null] },
    ref: { anyOf: [y, { type: 'null' }] },
    all: { anyOf: [{ allOf: [y] }, { type: 'null' }], readOnly: true },
    one: { anyOf: [{ type: 'object', oneOf: [y] }, { type: 'null' }] },
    any: {},
  })
})

test('keeps the type lists and siblings of 3.1, and drops prose in every version', () => {
  const schema = {
    type: ['string', 'null'],
    title: 'T',
    description: 'd',
    examples: ['x'],
    const: 'x',
    'x-a': 1,
    externalDocs: {},
  }
  expect(schemaOf(schema, {}, '3.1.0').x).toEqual({ type: ['string', 'null'], const: 'x' })
  const sibling = { $ref: '#/components/schemas/Y', minLength: 2, description: 'd' }
  expect(schemaOf(sibling, { Y: {} }, '3.1.0').x).toEqual({ $ref: '#/schemas/Y', minLength: 2 })
  expect(schemaOf(sibling, { Y: {} }, '3.0.0').x).toEqual({ $ref: '#/schemas/Y' })
})

test('turns boolean limits into numbers', () => {
  const schema = { minimum: 1, exclusiveMinimum: true, maximum: 5, exclusiveMaximum: false }
  expect(schemaOf(schema).x).toEqual({ exclusiveMinimum: 1, maximum: 5 })
  expect(schemaOf({ exclusiveMinimum: 3 }, {}, '3.1.0').x).toEqual({ exclusiveMinimum: 3 })
})

test('rewrites the mapping of a discriminator and needs its targets', () => {
  const mapping = { a: '#/components/schemas/A', b: 'B' }
  const { x, schemas } = schemaOf(
    { discriminator: { propertyName: 'k', mapping } },
    { A: {}, B: {}, C: {} },
  )
  expect(x).toEqual({
    discriminator: { propertyName: 'k', mapping: { a: '#/schemas/A', b: '#/schemas/B' } },
  })
  expect(Object.keys(schemas).sort()).toEqual(['A', 'B', 'X'])
})

test('takes $ref and example for properties where they are properties, and for data in data', () => {
  const data = { $ref: '#/nowhere', nullable: true, description: 'kept' }
  const schema = {
    properties: {
      $ref: { type: 'string' },
      example: { type: 'string' },
      description: { type: 'string' },
    },
    default: data,
    enum: [data],
    example: { $ref: 'http://remote' },
    'x-more': { $ref: 'file.json' },
  }
  const { x, warnings } = schemaOf(schema)
  const { example: _example, 'x-more': _more, ...rest } = schema
  expect(x).toEqual(rest)
  expect(warnings).toEqual([])
})

test('gives schemas without a name one, by where they stand', () => {
  const ref = '#/paths/~1x/get/responses/200/content/application~1json/schema'
  const { contract } = read({
    paths: {
      '/x': {
        get: {
          responses: { 200: { content: { 'application/json': { schema: { type: 'object' } } } } },
        },
      },
      '/y': {
        get: {
          responses: { 200: { content: { 'application/json': { schema: { $ref: ref } } } } },
        },
      },
      '/z': {
        get: {
          responses: {
            200: {
              content: {
                'application/json': {
                  schema: { $ref: '#/components/schemas/A~1B%20C/properties/p' },
                },
              },
            },
          },
        },
      },
    },
    components: { schemas: { 'A/B C': { properties: { p: { type: 'integer' } } } } },
  })
  const schemaAt = (i: number) => contract.operations[i]?.replies['200']?.types['application/json']
  expect(schemaAt(1)).toEqual({ $ref: '#/schemas/x_get_responses_200_content_application_json' })
  expect(contract.schemas['x_get_responses_200_content_application_json']).toEqual({
    type: 'object',
  })
  expect(schemaAt(2)).toEqual({ $ref: '#/schemas/A_B_C_p' })
  expect(contract.schemas).toHaveProperty('A_B_C_p', { type: 'integer' })
})

test('keeps recursion as references and drops what nothing refers to', () => {
  const schema = { properties: { next: { $ref: '#/components/schemas/X' } } }
  const { schemas } = schemaOf(schema, { Unused: {} })
  expect(schemas).toEqual({ X: { properties: { next: { $ref: '#/schemas/X' } } } })
  const components = { schemas: { X: {}, Unused: { type: 'string' } } }
  const all = read({ paths: replying('X'), components }, { keepUnusedSchemas: true })
  expect(Object.keys(all.contract.schemas).sort()).toEqual(['Unused', 'X'])
})

test('survives hostile keys, depth and cycles of objects', () => {
  const hostile = JSON.parse(
    '{"properties":{"__proto__":{"type":"string"},"constructor":{"type":"string"}}}',
  )
  const { x } = schemaOf(hostile)
  expect(Object.keys((x as { properties: object }).properties)).toEqual(['constructor'])
  let deep: Record<string, unknown> = {}
  for (let i = 0; i < 5000; i++) deep = { items: deep }
  expect(schemaOf(deep).warnings).toHaveLength(1)
  const cycle: Record<string, unknown> = {}
  cycle['items'] = cycle
  expect(schemaOf(cycle).warnings).toHaveLength(1)
})
