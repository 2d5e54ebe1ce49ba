import { describe, expect, test } from 'vitest'
import { listOf, ref, serve, text, whole } from './small-service.ts'

const ok = { type: 'boolean' }

describe('an RPC-style service', () => {
  const reply = (name: string, schema: object) => ({
    type: 'object',
    required: ['ok'],
    properties: { ok, error: text, [name]: schema },
  })
  const rpc = () =>
    serve(
      {
        'POST /api/channels.create': {
          body: ref('Create') as never,
          replies: { 200: reply('channel', ref('Channel')) },
        },
        'POST /api/channels.info': {
          body: ref('Info') as never,
          replies: { 200: reply('channel', ref('Channel')) },
        },
        'GET /api/channels.list': {
          query: { limit: whole, cursor: text },
          replies: { 200: reply('channels', listOf(ref('Channel'))) },
        },
        'POST /api/channels.update': {
          body: ref('Update') as never,
          replies: { 200: reply('channel', ref('Channel')) },
        },
        'POST /api/channels.delete': {
          body: ref('Info') as never,
          replies: { 200: reply('x', text) },
        },
        'POST /api/channels.archive': {
          body: ref('Info') as never,
          replies: { 200: reply('x', text) },
        },
        'POST /api/team.info': {
          replies: { 200: reply('team', { type: 'object', properties: { id: text, name: text } }) },
        },
      },
      {
        Channel: {
          type: 'object',
          required: ['id', 'name'],
          properties: { id: text, name: text, topic: text, created: whole },
        },
        Create: { type: 'object', properties: { name: text, team_id: text } },
        Info: { type: 'object', properties: { channel: text } },
        Update: { type: 'object', properties: { channel: text, topic: text } },
      },
    )

  test('lets what is created be found, listed, changed and deleted', () => {
    const { call } = rpc()
    const made = call('POST /api/channels.create', { name: 'general', team_id: 'T1' }).json
    expect(made).toMatchObject({ ok: true, channel: { name: 'general', created: 1767603600 } })
    expect(made.channel).not.toHaveProperty('team_id')
    const { id } = made.channel
    expect(call('POST /api/channels.info', { channel: id }).json).toEqual(made)
    expect(
      call('POST /api/channels.update', { channel: id, topic: 'all' }).json.channel.topic,
    ).toBe('all')
    expect(call('GET /api/channels.list').json.channels).toHaveLength(1)
    expect(call('POST /api/channels.delete', { channel: id }).json).toEqual({ ok: true })
    expect(call('GET /api/channels.list').json).toEqual({ ok: true, channels: [] })
  })

  test('says no in the body where there is no other reply', () => {
    const { call } = rpc()
    expect(call('POST /api/channels.info', { channel: 'C0' })).toMatchObject({
      status: 200,
      json: { ok: false, error: 'not_found' },
    })
  })

  test('reads by name what nobody can change, and does nothing it does not know', () => {
    const { call } = rpc()
    expect(call('POST /api/team.info').json).toMatchObject({
      ok: true,
      team: { id: expect.any(String) },
    })
    expect(call('POST /api/channels.archive', { channel: 'C0' }).status).toBe(501)
  })
})

