import { describe, expect, test } from 'vitest'
import { listOf, ref, serve, text, whole } from './small-service.ts'

const user = {
  type: 'object',
  required: ['id', 'name', 'created'],
  properties: {
    id: { type: 'string', format: 'uuid', readOnly: true },
    name: text,
    role: { type: 'string', enum: ['member', 'admin'], default: 'member' },
    nick: text,
    profile: { type: 'object', properties: { city: text, phone: text } },
    status: { type: 'string', enum: ['NEW', 'ACTIVE'], readOnly: true },
    created: { type: 'string', format: 'date-time', readOnly: true },
    lastUpdated: { type: 'string', format: 'date-time', readOnly: true },
    _links: {
      type: 'object',
      readOnly: true,
      properties: { self: { type: 'object', properties: { href: text } } },
    },
  },
}
const key = {
  type: 'object',
  properties: { id: whole, userId: text, label: text },
}

const nested = () =>
  serve(
    {
      'GET /v1/users': { replies: { 200: listOf(ref('User')) } },
      'POST /v1/users': { body: ref('User'), replies: { 201: ref('User') } },
      'GET /v1/users/{id}': { replies: { 200: ref('User'), 404: undefined } },
      'PUT /v1/users/{id}': { body: ref('User'), replies: { 200: ref('User') } },
      'PATCH /v1/users/{id}': { body: ref('UserChange'), replies: { 200: ref('User') } },
      'POST /v1/users/{id}': { body: ref('UserChange'), replies: { 200: ref('User') } },
      'DELETE /v1/users/{id}': { replies: { 204: undefined } },
      'POST /v1/users/{id}/lifecycle/suspend': { replies: { 200: ref('User') } },
      'GET /v1/users/{userId}/keys': { replies: { 200: listOf(ref('Key')) } },
      'POST /v1/users/{userId}/keys': { body: ref('Key'), replies: { 201: ref('Key') } },
      'GET /v1/users/{userId}/keys/{keyId}': {
        query: { keyId: whole },
        replies: { 200: ref('Key') },
      },
      'DELETE /v1/users/{userId}/keys/{keyId}': { replies: { 204: undefined } },
    },
    {
      User: user,
      UserChange: {
        ...user,
        required: [],
        properties: { ...user.properties, nick: { type: ['string', 'null'] } },
      },
      Key: key,
    },
  )

