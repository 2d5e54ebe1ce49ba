import { describe, expect, test } from 'vitest'
import { drawQuantile } from '../quantiles.ts'
import { latencyOf } from './latency.ts'
import { open, Story, teach, type Service } from './testing/story.ts'

/** Pages with versions, limits, and an id for every request. */
function wiki(): Service {
  const pages = new Map<string, Record<string, unknown>>()
  let [asked, made] = [0, 0]
  return ({ method, at, sent, headers, now }) => {
    const reset = Math.ceil((now + 1) / 60_000) * 60
    const marks: Record<string, string> = {
      'x-request-id': `req_${(0xfe13d283 + ++asked).toString(16)}`,
      'x-ratelimit-limit': '50',
      'x-ratelimit-remaining': String(50 - asked),
      'x-ratelimit-reset': String(reset),
    }
    if (method === 'POST') {
      const id = `p_${(0xa1b2c3 + made++ * 7919).toString(16)}`
      pages.set(id, { id, ...sent, version: 1 })
      return {
        status: 201,
        json: pages.get(id),
        headers: { ...marks, etag: `"v1${id.slice(2)}aa"` },
      }
    }
    const page = pages.get(at[1]!)
    if (page === undefined) return { status: 404, json: { error: 'gone' }, headers: marks }
    const etag = `"v${String(page['version'])}${String(page['id']).slice(2)}aa"`
    if (method === 'GET') {
      if (headers['if-none-match'] === etag) return { status: 304, headers: { ...marks, etag } }
      return { status: 200, json: page, headers: { ...marks, etag } }
    }
    if (headers['if-match'] === undefined)
      return { status: 428, json: { error: 'say which version' }, headers: marks }
    if (headers['if-match'] !== etag)
      return { status: 412, json: { error: 'somebody was faster' }, headers: marks }
    Object.assign(page, sent, { version: Number(page['version']) + 1 })
    const now2 = `"v${String(page['version'])}${String(page['id']).slice(2)}aa"`
    return { status: 200, json: { ...page }, headers: { ...marks, etag: now2 } }
  }
}

const story = new Story('wiki', wiki())
const first = story.ask('POST', '/pages', { title: 'One', text: 'Once' })
const path = `/pages/${String(first['id'])}`
const read = story.ask('GET', path)
const match = { 'if-match': read.headers['etag']! }
story.ask('GET', path, undefined, { 'if-none-match': read.headers['etag']! })
const changed = story.ask('PUT', path, { text: 'Twice' }, match)
story.ask('PUT', path, { text: 'Thrice' }, match)
story.ask('PUT', path, { text: 'Thrice' })
story.ask('PUT', path, { text: 'Thrice' }, { 'if-match': changed.headers['etag']! })
story.ask('GET', path)
const lesson = teach([story.entries])

function begin() {
  const opened = open(lesson)
  const { id } = opened.ask('POST', '/pages', { title: 'Mine', text: 'a' }).json
  return { ...opened, path: `/pages/${String(id)}` }
}

describe('versions', () => {
  test('stay while nothing changes, and spare the body', () => {
    const { ask, path } = begin()
    const etag = String(ask('GET', path).headers['etag'])
    expect(etag).toMatch(/^".+"$/)
    expect(ask('GET', path).headers['etag']).toBe(etag)
    const again = ask('GET', path, undefined, { 'if-none-match': etag })
    expect([again.status, again.json, again.headers['etag']]).toEqual([304, undefined, etag])
    expect(ask('GET', path, undefined, { 'if-none-match': '"other"' }).status).toBe(200)
  })

  test('guard against overwriting what somebody else wrote', () => {
    const { ask, path } = begin()
    const etag = String(ask('GET', path).headers['etag'])
    const done = ask('PUT', path, { text: 'b' }, { 'if-match': etag })
    expect(done).toMatchObject({ status: 200, json: { text: 'b', version: 2 } })
    expect(done.headers['etag']).not.toBe(etag)
    const late = ask('PUT', path, { text: 'c' }, { 'if-match': etag })
    expect(late).toMatchObject({ status: 412, json: { error: 'somebody was faster' } })
    expect(ask('PUT', path, { text: 'c' }).status).toBe(428)
    expect(ask('GET', path).json['text']).toBe('b')
  })
})

describe('limits', () => {
  test('count down with every call, and begin anew in the next window', () => {
    const { world, ask, path } = begin()
    const left = () => Number(ask('GET', path).headers['x-ratelimit-remaining'])
    const before = left()
    expect(before).toBeLessThan(50)
    expect(left()).toBe(before - 1)
    const { headers } = ask('GET', path)
    expect(headers['x-ratelimit-limit']).toBe('50')
    expect(Number(headers['x-ratelimit-reset']) * 1000).toBeGreaterThan(world.now())
    world.advance(61_000)
    expect(left()).toBe(49)
  })

  test('turn calls away only where a world has limits on', () => {
    const statuses = (limits: boolean) => {
      const { ask } = open(lesson, { limits })
      return Array.from({ length: 52 }, () => ask('GET', '/pages/p_a1b2c3').status).slice(-1)
    }
    expect(statuses(false)).toEqual([404])
    expect(statuses(true)).toEqual([429])
  })
})

describe('every reply', () => {
  test('carries an id of its own', () => {
    const { ask, path } = begin()
    const ids = [1, 2].map(() => String(ask('GET', path).headers['x-request-id']))
    expect(ids[0]).toMatch(/^req_[0-9a-f]{8}$/)
    expect(ids[0]).not.toBe(ids[1])
  })

  test('took as long as a run may let it take again', () => {
    const { twin } = begin()
    const latency = latencyOf(twin, 'get /pages/{pageId}')!
    expect(latency).toMatchObject({ min: 21, max: 27, p95: 21 })
    expect(drawQuantile(latency, 1)).toBe(27)
    expect(latencyOf(twin, 'nothing')).toBeUndefined()
  })
})
