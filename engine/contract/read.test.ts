import { describe, expect, test } from 'vitest'
import { ContractError } from './contract-error.ts'
import { importOpenApi, parseDocument, type ImportOptions } from './read.ts'

const info = { title: 'Test', version: '1' }

function read(document: Record<string, unknown>, options?: ImportOptions) {
  return importOpenApi({ openapi: '3.0.3', info, ...document }, options)
}

const open = { get: { responses: { 204: {} } } }

describe('parseDocument', () => {
  test('reads JSON and YAML', () => {
    expect(parseDocument('{"a":1}', { name: 'a' })).toEqual({ a: 1 })
    expect(parseDocument('a:\n  - 1', { name: 'a' })).toEqual({ a: [1] })
  })

  test('tells line and column of a mistake', () => {
    expect(() => parseDocument('a: 1\nb: [1,\nc: 2}', { name: 'x.yaml' })).toThrow(
      /x\.yaml, line 3/,
    )
    expect(() => parseDocument('{"a": 1,\n "b" 2}', { name: 'x.json' })).toThrow(/x\.json, line 2/)
  })

  test('refuses what is no object, alias bombs and cycles', () => {
    for (const text of ['', '[]', 'just text', '5'])
      expect(() => parseDocument(text, { name: 'x' })).toThrow(ContractError)
    const levels = 'bcdefghij'.split('').map((name, i) => {
      const alias = `*${String.fromCharCode(97 + i)}`
      return `${name}: &${name} [${Array(9).fill(alias).join(',')}]`
    })
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x]', ...levels].join('\n')
    expect(() => parseDocument(bomb, { name: 'bomb' })).toThrow(/cannot be expanded/)
    expect(() => parseDocument('a: &a\n  b: *a', { name: 'cycle' })).toThrow(ContractError)
  })
})

describe('importOpenApi', () => {
  test('refuses what is no OpenAPI document, and says what it is', () => {
    expect(() => importOpenApi({})).toThrow(/neither openapi nor swagger/)
    expect(() => importOpenApi({ asyncapi: '2.0.0' })).toThrow(/AsyncAPI/)
    expect(() => importOpenApi({ openapi: '4.0.0', paths: {} })).toThrow(/unknown/)
    expect(() => importOpenApi({ openapi: '3.1.0' })).toThrow(/no paths/)
    expect(() => importOpenApi({ openapi: '3.1.0', paths: {} })).toThrow(/no usable operation/)
    expect(() => importOpenApi([])).toThrow(ContractError)
  })

  test('follows references to parameters, path items and headers, and stops at cycles', () => {
    const { contract, warnings } = read({
      paths: {
        '/a': { $ref: '#/paths/~1b' },
        '/b': open,
        '/c': {
          get: { operationId: 'broken', parameters: [{ $ref: '#/components/parameters/A' }] },
        },
        '/d': { $ref: '#/paths/~1d' },
      },
      components: {
        parameters: {
          A: { $ref: '#/components/parameters/B' },
          B: { $ref: '#/components/parameters/A' },
        },
      },
    })
    expect(contract.operations.map(({ id }) => id)).toEqual(['get /a', 'get /b'])
    expect(warnings).toHaveLength(2)
    expect(warnings[0]).toMatchObject({ pointer: '/paths/~1c/get/parameters/0' })
    expect(warnings[0]?.message).toMatch(/leads back to itself; get \/c is left out/)
  })

  test('loses only what is broken', () => {
    const remote = { $ref: 'https://example.com/x.json#/A' }
    const { contract, warnings } = read({
      paths: {
        '/good': open,
        '/remote': { get: { parameters: [remote] } },
        '/schema': {
          get: {
            responses: {
              200: { content: { 'application/json': { schema: { properties: { a: remote } } } } },
            },
          },
        },
        '/gone': { get: { responses: { 200: { $ref: '#/components/responses/Gone' }, 404: {} } } },
        '/odd': {
          get: { parameters: 5, responses: { weird: {}, 200: { content: 7 } }, requestBody: null },
        },
        relative: open,
      },
    })
    expect(contract.operations.map(({ path }) => path)).toEqual([
      '/good',
      '/schema',
      '/gone',
      '/odd',
    ])
    expect(contract.operations[1]?.replies['200']?.types['application/json']).toEqual({
      properties: { a: {} },
    })
    expect(Object.keys(contract.operations[2]?.replies ?? {})).toEqual(['404'])
    expect(warnings.map(({ pointer }) => pointer)).toEqual([
      '/paths/~1remote/get/parameters/0',
      '/paths/~1schema/get/responses/200/content/application~1json/schema/properties/a/$ref',
      '/paths/~1gone/get/responses/200',
      '/paths/~1odd/get/responses/weird',
      '/paths/relative',
    ])
    expect(warnings[0]?.fix).toMatch(/Bundle/)
  })

  test('throws at the first mistake when strict', () => {
    const paths = { '/a': { get: { parameters: [{ $ref: 'other.yaml' }] } }, '/b': open }
    expect(() => read({ paths }, { strict: true })).toThrow(/points out of the document/)
  })

  test('makes ids unique in a way that does not depend on luck', () => {
    const twice = (operationId: string) => ({ get: { operationId, responses: {} } })
    const paths = {
      '/a': twice('x'),
      '/b': twice('x'),
      '/c': twice('x_2'),
      '/d': { get: { responses: {} } },
    }
    const { contract, warnings } = read({ paths })
    expect(contract.operations.map(({ id }) => id)).toEqual(['x', 'x_3', 'x_2', 'get /d'])
    expect(warnings).toMatchObject([{ message: expect.stringContaining('occurs twice') }])
  })

  test('declares path parameters that the document forgot, and drops those that it made up', () => {
    const parameters = [{ name: 'b', in: 'path', required: true, schema: {} }]
    const { contract, warnings } = read({
      paths: { '/x/{a}': { get: { parameters, responses: {} } } },
    })
    expect(contract.operations[0]?.params).toEqual([
      { name: 'a', in: 'path', required: true, schema: { type: 'string' } },
    ])
    expect(warnings).toHaveLength(2)
  })

  test('prefers the base path that it is told', () => {
    const document = { servers: [{ url: '/v1' }], paths: { '/a': open } }
    expect(read(document).contract.operations[0]?.path).toBe('/v1/a')
    expect(read(document, { basePath: '/v2/' }).contract.operations[0]?.path).toBe('/v2/a')
    expect(read(document, { basePath: '' }).contract.operations[0]?.path).toBe('/a')
  })
})