describe('a nested REST service', () => {
  test('keeps what is sent, sets what is its own, and ignores what callers may not set', () => {
    const { call } = nested()
    const made = call('POST /v1/users', {
      id: 'mine',
      name: 'Ada',
      status: 'NEW',
      profile: { city: 'Ulm' },
    })
    expect(made.status).toBe(201)
    expect(made.json.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/)
    expect(made.json).toMatchObject({
      name: 'Ada',
      role: 'member',
      status: 'ACTIVE',
      profile: { city: 'Ulm' },
      created: '2026-01-05T09:00:00.001Z',
      _links: { self: { href: `https://small.example/v1/users/${made.json.id}` } },
    })
    expect(made.json).not.toHaveProperty('nick')
    expect(call(`GET /v1/users/${made.json.id}`).json).toEqual(made.json)
    expect(call('GET /v1/users').json).toEqual([made.json])
  })

  test('merges a PATCH and a POST to the item, and replaces by PUT', () => {
    const { call } = nested()
    const { id } = call('POST /v1/users', {
      name: 'Ada',
      nick: 'a',
      profile: { city: 'Ulm', phone: '1' },
    }).json
    const patched = call(`PATCH /v1/users/${id}`, { nick: null, profile: { phone: '2' } }).json
    expect(patched).toMatchObject({ name: 'Ada', profile: { city: 'Ulm', phone: '2' } })
    expect(patched).not.toHaveProperty('nick')
    expect(patched.lastUpdated > patched.created).toBe(true)
    expect(call(`POST /v1/users/${id}`, { nick: 'b' }).json).toMatchObject({
      name: 'Ada',
      nick: 'b',
    })
    const put = call(`PUT /v1/users/${id}`, { name: 'Bea' }).json
    expect(put).toMatchObject({ id, name: 'Bea', created: patched.created })
    expect(put).not.toHaveProperty('nick')
    expect(put).not.toHaveProperty('profile')
  })

  test('does not see what a caller does to its object afterwards', () => {
    const { call } = nested()
    const sent = { name: 'Ada', profile: { city: 'Ulm' } }
    const { id } = call('POST /v1/users', sent).json
    sent.profile.city = 'Rom'
    expect(call(`GET /v1/users/${id}`).json.profile).toEqual({ city: 'Ulm' })
  })

  test('takes JSON Patch', () => {
    const { call } = serve(
      {
        'POST /docs': { body: ref('Doc'), replies: { 201: ref('Doc') } },
        'GET /docs/{id}': { replies: { 200: ref('Doc') } },
        'PATCH /docs/{id}': {
          body: listOf({ type: 'object' }),
          type: 'application/json-patch+json',
          replies: { 204: undefined },
        },
      },
      { Doc: { type: 'object', properties: { id: text, tags: listOf(text), title: text } } },
    )
    const { id } = call('POST /docs', { tags: ['a'], title: 'x' }).json
    const steps = [
      { op: 'test', path: '/title', value: 'x' },
      { op: 'add', path: '/tags/-', value: 'b' },
      { op: 'replace', path: '/title', value: 'y' },
    ]
    const headers = { 'content-type': 'application/json-patch+json' }
    expect(call(`PATCH /docs/${id}`, steps, headers).status).toBe(204)
    expect(call(`GET /docs/${id}`).json).toEqual({ id, tags: ['a', 'b'], title: 'y' })
    expect(call(`PATCH /docs/${id}`, steps, headers).status).toBe(409)
    expect(call(`PATCH /docs/${id}`, [{ op: 'remove', path: '/none' }], headers).status).toBe(400)
  })

  test('deletes for good, children too', () => {
    const { call, world } = nested()
    const { id } = call('POST /v1/users', { name: 'Ada' }).json
    const made = call(`POST /v1/users/${id}/keys`, { label: 'k' }).json
    expect(made).toEqual({ id: 1, userId: id, label: 'k' })
    expect(call(`GET /v1/users/${id}/keys/1`).json).toEqual(made)
    expect(call(`DELETE /v1/users/${id}`).status).toBe(204)
    expect(call(`GET /v1/users/${id}`).status).toBe(404)
    expect(call(`DELETE /v1/users/${id}`).status).toBe(404)
    expect(call(`GET /v1/users/${id}/keys/1`).status).toBe(404)
    expect(world.changes()).toEqual([])
  })

  test('has children under what exists only', () => {
    const { call } = nested()
    expect(call('GET /v1/users/nobody/keys').status).toBe(404)
    expect(call('POST /v1/users/nobody/keys', { label: 'k' }).status).toBe(404)
  })

  test('says 501 where the effect is unknown', () => {
    const { call } = nested()
    const { id } = call('POST /v1/users', { name: 'Ada' }).json
    const reply = call(`POST /v1/users/${id}/lifecycle/suspend`)
    expect(reply.status).toBe(501)
    expect(reply.headers['content-type']).toContain('vnd.backlot')
  })

  test('keeps a fork apart from its origin', () => {
    const { call, world } = nested()
    const { id } = call('POST /v1/users', { name: 'Ada' }).json
    const fork = world.fork()
    expect(fork.call('small', { method: 'DELETE', path: `/v1/users/${id}` }).status).toBe(204)
    expect(fork.changes()).toHaveLength(1)
    expect(call(`GET /v1/users/${id}`).status).toBe(200)
  })
})

