import { describe, expect, test } from 'vitest'
import { open, Story, teach, type Service, type Told } from './testing/story.ts'

/** A till that takes a payment once under a key, and refuses the key for another payment. */
function till(mark: string, isPlain = false): Service {
  const payments = new Map<string, Record<string, unknown>>()
  const keys = new Map<string, { sent: string; told: Told }>()
  return ({ method, at, sent, headers }) => {
    const [, id] = at
    if (method === 'GET') {
      if (id === undefined) return { status: 200, json: { payments: [...payments.values()] } }
      const found = payments.get(id)
      return found === undefined ? { status: 404 } : { status: 200, json: found }
    }
    const key = headers['idempotency-key']
    const known = key === undefined || isPlain ? undefined : keys.get(key)
    const text = JSON.stringify(sent)
    if (known !== undefined)
      return known.sent === text
        ? known.told
        : { status: 409, json: { error: 'key_reused', message: 'Keys are for one payment.' } }
    const own = `pay_${mark}${((payments.size + 1) * 7919).toString(16).padStart(8, '0')}`
    const told = { status: 201, json: { id: own, ...sent, state: 'TAKEN' } }
    payments.set(own, told.json)
    if (key !== undefined) keys.set(key, { sent: text, told })
    return told
  }
}

function story(mark: string, withClash: boolean, isPlain = false) {
  const told = new Story(mark, till(mark, isPlain))
  const key = { 'idempotency-key': `k-${mark}` }
  told.ask('POST', '/payments', { amount: 50 })
  told.ask('POST', '/payments', { amount: 70 }, key)
  told.ask('POST', '/payments', { amount: 70 }, key)
  if (withClash) told.ask('POST', '/payments', { amount: 71 }, key)
  const { id } = told.ask('POST', '/payments', { amount: 20 })
  told.ask('GET', `/payments/${id}`)
  told.ask('GET', '/payments')
  return told.entries
}

const first = { 'idempotency-key': 'a' }
const listed = (json: Record<string, unknown>) => (json['payments'] as unknown[]).length

describe('a call under a key', () => {
  test('is done once, and answered the same again', () => {
    const { ask } = open(teach([story('a1B2', true), story('c3D4', true)]))
    const one = ask('POST', '/payments', { amount: 30 }, first)
    expect(one).toMatchObject({ status: 201, json: { amount: 30, state: 'TAKEN' } })
    expect(ask('POST', '/payments', { amount: 30 }, first)).toEqual(one)
    expect(listed(ask('GET', '/payments').json)).toBe(1)
    const other = ask('POST', '/payments', { amount: 30 }, { 'idempotency-key': 'b' })
    expect(other.json['id']).not.toBe(one.json['id'])
    expect(listed(ask('GET', '/payments').json)).toBe(2)
  })

  test('is refused for another body in the words that were seen', () => {
    const { ask } = open(teach([story('a1B2', true), story('c3D4', true)]))
    ask('POST', '/payments', { amount: 30 }, first)
    expect(ask('POST', '/payments', { amount: 31 }, first)).toMatchObject({
      status: 409,
      json: { error: 'key_reused' },
    })
    expect(ask('POST', '/payments', { amount: 31 }).status).toBe(201)
  })

  test('has no answer for another body where nobody saw that', () => {
    const { ask } = open(teach([story('a1B2', false), story('c3D4', false)]))
    ask('POST', '/payments', { amount: 30 }, first)
    expect(ask('POST', '/payments', { amount: 31 }, first).status).toBe(501)
  })

  test('is done each time by a service that does not heed keys', () => {
    const { ask } = open(teach([story('a1B2', false, true), story('c3D4', false, true)]))
    const ids = [1, 2].map(() => ask('POST', '/payments', { amount: 30 }, first).json['id'])
    expect(new Set(ids).size).toBe(2)
  })
})
