import { describe, expect, test } from 'vitest'
import type { Operation, Schema } from './contract.ts'
import { createValidator } from './validate.ts'

const json = 'application/json'

function operation(request: Schema, replies: Record<string, Schema> = {}): Operation {
  const shapes = Object.entries(replies).map(([status, schema]) => [
    status,
    { types: { [json]: schema } },
  ])
  return {
    id: 'op',
    method: 'POST',
    path: '/',
    params: [],
    body: { types: { [json]: request } },
    replies: Object.fromEntries(shapes),
    security: [],
  }
}

function check(schema: Schema, value: unknown, schemas: Record<string, Schema> = {}) {
  return createValidator({ schemas }).checkBody(operation(schema), json, value)
}

const user: Schema = {
  type: 'object',
  required: ['id', 'password', 'login'],
  properties: {
    id: { type: 'string', readOnly: true },
    password: { type: 'string', writeOnly: true },
    login: { type: 'string', minLength: 3 },
  },
}

describe('checkBody', () => {
  test('tells rule, place, name and limit', () => {
    const schema = { type: 'object', properties: { profile: user }, additionalProperties: false }
    expect(check(schema, { profile: { login: 'ab' }, extra: 1 })).toEqual([
      {
        in: 'body',
        pointer: '/extra',
        rule: 'additionalProperties',
        name: 'extra',
        message: 'must NOT have additional properties',
      },
      {
        in: 'body',
        pointer: '/profile/password',
        rule: 'required',
        name: 'password',
        message: "must have required property 'password'",
      },
      {
        in: 'body',
        pointer: '/profile/login',
        rule: 'minLength',
        name: 'login',
        limit: 3,
        message: 'must NOT have fewer than 3 characters',
      },
    ])
  })

  test('neither asks for nor judges read-only properties, through allOf and references too', () => {
    expect(check(user, { password: 'x', login: 'abc', id: 5 })).toEqual([])
    const schemas = { User: user, Id: { type: 'string', readOnly: true } }
    const child = { allOf: [{ $ref: '#/schemas/User' }], required: ['id'] }
    expect(check(child, { password: 'x', login: 'abc' }, schemas)).toEqual([])
    const referring = { required: ['x'], properties: { x: { $ref: '#/schemas/Id' } } }
    expect(check(referring, {}, schemas)).toEqual([])
    const sibling = { allOf: [{ required: ['id'] }, { properties: { id: { readOnly: true } } }] }
    expect(check(sibling, {}, schemas)).toEqual([])
  })

  test('checks the branch that the discriminator names, and only that', () => {
    const schemas = {
      Cat: {
        required: ['lives'],
        properties: { kind: { type: 'string' }, lives: { type: 'integer' } },
      },
      Dog: { required: ['bark'], properties: { kind: { type: 'string' } } },
    }
    const pet = {
      oneOf: [{ $ref: '#/schemas/Cat' }, { $ref: '#/schemas/Dog' }],
      discriminator: { propertyName: 'kind', mapping: { cat: '#/schemas/Cat' } },
    }
    expect(check(pet, { kind: 'cat', lives: 9 }, schemas)).toEqual([])
    expect(check(pet, { kind: 'cat', lives: 'many' }, schemas)).toMatchObject([
      { pointer: '/lives', rule: 'type', limit: 'integer' },
    ])
    expect(check(pet, { kind: 'Dog' }, schemas)).toMatchObject([
      { pointer: '/bark', rule: 'required' },
    ])
    expect(check(pet, { kind: 'cow' }, schemas)).toMatchObject([
      { pointer: '/kind', rule: 'enum', limit: ['cat', 'Dog'] },
    ])
    expect(check(pet, { lives: 1 }, schemas)).toEqual([])
    expect(check(pet, { lives: 'x' }, schemas).length).toBeGreaterThan(0)
  })

  test('tells a failed union by the branch that got furthest', () => {
    const nullable = {
      properties: { a: { anyOf: [{ properties: { b: { type: 'string' } } }, { type: 'null' }] } },
    }
    expect(check(nullable, { a: { b: 1 } })).toMatchObject([{ pointer: '/a/b', rule: 'type' }])
    expect(check({ anyOf: [{ type: 'string' }, { type: 'null' }] }, 5)).toMatchObject([
      { pointer: '', rule: 'anyOf' },
    ])
  })

  test('lets a value match several branches of oneOf, as real bodies do', () => {
    const loose = { oneOf: [{ properties: { a: true } }, { properties: { b: true } }] }
    expect(check(loose, {})).toEqual([])
    expect(check({ oneOf: [{ type: 'string' }, { type: 'array' }] }, 5)).toHaveLength(1)
  })

  test('forbids beside a union only what no branch declares', () => {
    const closed = {
      additionalProperties: false,
      oneOf: [{ properties: { a: { type: 'string' } } }],
    }
    expect(check(closed, { a: 'x' })).toEqual([])
    expect(check(closed, { b: 'x' })).toMatchObject([{ pointer: '/b' }])
  })

  test('does not ask an heir to be its sibling too', () => {
    const schemas = {
      Base: {
        properties: { id: { type: 'string' } },
        oneOf: [{ $ref: '#/schemas/A' }, { $ref: '#/schemas/B' }],
      },
      A: { allOf: [{ $ref: '#/schemas/Base' }], required: ['a'] },
      B: { allOf: [{ $ref: '#/schemas/Base' }], required: ['b'] },
    }
    expect(check({ $ref: '#/schemas/A' }, { a: 1 }, schemas)).toEqual([])
    expect(check({ $ref: '#/schemas/Base' }, { b: 1 }, schemas)).toEqual([])
    expect(check({ $ref: '#/schemas/A' }, { a: 1, id: 2 }, schemas)).toMatchObject([{ name: 'id' }])
    expect(check({ $ref: '#/schemas/Base' }, {}, schemas).length).toBeGreaterThan(0)
  })

  test('tells at most twenty problems', () => {
    const value = Array.from({ length: 100 }, (_, i) => i)
    expect(check({ items: { type: 'string' } }, value)).toHaveLength(20)
  })

  test('is not misled by properties that every object has', () => {
    const schema = { properties: { constructor: { type: 'string' }, toString: { type: 'string' } } }
    expect(check(schema, {})).toEqual([])
    expect(check(schema, JSON.parse('{"constructor":1}'))).toHaveLength(1)
  })

  test('passes files and bytes', () => {
    const type = 'multipart/form-data'
    const schema = {
      required: ['file'],
      properties: { file: { type: 'string', format: 'binary' } },
    }
    const op = { ...operation(true), body: { types: { [type]: schema } } }
    const { checkBody } = createValidator({ schemas: {} })
    expect(checkBody(op, type, { file: { name: 'file', bytes: new Uint8Array() } })).toEqual([])
    expect(checkBody(op, type, {})).toHaveLength(1)
    expect(checkBody(op, type, new Uint8Array(3))).toEqual([])
  })
})