describe('envelopes', () => {
  test('are taken off what is sent and put around what is answered', () => {
    const ticket = { type: 'object', properties: { id: whole, subject: text } }
    const one = { type: 'object', required: ['ticket'], properties: { ticket: ref('Ticket') } }
    const { call } = serve(
      {
        'POST /tickets': { body: one, replies: { 201: one } },
        'GET /tickets/{ticket_id}': { query: { ticket_id: whole }, replies: { 200: one } },
        'PUT /tickets/{ticket_id}': {
          query: { ticket_id: whole },
          body: one,
          replies: { 200: one },
        },
        'GET /tickets': {
          replies: {
            200: {
              type: 'object',
              properties: {
                tickets: listOf(ref('Ticket')),
                count: whole,
                next_page: { type: ['string', 'null'] },
              },
            },
          },
        },
      },
      { Ticket: ticket },
    )
    expect(call('POST /tickets', { ticket: { subject: 'a' } }).json).toEqual({
      ticket: { id: 1, subject: 'a' },
    })
    expect(call('PUT /tickets/1', { ticket: { subject: 'b' } }).json).toEqual({
      ticket: { id: 1, subject: 'b' },
    })
    expect(call('GET /tickets/1').json).toEqual({ ticket: { id: 1, subject: 'b' } })
    expect(call('GET /tickets').json).toMatchObject({
      tickets: [{ id: 1, subject: 'b' }],
      count: 1,
    })
  })

  test('a body of any kind is kept as the value of what it is put at', () => {
    const property = { type: 'object', properties: { key: text, value: {} } }
    const { call } = serve(
      {
        'GET /properties': {
          replies: {
            200: {
              type: 'object',
              properties: { keys: listOf({ type: 'object', properties: { key: text } }) },
            },
          },
        },
        'GET /properties/{propertyKey}': { replies: { 200: ref('Property') } },
        'PUT /properties/{propertyKey}': { body: {}, replies: { 200: undefined, 201: undefined } },
        'DELETE /properties/{propertyKey}': { replies: { 204: undefined } },
      },
      { Property: property },
    )
    expect(call('PUT /properties/a', [1, 2]).status).toBe(201)
    expect(call('PUT /properties/a', { b: 1 }).status).toBe(200)
    expect(call('GET /properties/a').json).toEqual({ key: 'a', value: { b: 1 } })
    expect(call('GET /properties').json).toEqual({ keys: [{ key: 'a' }] })
    expect(call('DELETE /properties/a').status).toBe(204)
    expect(call('GET /properties/a').status).toBe(404)
  })

  test('a list of summaries shows what a summary has', () => {
    const { call } = serve(
      {
        'POST /docs': {
          body: ref('Doc'),
          replies: { 201: { type: 'object', required: ['id'], properties: { id: text } } },
        },
        'GET /docs/{id}': { replies: { 200: ref('Doc') } },
        'GET /docs': {
          replies: {
            200: listOf({
              type: 'object',
              required: ['id', 'size'],
              additionalProperties: false,
              properties: { id: text, title: text, size: whole },
            }),
          },
        },
      },
      { Doc: { type: 'object', properties: { id: text, title: text, body: text } } },
    )
    const made = call('POST /docs', { title: 't', body: 'long' }).json
    expect(Object.keys(made)).toEqual(['id'])
    const listed = call('GET /docs').json
    expect(listed).toEqual([{ id: made.id, title: 't', size: expect.any(Number) }])
    expect(call('GET /docs').json).toEqual(listed)
  })
})

describe('places without items', () => {
  const settings = {
    type: 'object',
    required: ['theme'],
    properties: { theme: text, beta: { type: 'boolean' } },
  }
  const alone = () =>
    serve(
      {
        'GET /me/settings': { replies: { 200: ref('Settings') } },
        'PUT /me/settings': { body: ref('Settings'), replies: { 200: ref('Settings') } },
        'PATCH /me/settings': {
          body: { type: 'object', properties: { theme: text, beta: { type: 'boolean' } } },
          replies: { 200: ref('Settings') },
        },
        'DELETE /me/settings': { replies: { 204: undefined } },
        'GET /status': {
          replies: { 200: { type: 'object', required: ['uptime'], properties: { uptime: whole } } },
        },
        'GET /report': {
          query: { limit: whole, page: whole },
          replies: {
            200: listOf({
              type: 'object',
              properties: { day: { type: 'string', format: 'date' } },
            }),
          },
        },
        'POST /send': { body: ref('Settings'), replies: { 202: undefined } },
      },
      { Settings: settings },
    )

  test('one thing is there from the start, can be set and changed, and be gone', () => {
    const { call } = alone()
    const first = call('GET /me/settings').json
    expect(call('PATCH /me/settings', { beta: true }).json).toMatchObject({
      theme: first.theme,
      beta: true,
    })
    expect(call('PUT /me/settings', { theme: 'dark' }).json).toEqual({ theme: 'dark' })
    expect(call('GET /me/settings').json).toEqual({ theme: 'dark' })
    expect(call('DELETE /me/settings').status).toBe(204)
    expect(call('GET /me/settings').status).toBe(404)
    expect(call('PUT /me/settings', { theme: 'light' }).status).toBe(200)
    expect(call('GET /me/settings').json).toEqual({ theme: 'light' })
  })

  test('what cannot be changed is a sample, the same at every look and another for another seed', () => {
    const { call, world } = alone()
    const first = call('GET /status').json
    world.advance('3 days')
    expect(call('GET /status').json).toEqual(first)
    expect(call('GET /me/settings').json).toEqual(call('GET /me/settings').json)
    const other = world.fork({ seed: 'other' })
    expect(other.call('small', { path: '/status' }).json).not.toEqual(first)
  })

  test('a sampled list has one page', () => {
    const { call } = alone()
    expect(call('GET /report?limit=1').json).toHaveLength(1)
    expect(call('GET /report?page=2&limit=1').json).toEqual([])
  })

  test('a write that leaves nothing to read is not made up', () => {
    expect(alone().call('POST /send', { theme: 'x' }).status).toBe(501)
  })
})

