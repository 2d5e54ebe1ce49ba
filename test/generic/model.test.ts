import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Call } from '../../engine/call.ts'
import { listOf, ref, serve, text, whole } from './small-service.ts'

type Step =
  | { do: 'create'; name: string; note: string | undefined }
  | { do: 'put'; at: number; name: string; note: string | undefined }
  | { do: 'patch'; at: number; name: string; note: string | undefined }
  | { do: 'delete'; at: number }
  | { do: 'read'; at: number }
  | { do: 'list'; limit: number; offset: number }
  | { do: 'fork' }

const name = fc.string({ maxLength: 8 })
const note = fc.option(fc.string({ maxLength: 8 }), { nil: undefined })
const at = fc.nat(9)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('create' as const), name, note }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('put' as const, 'patch' as const), at, name, note }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('delete' as const, 'read' as const), at }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('list' as const),
      limit: fc.integer({ min: 1, max: 5 }),
      offset: fc.nat(6),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('fork' as const) }) },
)

const item = {
  type: 'object',
  required: ['id', 'name'],
  properties: { id: { ...whole, readOnly: true }, name: text, note: text },
}

function start() {
  return serve(
    {
      'GET /a/{x}/items': {
        query: { limit: whole, offset: whole },
        replies: { 200: listOf(ref('Item')) },
      },
      'POST /a/{x}/items': { body: ref('Item'), replies: { 201: ref('Item') } },
      'GET /a/{x}/items/{id}': { query: { id: whole }, replies: { 200: ref('Item') } },
      'PUT /a/{x}/items/{id}': {
        query: { id: whole },
        body: ref('Item'),
        replies: { 200: ref('Item') },
      },
      'PATCH /a/{x}/items/{id}': {
        query: { id: whole },
        body: { type: 'object', properties: { name: text, note: text } },
        replies: { 200: ref('Item') },
      },
      'DELETE /a/{x}/items/{id}': { query: { id: whole }, replies: { 204: undefined } },
    },
    { Item: item },
  )
}

/** The service as a Map: what each step must answer. */
class Model {
  readonly items = new Map<number, object>()
  #made = 0

  expected(step: Exclude<Step, { do: 'fork' }>): { status: number; json?: unknown } {
    const { items } = this
    if (step.do === 'list') {
      return { status: 200, json: [...items.values()].slice(step.offset, step.offset + step.limit) }
    }
    if (step.do === 'create') {
      const made = { id: ++this.#made, ...sentBy(step) }
      items.set(made.id, made)
      return { status: 201, json: made }
    }
    const known = items.get(step.at)
    if (known === undefined) return { status: 404 }
    if (step.do === 'read') return { status: 200, json: known }
    if (step.do === 'delete') {
      items.delete(step.at)
      return { status: 204 }
    }
    const next = { id: step.at, ...(step.do === 'patch' ? known : {}), ...sentBy(step) }
    items.set(step.at, next)
    return { status: 200, json: next }
  }
}

function sentBy({ name, note }: { name: string; note: string | undefined }): object {
  return { name, ...(note === undefined ? {} : { note }) }
}

function callFor(step: Exclude<Step, { do: 'fork' }>): Call {
  const path = '/a/1/items'
  if (step.do === 'list') return { path: `${path}?limit=${step.limit}&offset=${step.offset}` }
  if (step.do === 'create') return { method: 'POST', path, body: sentBy(step) }
  const item = `${path}/${step.at}`
  if (step.do === 'read') return { path: item }
  if (step.do === 'delete') return { method: 'DELETE', path: item }
  return { method: step.do.toUpperCase(), path: item, body: sentBy(step) }
}

test('any sequence of writes agrees with a Map', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let { world } = start()
      const model = new Model()
      const answers: unknown[] = []
      const expected: unknown[] = []
      for (const one of [...steps, { do: 'list', limit: 100, offset: 0 } as const]) {
        if (one.do === 'fork') {
          world = world.fork()
          continue
        }
        const { status, json } = world.call('small', callFor(one))
        answers.push(
          status === 404 ? { status } : json === undefined ? { status } : { status, json },
        )
        expected.push(model.expected(one))
      }
      expect(answers).toEqual(expected)
    }),
    { numRuns: 60 },
  )
})