describe('checkReply', () => {
  test('finds the reply by status, class of status, then default', () => {
    const op = operation(true, {
      200: { type: 'object' },
      '4XX': { type: 'string' },
      default: { type: 'null' },
    })
    const { checkReply } = createValidator({ schemas: {} })
    expect(checkReply(op, 200, json, {})).toEqual([])
    expect(checkReply(op, 404, `${json};charset=utf-8`, 'no')).toEqual([])
    expect(checkReply(op, 404, json, {})).toHaveLength(1)
    expect(checkReply(op, 500, json, null)).toEqual([])
    expect(checkReply(op, 200, 'text/html', 'x')).toMatchObject([{ rule: 'media-type' }])
  })

  test('says so when the contract has no such status', () => {
    const { checkReply } = createValidator({ schemas: {} })
    expect(checkReply(operation(true, { 200: true }), 404, json, {})).toMatchObject([
      { in: 'reply', rule: 'status', limit: ['200'] },
    ])
  })

  test('does not ask for write-only properties', () => {
    const { checkReply } = createValidator({ schemas: {} })
    const op = operation(true, { 200: user })
    expect(checkReply(op, 200, json, { id: '1', login: 'abc' })).toEqual([])
    expect(checkReply(op, 200, json, { login: 'abc' })).toMatchObject([{ name: 'id' }])
  })
})

describe('checkParams', () => {
  test('asks for the required ones and checks the rest', () => {
    const op: Operation = {
      ...operation(true),
      params: [
        { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
        { name: 'limit', in: 'query', schema: { type: 'integer', maximum: 200 } },
        { name: 'flag', in: 'query', allowEmptyValue: true, schema: { type: 'boolean' } },
        { name: 'X-A', in: 'header', required: true, schema: { type: 'string' } },
      ],
    }
    const { checkParams } = createValidator({ schemas: {} })
    const values = { path: { id: 'x' }, query: { limit: 500, flag: '' }, header: {}, cookie: {} }
    expect(checkParams(op, values)).toMatchObject([
      { in: 'query', name: 'limit', rule: 'maximum', limit: 200 },
      { in: 'header', name: 'X-A', rule: 'required' },
    ])
    const wrong = { path: { id: 5 }, query: {}, header: { 'X-A': 'y' }, cookie: {} }
    expect(checkParams(op, wrong)).toMatchObject([{ in: 'path', name: 'id', rule: 'type' }])
  })
})
