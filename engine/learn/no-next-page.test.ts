import { expect, test } from 'vitest'
import type { Operation, Schema } from '../contract/contract.ts'
import { nothing, open, teach } from './testing/story.ts'
import { withoutNextPage } from './no-next-page.ts'

test('a list that only the document tells of ends: no made-up token leads on for ever', () => {
  const schema: Schema = {
    type: 'object',
    required: ['members', 'meta'],
    properties: {
      members: { type: 'array', items: { type: 'string' } },
      nextPageToken: { type: 'string', minLength: 4 },
      meta: {
        type: 'object',
        required: ['next_cursor'],
        properties: { next_cursor: { type: 'string' }, nextOfKin: { type: 'string' } },
      },
    },
  }
  const list: Operation = {
    id: 'members',
    method: 'GET',
    path: '/members',
    params: [],
    replies: { 200: { types: { 'application/json': schema } } },
    security: [],
  }
  const { ask } = open(teach([], { ...nothing, operations: [list] }))
  const { status, json } = ask('GET', '/members')
  expect(status).toBe(200)
  expect(json['nextPageToken']).toBeUndefined()
  expect(json['meta']).toMatchObject({ next_cursor: '' })

  const sample = {
    nextPageToken: 'abcd',
    meta: { next_cursor: 'x', nextOfKin: 'Bo' },
    members: ['a'],
  }
  expect(withoutNextPage(sample, schema, {})).toEqual({
    meta: { next_cursor: '', nextOfKin: 'Bo' },
    members: ['a'],
  })
})
