import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Contract } from '../contract/contract.ts'
import type { TwinDefinition } from '../twin.ts'
import { World } from '../world.ts'
import { formatLearned, keepCorrections, readLearned } from './format.ts'
import type { Lesson } from './knowledge.ts'
import { defineLearnedTwin } from './learned-twin.ts'
import { Learner } from './learn.ts'
import { routerOf } from './observe.ts'
import type { Recorded } from './recorded.ts'
import { Surveyor, withSurveyed } from './survey.ts'

// A shop that no document describes: orders are made, read, listed, shipped (which shows in their state) and deleted.

const start = Date.parse('2026-02-03T04:05:06.000Z')

/** Records stories as the shop would answer them. */
class Shop {
  readonly entries: Recorded[] = []
  readonly #orders = new Map<string, Record<string, unknown>>()
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  ask(method: string, target: string, sent?: unknown): Record<string, unknown> {
    const [pathname = '', search = ''] = target.split('?')
    const at = start + this.entries.length * 1000
    const [status, json] = this.#answer(
      method,
      pathname,
      search,
      sent as Record<string, unknown>,
      at,
    )
    this.entries.push({
      cassette: this.#name,
      n: this.entries.length,
      method,
      origin: 'https://shop.example',
      pathname,
      search,
      headers: {
        authorization: 'Bearer x',
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: sent === undefined ? undefined : JSON.stringify(sent),
      isBodyLost: false,
      at,
      tookMs: 20 + this.entries.length,
      status,
      replyHeaders: json === undefined ? {} : { 'content-type': ['application/json'] },
      text: json === undefined ? undefined : JSON.stringify(json),
      json: json === undefined ? undefined : structuredClone(json),
    })
    return structuredClone(json ?? {}) as Record<string, unknown>
  }

  #answer(
    method: string,
    path: string,
    search: string,
    sent: Record<string, unknown>,
    at: number,
  ): [number, unknown] {
    const [, , id, action] = path.split('/')
    const now = new Date(at).toISOString()
    if (id === undefined) {
      if (method === 'GET') {
        const state = new URLSearchParams(search).get('state')
        const all = [...this.#orders.values()]
        return [
          200,
          { orders: all.filter((one) => state === null || one['state'] === state), total: 7 },
        ]
      }
      if (sent['item'] === undefined) return [400, { error: 'missing', field: 'item' }]
      const own = `ord_${this.#name}K${this.#orders.size}zQ7w9`
      const made = {
        id: own,
        state: 'OPEN',
        item: sent['item'],
        count: sent['count'] ?? 1,
        created: now,
        self: `https://shop.example/orders/${own}`,
      }
      this.#orders.set(own, made)
      return [201, made]
    }
    const order = this.#orders.get(id)
    if (order === undefined) return [404, { error: 'not_found', id }]
    if (action === 'ship') {
      this.#orders.set(id, { ...order, state: 'SHIPPED', shipped: now })
      return [202, undefined]
    }
    if (method === 'GET') return [200, order]
    if (method === 'PATCH') {
      this.#orders.set(id, { ...order, ...sent })
      return [200, this.#orders.get(id)]
    }
    this.#orders.delete(id)
    return [204, undefined]
  }
}

function story(name: string): Recorded[] {
  const shop = new Shop(name)
  const { id } = shop.ask('POST', '/orders', { item: `book ${name}` })
  shop.ask('GET', `/orders/${id}`)
  const other = shop.ask('POST', '/orders', { item: `pen ${name}`, count: 3 })
  shop.ask('POST', '/orders', { count: 3 })
  shop.ask('GET', '/orders')
  shop.ask('POST', `/orders/${id}/ship`)
  shop.ask('GET', `/orders/${id}`)
  shop.ask('GET', '/orders?state=OPEN')
  shop.ask('GET', '/orders?state=SHIPPED')
  shop.ask('PATCH', `/orders/${other['id']}`, { count: 4 })
  shop.ask('DELETE', `/orders/${id}`)
  shop.ask('GET', `/orders/${id}`)
  return shop.entries
}

const nothing: Contract = { name: 'shop', version: '1', operations: [], schemas: {}, security: {} }

function teach(stories: readonly (readonly Recorded[])[]): Lesson {
  const surveyor = new Surveyor(routerOf(nothing))
  for (const one of stories) surveyor.take(one)
  const contract = withSurveyed(nothing, surveyor.operations())
  const learner = new Learner(contract)
  for (const one of stories) learner.notice(one)
  for (const one of stories) learner.take(one)
  return { contract, learned: learner.learned() }
}

const lesson = teach(['a1B2c3D4', 'e5F6g7H8', 'i9J0k1L2', 'm3N4o5P6'].map(story))

function open(taught: Lesson = lesson) {
  const twin = defineLearnedTwin(taught) as unknown as TwinDefinition
  const world = World.create({ twins: [twin], start })
  const { bearer } = world.mint('shop')
  const ask = (method: string, path: string, body?: unknown) => {
    const { status, json, headers } = world.call('shop', {
      method,
      path,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body }),
    })
    return { status, json: json as Record<string, unknown>, headers }
  }
  return { world, ask }
}

