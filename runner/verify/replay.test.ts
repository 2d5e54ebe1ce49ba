import { describe, expect, test } from 'vitest'
import { defineSpecTwin } from '../../engine/generic/spec-twin.ts'
import type { Recorded } from '../../engine/learn/recorded.ts'
import type { TwinDefinition } from '../../engine/twin.ts'
import { compareShapes } from './compare.ts'
import { verifyPage } from './page.ts'
import { printVerdict } from './print.ts'
import { replay } from './replay.ts'
import { toVerdict } from './tally.ts'
import { twinTarget } from './twin-target.ts'
import { Unifier } from './unifier.ts'

const note = {
  type: 'object',
  required: ['id', 'title', 'created'],
  properties: {
    id: { type: 'string' },
    title: { type: 'string' },
    created: { type: 'string', format: 'date-time', readOnly: true },
  },
}
const body = {
  types: { 'application/json': { type: 'object', properties: { title: { type: 'string' } } } },
}
const id = { name: 'id', in: 'path' as const, required: true as const, schema: { type: 'string' } }
const one = { types: { 'application/json': note } }
const twin = defineSpecTwin({
  name: 'notes',
  contract: {
    name: 'notes',
    version: '1',
    schemas: {},
    security: {},
    operations: [
      {
        id: 'make',
        method: 'POST',
        path: '/notes',
        params: [],
        body,
        replies: { 201: one },
        security: [],
      },
      {
        id: 'read',
        method: 'GET',
        path: '/notes/{id}',
        params: [id],
        replies: { 200: one },
        security: [],
      },
      {
        id: 'drop',
        method: 'DELETE',
        path: '/notes/{id}',
        params: [id],
        replies: { 204: { types: {} } },
        security: [],
      },
    ],
  },
}) as unknown as TwinDefinition

function recorded(
  n: number,
  request: string,
  status: number,
  json?: unknown,
  sent?: unknown,
): Recorded {
  const [method, pathname] = request.split(' ') as [string, string]
  return {
    cassette: 'c',
    n,
    method,
    origin: 'https://notes.example',
    pathname,
    search: '',
    headers: sent === undefined ? {} : { 'content-type': 'application/json' },
    body: sent === undefined ? undefined : JSON.stringify(sent),
    isBodyLost: false,
    at: undefined,
    tookMs: undefined,
    status,
    replyHeaders: json === undefined ? {} : { 'content-type': ['application/json'] },
    text: json === undefined ? undefined : JSON.stringify(json),
    json,
  }
}

const made = { id: 'n0tE1abcD2efGh3i', title: 'Hello', created: '2024-02-03T04:05:06.000Z' }
const old = { id: 'n0tE9abcD9efGh9i', title: 'Old', created: '2023-02-03T04:05:06.000Z' }
const story = [
  recorded(0, 'POST /notes', 201, made, { title: 'Hello' }),
  recorded(1, `GET /notes/${made.id}`, 200, made),
  recorded(2, `GET /notes/${old.id}`, 200, old),
  recorded(3, `DELETE /notes/${made.id}`, 204),
  recorded(4, `GET /notes/${made.id}`, 404, { error: 'gone' }),
]

describe('replaying a recording', () => {
  test('follows recorded ids into our world, where what was there before is there too', async () => {
    const { compared } = await replay(twinTarget(twin), story)
    expect(compared.map((one) => [one.op, one.status, one.shape, one.values])).toEqual([
      ['make', 1, 1, 1],
      ['read', 1, 1, 1],
      ['read', 1, 1, 1],
      ['drop', 1, 1, 1],
      ['read', 1, expect.any(Number), expect.any(Number)],
    ])
    expect(compared.map((one) => one.isSeeding)).toEqual([false, false, true, false, false])
    expect(compared[1]!.call).not.toContain(made.id)
  })

  test('notices a wrong status, a wrong value, a missing and an extra place', async () => {
    const wrong = [
      recorded(0, 'POST /notes', 200, made, { title: 'Hello' }),
      recorded(1, 'POST /notes', 201, { ...made, title: 'Other', more: 1 }, { title: 'Hello' }),
    ]
    const { compared } = await replay(twinTarget(twin), wrong)
    expect(compared[0]!.status).toBe(0)
    expect(compared[1]!.differences.map(({ level, at }) => `${level} ${at}`)).toEqual([
      'shape /more',
      'values /title',
      'values /more',
    ])
  })

  test('is told as a table and as a page in which nothing recorded is markup', async () => {
    const evil = { ...made, title: '<script>alert(1)</script>' }
    const { compared } = await replay(twinTarget(twin), [
      recorded(0, 'POST /notes', 201, evil, { title: 'x' }),
    ])
    const verdict = toVerdict('notes', compared, { cassettes: 1, unplayable: 0, unread: 0, cut: 0 })
    expect(printVerdict(verdict, { operations: 5, worst: 5 })).toContain(
      '<script>alert(1)</script>',
    )
    expect(verifyPage(verdict)).not.toContain('<script')
  })
})

describe('unifying', () => {
  test('keeps one id one id', () => {
    const unifier = new Unifier()
    unifier.learn({ id: 'aB3dE5gH7jK9mN1p' }, { id: 'zY2xW4vU6tS8rQ0o' })
    expect(unifier.translate('/x/aB3dE5gH7jK9mN1p?y')).toBe('/x/zY2xW4vU6tS8rQ0o?y')
    expect(unifier.same('aB3dE5gH7jK9mN1p', 'qW1eR2tY3uI4oP5a', 'id')).toBe(false)
    expect(unifier.same('cC3dE5gH7jK9mN1p', 'zY2xW4vU6tS8rQ0o', 'id')).toBe(false)
  })

  test('sees ids inside addresses and sentences', () => {
    const unifier = new Unifier()
    const [theirs, ours] = ['00uA1b2C3d4E5f6G7h8', '00uZ9y8X7w6V5u4T3s2']
    unifier.pair(theirs, ours)
    expect(
      unifier.same(`https://a.okta.com/u/${theirs}`, `https://b.okta.com/u/${ours}`, 'href'),
    ).toBe(true)
    expect(unifier.same(`Not found: ${theirs} (User)`, `Not found: ${ours} (User)`, '')).toBe(true)
    expect(unifier.same(`Not found: ${theirs} (User)`, `Not found: ${ours} (Group)`, '')).toBe(
      false,
    )
  })

  test('takes members of lists by what is known of them', () => {
    const shapes = compareShapes([{ a: 1 }, { b: 'x' }], [{ b: 'y' }, { a: 2 }])
    expect(shapes.score).toBe(1)
    const unifier = new Unifier()
    unifier.pair('one-1111', 'uno-1111')
    const pairs = unifier.align(
      [{ id: 'two-2222' }, { id: 'one-1111' }],
      [{ id: 'uno-1111' }, { id: 'due-2222' }],
    )
    expect(pairs).toEqual([
      [{ id: 'one-1111' }, { id: 'uno-1111' }],
      [{ id: 'two-2222' }, { id: 'due-2222' }],
    ])
  })
})