describe('ids', () => {
  const item = (id: object) => ({ type: 'object', properties: { id, name: text } })
  const things = (id: object, param = {}) =>
    serve(
      {
        'POST /things': { body: ref('Thing'), replies: { 201: ref('Thing') } },
        'GET /things/{thingId}': {
          query: { thingId: { ...text, ...param } },
          replies: { 200: ref('Thing') },
        },
      },
      { Thing: item(id) },
    )

  test('count up where they are numbers', () => {
    const { call } = things({ type: 'integer', readOnly: true })
    expect(call('POST /things', { name: 'a' }).json.id).toBe(1)
    expect(call('POST /things', { name: 'b' }).json.id).toBe(2)
    expect(call('GET /things/2').json).toEqual({ id: 2, name: 'b' })
  })

  test('are texts of digits where only the path calls them numbers', () => {
    const { call } = things({ type: 'string', readOnly: true }, { type: 'integer' })
    expect(call('POST /things', {}).json.id).toBe('1')
    expect(call('GET /things/1').json).toEqual({ id: '1' })
  })

  test('follow a pattern', () => {
    const { call } = things({ type: 'string', pattern: '^T[0-9]{4}$', readOnly: true })
    expect(call('POST /things', {}).json.id).toMatch(/^T\d{4}$/)
  })

  test('are chosen by the caller where the contract lets them, once', () => {
    const { call } = things({ type: 'string' })
    expect(call('POST /things', { id: 'mine', name: 'a' }).json.id).toBe('mine')
    expect(call('POST /things', { id: 'mine' }).status).toBe(409)
    expect(call('GET /things/mine').json.name).toBe('a')
  })

  test('may have another name', () => {
    const project = {
      type: 'object',
      properties: { id: { ...text, readOnly: true }, key: text, name: text },
    }
    const { call } = serve(
      {
        'POST /projects': { body: ref('Project'), replies: { 201: ref('Project') } },
        'GET /projects/{projectIdOrKey}': { replies: { 200: ref('Project') } },
        'PUT /projects/{projectIdOrKey}': {
          body: ref('Project'),
          replies: { 200: ref('Project') },
        },
        'GET /projects/{projectIdOrKey}/notes': { replies: { 200: listOf(ref('Note')) } },
        'POST /projects/{projectIdOrKey}/notes': {
          body: ref('Note'),
          replies: { 201: ref('Note') },
        },
      },
      { Project: project, Note: { type: 'object', properties: { id: text, body: text } } },
    )
    const { id } = call('POST /projects', { key: 'ACME', name: 'x' }).json
    expect(call('GET /projects/ACME').json).toMatchObject({ id, key: 'ACME' })
    call('POST /projects/ACME/notes', { body: 'hi' })
    expect(call(`GET /projects/${id}/notes`).json).toHaveLength(1)
    call(`PUT /projects/${id}`, { key: 'NEW', name: 'x' })
    expect(call('GET /projects/ACME').status).toBe(404)
    expect(call('GET /projects/NEW').json.id).toBe(id)
  })

  test('may be several', () => {
    const repo = {
      type: 'object',
      properties: { owner: text, repo: text, private: { type: 'boolean' } },
    }
    const { call } = serve(
      {
        'GET /repos/{owner}/{repo}': { replies: { 200: ref('Repo') } },
        'PUT /repos/{owner}/{repo}': {
          body: ref('Repo'),
          replies: { 200: ref('Repo'), 201: ref('Repo') },
        },
        'DELETE /repos/{owner}/{repo}': { replies: { 204: undefined } },
        'GET /repos/{owner}/{repo}/tags': { replies: { 200: listOf(ref('Tag')) } },
        'POST /repos/{owner}/{repo}/tags': { body: ref('Tag'), replies: { 201: ref('Tag') } },
      },
      { Repo: repo, Tag: { type: 'object', properties: { id: whole, label: text } } },
    )
    expect(call('PUT /repos/ada/x', { private: true }).status).toBe(201)
    expect(call('PUT /repos/ada/x', { private: false }).status).toBe(200)
    expect(call('GET /repos/ada/x').json).toEqual({ owner: 'ada', repo: 'x', private: false })
    expect(call('GET /repos/bea/x').status).toBe(404)
    expect(call('POST /repos/ada/x/tags', { label: 'v1' }).status).toBe(201)
    expect(call('GET /repos/bea/x/tags').status).toBe(404)
    expect(call('GET /repos/ada/x/tags').json).toEqual([{ id: 1, label: 'v1' }])
  })

  test('with a slash or worse stay what they are', () => {
    const { call } = things({ type: 'string' })
    const odd = 'a/b c%?\u0001ü'
    expect(call('POST /things', { id: odd }).json.id).toBe(odd)
    expect(call(`GET /things/${encodeURIComponent(odd)}`).json.id).toBe(odd)
    expect(call('GET /things/a').status).toBe(404)
  })
})

describe('a union of kinds', () => {
  const kinds = {
    oneOf: [ref('Cat'), ref('Dog')],
    discriminator: {
      propertyName: 'kind',
      mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' },
    },
  }
  const { call } = serve(
    {
      'POST /pets': { body: kinds, replies: { 200: kinds } },
      'GET /pets/{id}': { replies: { 200: kinds } },
      'PUT /pets/{id}': { body: kinds, replies: { 200: kinds } },
    },
    {
      Cat: {
        type: 'object',
        required: ['kind', 'lives'],
        properties: { id: text, kind: text, lives: whole },
      },
      Dog: {
        type: 'object',
        required: ['kind', 'tricks'],
        properties: { id: text, kind: text, tricks: listOf(text) },
      },
    },
  )

  test('keeps an item the kind that it was sent as', () => {
    const { id } = call('POST /pets', { kind: 'dog', tricks: ['roll'] }).json
    expect(call(`GET /pets/${id}`).json).toEqual({ id, kind: 'dog', tricks: ['roll'] })
    expect(call(`PUT /pets/${id}`, { kind: 'cat', lives: 9 }).json).toEqual({
      id,
      kind: 'cat',
      lives: 9,
    })
  })
})