describe('what is learned without a document', () => {
  test('are the paths, ids told from words', () => {
    expect(lesson.contract.operations.map(({ id }) => id)).toEqual([
      'delete /orders/{orderId}',
      'get /orders',
      'get /orders/{orderId}',
      'patch /orders/{orderId}',
      'post /orders',
      'post /orders/{orderId}/ship',
    ])
  })

  test('is what an operation does, and how long it takes', () => {
    const facts = lesson.learned.operations.find(({ op }) => op === 'get /orders')!
    expect(facts).toMatchObject({
      role: 'list',
      params: { state: { does: 'equals', member: '/state' } },
    })
    expect(facts.latencyMs!.p50).toBeGreaterThan(20)
    expect(lesson.learned.auth).toEqual({ required: true, scheme: 'Bearer' })
  })
})

describe('a learned twin', () => {
  test('makes things with new ids, times of its own and what was sent', () => {
    const { ask } = open()
    const made = ask('POST', '/orders', { item: 'lamp', count: 2 })
    expect(made.status).toBe(201)
    expect(made.headers['x-backlot-depth']).toBe('learned')
    expect(made.json).toMatchObject({
      state: 'OPEN',
      item: 'lamp',
      count: 2,
      created: '2026-02-03T04:05:06.001Z',
    })
    expect(made.json['self']).toBe(`https://shop.example/orders/${String(made.json['id'])}`)
    expect(ask('POST', '/orders', { item: 'sofa' }).json['count']).toBe(1)
    expect(ask('GET', `/orders/${String(made.json['id'])}`).json).toEqual(made.json)
  })

  test('knows what an action does although its reply says nothing', () => {
    const { ask } = open()
    const id = String(ask('POST', '/orders', { item: 'lamp' }).json['id'])
    expect(ask('POST', `/orders/${id}/ship`).status).toBe(202)
    expect(ask('GET', `/orders/${id}`).json['state']).toBe('SHIPPED')
    const ids = (path: string) =>
      (ask('GET', path).json['orders'] as { id: string }[]).map((one) => one.id)
    expect(ids('/orders?state=SHIPPED')).toEqual([id])
    expect(ids('/orders?state=OPEN')).toEqual([])
  })

  test('refuses in recorded words: what is missing, what is gone, what never was', () => {
    const { ask } = open()
    expect(ask('POST', '/orders', { count: 1 })).toMatchObject({
      status: 400,
      json: { field: 'item' },
    })
    const id = String(ask('POST', '/orders', { item: 'lamp' }).json['id'])
    expect(ask('DELETE', `/orders/${id}`).status).toBe(204)
    expect(ask('GET', `/orders/${id}`)).toMatchObject({
      status: 404,
      json: { error: 'not_found', id },
    })
    expect(ask('GET', '/orders/ord_zzzzzzzzK9zQ7w9').status).toBe(404)
  })

  test('forks and repeats itself', () => {
    const { world, ask } = open()
    ask('POST', '/orders', { item: 'lamp' })
    const before = JSON.stringify(ask('GET', '/orders').json)
    world.fork().call('shop', { method: 'POST', path: '/orders', body: { item: 'x' } })
    expect(JSON.stringify(ask('GET', '/orders').json)).toBe(before)
    expect(open().ask('POST', '/orders', { item: 'lamp' }).json).toEqual(
      open().ask('POST', '/orders', { item: 'lamp' }).json,
    )
  })

  test('answers 501 where no recording shows what an action does', () => {
    const contract: Contract = {
      ...lesson.contract,
      operations: [
        ...lesson.contract.operations,
        {
          id: 'refund',
          method: 'POST',
          path: '/orders/{orderId}/refund',
          params: [],
          replies: {},
          security: [],
        },
      ],
    }
    const { ask } = open({ ...lesson, contract })
    const id = String(ask('POST', '/orders', { item: 'lamp' }).json['id'])
    expect(ask('POST', `/orders/${id}/refund`).status).toBe(501)
  })
})