describe('things that lie elsewhere', () => {
  const task = { type: 'object', properties: { id: whole, title: text, projectId: text } }
  const related = () =>
    serve(
      {
        'POST /projects': { body: ref('Project'), replies: { 201: ref('Project') } },
        'GET /projects/{id}': { replies: { 200: ref('Project') } },
        'DELETE /projects/{id}': { replies: { 204: undefined } },
        'POST /projects/{projectId}/tasks': { body: ref('Task'), replies: { 201: ref('Task') } },
        'GET /projects/{projectId}/tasks': { replies: { 200: listOf(ref('Task')) } },
        'GET /tasks': { replies: { 200: listOf(ref('Task')) } },
        'GET /tasks/{taskId}': { query: { taskId: whole }, replies: { 200: ref('Task') } },
        'GET /tasks/search': { query: { title: text }, replies: { 200: listOf(ref('Task')) } },
        'GET /groups/{groupId}/tasks': { replies: { 200: listOf(ref('Task')) } },
        'PUT /groups/{groupId}/tasks/{taskId}': {
          query: { taskId: whole },
          replies: { 204: undefined },
        },
        'DELETE /groups/{groupId}/tasks/{taskId}': {
          query: { taskId: whole },
          replies: { 204: undefined },
        },
        'DELETE /tasks/{taskId}': { query: { taskId: whole }, replies: { 204: undefined } },
      },
      { Project: { type: 'object', properties: { id: text, name: text } }, Task: task },
    )

  test('made under one path, they are read under another and listed under both', () => {
    const { call } = related()
    const one = call('POST /projects', { name: 'one' }).json
    const two = call('POST /projects', { name: 'two' }).json
    const made = call(`POST /projects/${one.id}/tasks`, { title: 't' }).json
    expect(made).toEqual({ id: 1, title: 't', projectId: one.id })
    expect(call('GET /tasks/1').json).toEqual(made)
    expect(call('GET /tasks').json).toEqual([made])
    expect(call(`GET /projects/${one.id}/tasks`).json).toEqual([made])
    expect(call(`GET /projects/${two.id}/tasks`).json).toEqual([])
    expect(call('GET /tasks/search?title=t').json).toEqual([made])
    expect(call('GET /tasks/search?title=u').json).toEqual([])
  })

  test('a PUT without a body ties them, until either is gone', () => {
    const { call } = related()
    const { id } = call('POST /projects', { name: 'one' }).json
    call(`POST /projects/${id}/tasks`, { title: 't' })
    expect(call('PUT /groups/g/tasks/9').status).toBe(404)
    expect(call('PUT /groups/g/tasks/1').status).toBe(204)
    expect(call('PUT /groups/g/tasks/1').status).toBe(204)
    expect(call('GET /groups/g/tasks').json).toMatchObject([{ id: 1, title: 't' }])
    expect(call('GET /groups/h/tasks').json).toEqual([])
    expect(call('DELETE /groups/g/tasks/1').status).toBe(204)
    expect(call('DELETE /groups/g/tasks/1').status).toBe(404)
    call('PUT /groups/g/tasks/1')
    call('DELETE /tasks/1')
    expect(call('GET /groups/g/tasks').json).toEqual([])
  })
})
