import { expect, test } from 'vitest'
import { ref, serve, text, whole } from './small-service.ts'

const hex = { type: 'string', pattern: '^[0-9a-f]{12}$' }

test('gives an id that fits both the item and the path, also behind an allOf', () => {
  const { call } = serve(
    {
      'POST /walls': { body: ref('New'), replies: { 201: ref('Wall') } },
      'GET /walls/{id}': {
        query: { id: { type: 'string', format: 'uuid' } },
        replies: { 200: ref('Wall') },
      },
      'POST /bricks': { body: ref('New'), replies: { 201: ref('Brick') } },
      'GET /bricks/{id}': { replies: { 200: ref('Brick') } },
    },
    {
      New: { type: 'object', properties: { name: text } },
      Hex: hex,
      Wall: { type: 'object', properties: { id: text, name: text } },
      Brick: { type: 'object', properties: { id: { allOf: [ref('Hex'), {}] }, name: text } },
    },
  )
  for (const [place, pattern] of [
    ['walls', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
    ['bricks', /^[0-9a-f]{12}$/],
  ] as const) {
    const made = call(`POST /${place}`, { name: 'east' })
    expect(made.json).toEqual({ id: expect.stringMatching(pattern), name: 'east' })
    const read = call(`GET /${place}/${made.json.id}`)
    expect([read.status, read.json]).toEqual([200, made.json])
  }
})

test('takes no name for an id where paths take numbers', () => {
  const { call } = serve(
    {
      'POST /channels': { body: ref('Channel'), replies: { 200: ref('Channel') } },
      'GET /channels/{channel_id}': {
        query: { channel_id: whole },
        replies: { 200: ref('Channel') },
      },
    },
    { Channel: { type: 'object', properties: { name: text } } },
  )
  const made = call('POST /channels', { name: 'news' })
  const place = String(made.headers['location'])
  expect(place).toMatch(/\/channels\/\d+$/)
  expect(call(`GET ${new URL(place).pathname}`).json).toEqual({ name: 'news' })
})
