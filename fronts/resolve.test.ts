import { describe, expect, it } from 'vitest'
import type { TwinDefinition } from '../engine/twin.ts'
import { World } from '../engine/world.ts'
import { board } from '../test/small-twin.ts'
import { createResolver, type RequestFacts } from './resolve.ts'
import { defaultId, Worlds } from './worlds.ts'

const base = World.create({
  twins: [{ ...board, hosts: ['board.example', '*.board.example'] } as unknown as TwinDefinition],
})

function start() {
  const worlds = new Worlds()
  const home = worlds.add(base.fork({ seed: 'home' }), defaultId)
  const other = worlds.add(base.fork({ seed: 'other' }))
  return { worlds, home, other, resolve: createResolver(worlds) }
}

const to = (url: string, headers: RequestFacts['headers'] = {}) => ({
  url,
  headers: { host: '127.0.0.1:4010', ...headers },
})

it('a twin that was recorded on this machine is found by path all the same', () => {
  const local = { ...board, hosts: ['127.0.0.1', 'localhost'] } as unknown as TwinDefinition
  const worlds = new Worlds()
  worlds.add(World.create({ twins: [local] }), defaultId)
  const resolve = createResolver(worlds)
  for (const host of ['127.0.0.1:4010', 'localhost:4010']) {
    expect(resolve(to('/board/notes', { host }), undefined)).toMatchObject({
      twin: 'board',
      path: '/notes',
    })
  }
})

describe('a request finds its world', () => {
  const { worlds, home, other, resolve } = start()
  const places = (facts: RequestFacts, body?: string) => {
    const found = resolve(facts, body)
    if ('misdirected' in found) return found.misdirected
    const { world, twin, path, origin } = found
    return [
      world === home.world ? 'home' : world === other.world ? 'other' : '?',
      twin,
      path,
      origin,
    ]
  }
  const { token } = worlds.mint('w1', 'board')
  const here = 'http://127.0.0.1:4010'

  it.each([
    ['/board/notes?a=/b', ['home', 'board', '/notes?a=/b', `${here}/board`]],
    ['/board', ['home', 'board', '/', `${here}/board`]],
    ['/board?x=1', ['home', 'board', '/?x=1', `${here}/board`]],
    ['/w/w1/board/notes', ['other', 'board', '/notes', `${here}/w/w1/board`]],
    ['/w/w1/board', ['other', 'board', '/', `${here}/w/w1/board`]],
    ['/w/default/board/x', ['home', 'board', '/x', `${here}/w/default/board`]],
  ])('by path: %s', (url, expected) => {
    expect(places(to(url))).toEqual(expected)
  })

  it.each([
    ['w1--board.localhost:4010', ['other', 'board', '/notes', 'http://w1--board.localhost:4010']],
    ['board.localhost', ['home', 'board', '/notes', 'http://board.localhost']],
    ['board.example', ['home', 'board', '/notes', 'http://board.example']],
    ['ACME.Board.Example:80', ['home', 'board', '/notes', 'http://ACME.Board.Example:80']],
  ])('by host name: %s', (host, expected) => {
    expect(places(to('/notes', { host }))).toEqual(expected)
  })

  it.each([
    ['a bearer', { authorization: `Bearer ${token}` }],
    ['a scheme of the vendor', { authorization: `SSWS ${token}` }],
    [
      'a password',
      { authorization: `Basic ${Buffer.from(`me@x.example:${token}`).toString('base64')}` },
    ],
  ])('by token: %s', (_name, headers) => {
    expect(places(to('/board/notes', headers))).toEqual([
      'other',
      'board',
      '/notes',
      `${here}/board`,
    ])
    expect(places(to('/notes', { ...headers, host: 'board.example' }))).toContain('other')
  })

  it('by a token in the query or in a form', () => {
    expect(places(to(`/board/notes?token=${token}`))).toContain('other')
    const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
    expect(places(to('/board/notes', form), `a=b&token=${token}`)).toContain('other')
    expect(places(to('/board/notes'), `a=b&token=${token}`)).toContain('home')
  })

  it('by a token that was issued inside a world', () => {
    const issued = other.world.mint('board')['token']!
    expect(places(to('/board/notes', { authorization: `Bearer ${issued}` }))).toContain('other')
  })

  it('by default, when the token is nobody’s or everybody’s', () => {
    expect(places(to('/board/notes', { authorization: 'Bearer nobody' }))).toContain('home')
    expect(places(to('/board/notes', { authorization: 'Bearer board-token' }))).toContain('home')
  })

  it('from a whole URL, as proxies are sent', () => {
    const expected = ['home', 'board', '/notes?a=1', 'https://board.example']
    expect(places(to('https://board.example/notes?a=1#x'))).toEqual(expected)
    expect(places(to('http://u:p@board.example'))).toEqual([
      'home',
      'board',
      '/',
      'http://board.example',
    ])
  })

  it.each([['/'], ['/nowhere/x'], ['/w/w9/board/x'], ['/w/w1'], ['/w//board'], ['*'], ['//board']])(
    'or none: %s',
    (url) => {
      expect(resolve(to(url), undefined)).toMatchObject({ status: 404 })
    },
  )
})

describe('a token of two worlds', () => {
  it('leads to neither, and says so', () => {
    const { worlds, resolve } = start()
    worlds.add(base.fork({ seed: 'same' }), 'twin-a')
    worlds.add(base.fork({ seed: 'same' }), 'twin-b')
    const { token } = worlds.mint('twin-a', 'board')
    expect(worlds.mint('twin-b', 'board')).toEqual({ token })
    const facts = to('/board/notes', { authorization: `Bearer ${token}` })
    expect(resolve(facts, undefined)).toMatchObject({ status: 421 })
    worlds.remove('twin-b')
    expect(resolve(facts, undefined)).toMatchObject({ world: worlds.get('twin-a')!.world })
  })
})

describe('forwarded headers', () => {
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'board.example, inner' }

  it('are believed only when that was asked for', () => {
    const { worlds, resolve } = start()
    expect(resolve(to('/notes', forwarded), undefined)).toMatchObject({ status: 404 })
    const trusting = createResolver(worlds, { trustForwarded: true })
    expect(trusting(to('/notes', forwarded), undefined)).toMatchObject({
      origin: 'https://board.example',
    })
  })
})
