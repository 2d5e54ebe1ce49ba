import { describe, expect, test } from 'vitest'
import { listOf, ref, serve, text, whole, type Answer } from './small-service.ts'

const thing = {
  type: 'object',
  properties: { id: whole, name: text, color: text, tags: listOf(text) },
}

function withPages(query: Record<string, object>, page: object) {
  const served = serve(
    {
      'GET /things': { query: query as never, replies: { 200: page as never } },
      'POST /things': { body: ref('Thing'), replies: { 201: ref('Thing') } },
      'GET /things/{id}': { query: { id: whole }, replies: { 200: ref('Thing') } },
      'DELETE /things/{id}': { query: { id: whole }, replies: { 204: undefined } },
    },
    { Thing: thing },
  )
  for (let n = 1; n <= 7; n++) {
    served.call('POST /things', {
      name: `n${n}`,
      color: n % 2 ? 'red' : 'blue',
      tags: [`t${n % 3}`],
    })
  }
  return served
}

const ids = (list: { id: number }[]) => list.map((one) => one.id)
const nextOf = (reply: Answer) =>
  [reply.headers['link'] ?? []]
    .flat()
    .map((one) => /<([^>]+)>; rel="next"/.exec(one)?.[1])
    .find(Boolean)

describe('pages', () => {
  test('by limit and a cursor in the Link header', () => {
    const { call } = withPages(
      { limit: { ...whole, maximum: 3, default: 2 }, after: text },
      listOf(ref('Thing')),
    )
    const seen: number[] = []
    let reply = call('GET /things?limit=3')
    for (let guard = 0; guard < 5; guard++) {
      seen.push(...ids(reply.json))
      const next = nextOf(reply)
      if (next === undefined) break
      expect(next.startsWith('https://small.example/things?limit=3&after=')).toBe(true)
      reply = call(`GET ${next.slice('https://small.example'.length)}`)
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(ids(call('GET /things').json)).toEqual([1, 2])
    expect(call('GET /things?limit=9').status).toBe(400)
    expect(call('GET /things?after=%21%21').status).toBe(400)
  })

  test('go on behind an item that is gone meanwhile', () => {
    const { call } = withPages({ limit: whole, after: text }, listOf(ref('Thing')))
    const next = nextOf(call('GET /things?limit=3'))!.slice('https://small.example'.length)
    call('DELETE /things/1')
    expect(ids(call(`GET ${next}`).json)).toEqual([4, 5, 6])
  })

  test('by offset, with all that a page says of itself', () => {
    const page = {
      type: 'object',
      properties: {
        values: listOf(ref('Thing')),
        startAt: whole,
        maxResults: whole,
        total: whole,
        isLast: { type: 'boolean' },
        nextPage: { type: 'string', format: 'uri' },
        self: { type: 'string', format: 'uri' },
      },
    }
    const { call } = withPages({ startAt: whole, maxResults: { ...whole, default: 3 } }, page)
    const first = call('GET /things').json
    expect(first).toMatchObject({ startAt: 0, maxResults: 3, total: 7, isLast: false })
    expect(first.nextPage).toBe('https://small.example/things?startAt=3')
    const last = call('GET /things?startAt=6').json
    expect(last).toMatchObject({
      startAt: 6,
      total: 7,
      isLast: true,
      self: 'https://small.example/things?startAt=6',
    })
    expect(ids(last.values)).toEqual([7])
    expect(last).not.toHaveProperty('nextPage')
    expect(call('GET /things?startAt=99').json.values).toEqual([])
  })

  test('by page number, inside an envelope', () => {
    const page = {
      type: 'object',
      required: ['data', 'meta'],
      properties: {
        data: listOf(ref('Thing')),
        meta: {
          type: 'object',
          required: ['page', 'per_page', 'total_pages', 'total_count'],
          properties: { page: whole, per_page: whole, total_pages: whole, total_count: whole },
        },
        links: {
          type: 'object',
          properties: { next: { type: ['string', 'null'] }, prev: { type: ['string', 'null'] } },
        },
      },
    }
    const { call } = withPages({ page: { ...whole, minimum: 1 }, per_page: whole }, page)
    const second = call('GET /things?page=2&per_page=3').json
    expect(ids(second.data)).toEqual([4, 5, 6])
    expect(second.meta).toEqual({ page: 2, per_page: 3, total_pages: 3, total_count: 7 })
    expect(second.links.next).toBe('https://small.example/things?page=3&per_page=3')
    expect(call('GET /things?page=3&per_page=3').json.links?.next ?? null).toBeNull()
  })

  test('by a token that the body carries, until it is empty', () => {
    const page = {
      type: 'object',
      properties: {
        items: listOf(ref('Thing')),
        response_metadata: {
          type: 'object',
          required: ['next_cursor'],
          properties: { next_cursor: text },
        },
      },
      required: ['response_metadata'],
    }
    const { call } = withPages({ cursor: text, limit: whole }, page)
    const first = call('GET /things?limit=5').json
    const cursor = first.response_metadata.next_cursor
    const second = call(`GET /things?limit=5&cursor=${cursor}`).json
    expect([...ids(first.items), ...ids(second.items)]).toEqual([1, 2, 3, 4, 5, 6, 7])
    expect(second.response_metadata.next_cursor).toBe('')
  })

  test('by the last id that was seen', () => {
    const page = {
      type: 'object',
      properties: { data: listOf(ref('Thing')), has_more: { type: 'boolean' } },
    }
    const { call } = withPages({ starting_after: text, limit: whole }, page)
    expect(call('GET /things?limit=3&starting_after=2').json).toMatchObject({
      has_more: true,
      data: [{ id: 3 }, {}, {}],
    })
    expect(call('GET /things?limit=4&starting_after=3').json.has_more).toBe(false)
  })
})

describe('filters', () => {
  const query = {
    color: text,
    id: listOf(whole),
    tags: text,
    sort: text,
    limit: whole,
    offset: whole,
  }

  test('a parameter with a property’s name asks for that value', () => {
    const { call } = withPages(query, listOf(ref('Thing')))
    expect(ids(call('GET /things?color=blue').json)).toEqual([2, 4, 6])
    expect(ids(call('GET /things?color=blue&limit=1&offset=1').json)).toEqual([4])
    expect(ids(call('GET /things?id=2&id=5').json)).toEqual([2, 5])
    expect(ids(call('GET /things?tags=t0').json)).toEqual([3, 6])
    expect(call('GET /things?color=none').json).toEqual([])
  })

  test('a sort parameter orders by a property, either way', () => {
    const { call } = withPages(query, listOf(ref('Thing')))
    expect(ids(call('GET /things?sort=-name&limit=2').json)).toEqual([7, 6])
    expect(ids(call('GET /things?sort=color&limit=4').json)).toEqual([2, 4, 6, 1])
    expect(ids(call('GET /things?sort=name:desc&limit=1').json)).toEqual([7])
    expect(ids(call('GET /things?sort=unknown&limit=1').json)).toEqual([1])
  })
})