describe('learned.json', () => {
  test('has a statement a line and reads back as it was', () => {
    const text = formatLearned(lesson.learned)
    const { operations, cases } = lesson.learned
    expect(text.split('\n').length).toBe(operations.length + cases.length + 12)
    expect(readLearned(JSON.parse(text))).toEqual(JSON.parse(JSON.stringify(lesson.learned)))
  })

  test('keeps what a person corrected when learning is run again', () => {
    const cases = lesson.learned.cases.map((one) =>
      one.op === 'post /orders/{orderId}/ship'
        ? { ...one, status: 200, by: 'person' as const }
        : one,
    )
    const gone = cases.find(({ op, status }) => op === 'post /orders' && status === 400)!
    Object.assign(gone, { by: 'person', forget: true })
    const learned = keepCorrections(teach([story('q7R8s9T0')]).learned, {
      ...lesson.learned,
      cases,
    })
    const { ask } = open({ contract: lesson.contract, learned })
    const id = String(ask('POST', '/orders', { item: 'lamp' }).json['id'])
    expect(ask('POST', `/orders/${id}/ship`).status).toBe(200)
  })

  test('tells what is wrong with it', () => {
    expect(() => readLearned([])).toThrow('no JSON object')
    expect(() => readLearned({ name: 'x', operations: [], cases: [{ op: 'a' }] })).toThrow(
      'case 1 needs',
    )
  })
})

describe('hostile recordings', () => {
  test('change no prototype and never make learning or answering throw', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            method: fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'PATCH'),
            path: fc.array(
              fc.constantFrom(
                'a',
                '__proto__',
                'constructor',
                '12345',
                '%zz',
                'x:y',
                '..',
                '00uA1b2C3d4E5f6G7h8',
              ),
            ),
            sent: fc.option(fc.jsonValue()),
            json: fc.oneof(
              fc.jsonValue(),
              fc.constant(
                JSON.parse(
                  '{"__proto__":{"p":1},"id":"__proto__","«path a»":"«body /x»"}',
                ) as unknown,
              ),
            ),
            status: fc.constantFrom(200, 201, 204, 400, 404),
          }),
          { maxLength: 12 },
        ),
        (calls) => {
          const entries = calls.map(({ method, path, sent, json, status }, n): Recorded => {
            const body = sent === null ? undefined : JSON.stringify(sent)
            const rest = {
              isBodyLost: false,
              at: undefined,
              tookMs: undefined,
              replyHeaders: {},
              search: 'a=1&__proto__=2',
            }
            return {
              ...rest,
              cassette: 'c',
              n,
              method,
              origin: 'https://h.example',
              pathname: `/${path.join('/')}`,
              headers: {},
              body,
              status,
              json,
              text: JSON.stringify(json),
            }
          })
          const taught = teach([entries])
          const { ask } = open({
            ...taught,
            learned: readLearned(JSON.parse(formatLearned(taught.learned))),
          })
          for (const { method, pathname, body } of entries) ask(method, pathname, body)
          expect(({} as Record<string, unknown>)['p']).toBeUndefined()
        },
      ),
      {
        numRuns: 150,
        // A member whose name is a slash once ended the learning.
        examples: [[[{ method: 'GET', path: [], sent: null, json: { '/': [] }, status: 200 }]]],
      },
    )
  })
})
