import { describe, expect, test } from 'vitest'
import { json, refuse } from '../../engine/call.ts'
import { importOpenApi } from '../../engine/contract/read.ts'
import { defineSpecTwin } from '../../engine/generic/spec-twin.ts'
import { World } from '../../engine/world.ts'
import { documentOf, listOf, ref, serve, text, whole } from './small-service.ts'

const user = { type: 'object', required: ['id'], properties: { id: text, name: text } }
const users = {
  'GET /users': { replies: { 200: listOf(ref('User')) } },
  'POST /users': { body: ref('User'), replies: { 201: ref('User') } },
  'GET /users/{id}': { replies: { 200: ref('User'), 404: ref('Fault') } },
  'DELETE /users/{id}': { replies: { 204: undefined } },
  'GET /users/{id}/notes': { replies: { 200: listOf(ref('Note')) } },
  'POST /users/{id}/notes': { body: ref('Note'), replies: { 201: ref('Note') } },
  'GET /users/{id}/notes/{noteId}': { query: { noteId: whole }, replies: { 200: ref('Note') } },
}
const schemas = {
  User: user,
  Note: { type: 'object', properties: { id: whole, text } },
  Fault: {
    type: 'object',
    required: ['error', 'errorId'],
    properties: {
      error: {
        type: 'object',
        properties: {
          code: whole,
          message: text,
          status: { type: 'string', enum: ['NOT_FOUND', 'OTHER'] },
        },
      },
      errorId: text,
      errors: listOf({ type: 'object', properties: { reason: text } }),
    },
  },
}

describe('errors of a service known from its document alone', () => {
  test('are the contract’s own where it has them', () => {
    const { call } = serve(users, schemas)
    expect(call('GET /users/none')).toMatchObject({
      status: 404,
      json: {
        error: {
          code: 404,
          message: 'There is no user with the id "none".',
          status: 'NOT_FOUND',
        },
        errorId: expect.any(String),
      },
    })
  })

  test('carry the code of the service’s own list that says the same', () => {
    const codes = ['upgrade_required', 'invalid_arguments', 'not_authed', 'channel_not_found']
    const error = {
      type: 'object',
      required: ['error'],
      properties: { error: { enum: codes, type: 'string' } },
    }
    const { call } = serve(
      {
        'POST /posts': {
          body: { type: 'object', properties: { n: whole } },
          replies: { 201: ref('User'), 400: error },
        },
        'GET /posts/{id}': { replies: { 200: ref('User'), 404: error } },
      },
      { User: user },
    )
    expect(call('POST /posts', { n: 'x' }).json).toEqual({ error: 'invalid_arguments' })
    expect(call('GET /posts/none').json).toEqual({ error: 'channel_not_found' })
  })

  test('tell of the path that every operation begins with', () => {
    const { call } = serve(
      {
        'GET /drive/v3/users/{id}': { replies: { 200: ref('User') } },
        'GET /drive/v3/users': { replies: { 200: listOf(ref('User')) } },
      },
      { User: user },
    )
    const detail = (path: string) => (call(`GET ${path}`).json as { detail: string }).detail
    expect(detail('/users')).toBe('There is nothing at /users. The contract has /drive/v3/users.')
    expect(detail('/nothing')).toBe('There is nothing at /nothing.')
  })

  test('are problem details where it has none', () => {
    const { call } = serve({ 'GET /users/{id}': { replies: { 200: ref('User') } } }, { User: user })
    expect(call('GET /users/none')).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/problem+json' },
      json: { title: 'Not Found', status: 404 },
    })
    expect(call('GET /nowhere').status).toBe(404)
    expect(call('POST /users/1')).toMatchObject({ status: 405, headers: { allow: 'GET' } })
  })

  test('name what is wrong with a call', () => {
    const { call } = serve(users, schemas)
    const reply = call('POST /users', { name: 5 })
    expect(reply.status).toBe(400)
    expect(JSON.stringify(reply.json)).toContain('name must be string')
  })
})

describe('a twin from a document', () => {
  const document: Record<string, unknown> = {
    ...documentOf(users, schemas),
    security: [{ token: [] }, { login: [] }, { key: [] }],
  }
  ;(document['components'] as Record<string, unknown>)['securitySchemes'] = {
    token: { type: 'http', scheme: 'bearer' },
    login: { type: 'http', scheme: 'basic' },
    key: { type: 'apiKey', in: 'header', name: 'X-Key' },
  }
  const twin = defineSpecTwin({
    name: 'shop',
    contract: importOpenApi(document).contract,
    hosts: ['*.shop.example'],
  })
  const create = () => World.create({ twins: [twin] as never, seed: 's' })

  test('lets callers in by each way that the contract tells of', () => {
    const world = create()
    const { bearer, basic, apiKey } = world.mint('shop')
    const get = (headers: Record<string, string>) =>
      world.call('shop', { path: '/users', headers }).status
    expect(get({ authorization: `Bearer ${bearer}` })).toBe(200)
    expect(get({ authorization: `Basic ${basic}` })).toBe(200)
    expect(get({ 'x-key': apiKey! })).toBe(200)
    expect(get({ authorization: `Bearer ${basic}x` })).toBe(401)
    expect(get({})).toBe(401)
  })

  test('starts from what is given, parents and all', () => {
    const world = create()
    const ada = twin.given.thing(world, { collection: 'users', value: { name: 'Ada' } })
    const note = twin.given.thing(world, {
      collection: `/users/${String(ada['id'])}/notes`,
      value: { text: 'hi' },
    })
    const look = (path: string, method = 'GET') => world.look('shop', { method, path })
    expect(look(`/users/${String(ada['id'])}`).json).toMatchObject({ id: ada['id'], name: 'Ada' })
    expect(look(`/users/${String(ada['id'])}/notes/1`).json).toEqual(note)
    expect(look(`/users/${String(ada['id'])}`, 'DELETE').status).toBe(204)
    expect(world.changes()).toEqual([])
    expect(() => twin.given.thing(world, { collection: 'nothing' })).toThrow(/known are/)
  })
})

describe('beside hand-written behaviour', () => {
  const known = new Map([['u1', { id: 'u1', name: 'Ada' }]])
  const behaviors = {
    'GET /users/{id}': (exchange: { path: Record<string, string> }) => {
      const found = known.get(exchange.path['id']!)
      return found === undefined
        ? refuse('not-found', { id: exchange.path['id'] })
        : json(200, found)
    },
  }

  test('children ask the hand-written read whether their parent is there', () => {
    const { call } = serve(users, schemas, { behaviors } as never)
    expect(call('POST /users/u1/notes', { text: 'hi' }).json).toEqual({ id: 1, text: 'hi' })
    expect(call('GET /users/u1/notes').json).toHaveLength(1)
    expect(call('GET /users/u2/notes')).toMatchObject({
      status: 404,
      json: { error: { code: 404 } },
    })
  })

  test('what is kept by hand is not answered generically', () => {
    const { call } = serve(users, schemas, { behaviors } as never)
    expect(call('GET /users').status).toBe(501)
    expect(call('DELETE /users/u1').status).toBe(501)
  })
})
