import { describe, expect, test } from 'vitest'
import type { Operation } from './contract.ts'
import { createRouter, type RouteMatch, type RouterOptions } from './route.ts'

function operations(...lines: string[]): Operation[] {
  return lines.map((line) => {
    const [method, path] = line.split(' ') as [string, string]
    return { id: line, method, path, params: [], replies: {}, security: [] }
  })
}

function router(lines: string[], options?: RouterOptions) {
  const { match } = createRouter(operations(...lines), options)
  return (method: string, path: string): unknown => {
    const found = match(method, path)
    if (!found || 'allow' in found) return found
    return [found.op.id, found.path]
  }
}

describe('createRouter', () => {
  test('tells operations that share a path and a method apart by a parameter with one value', () => {
    const ops = ['List', 'Drop', 'List'].map((value, i): Operation => {
      const mark = (name: string, word: string) => ({
        name,
        in: 'query' as const,
        required: true as const,
        schema: { type: 'string', enum: [word] },
      })
      const params = [mark('Version', '1'), mark('Action', value)]
      return { id: `${value}${i}`, method: 'POST', path: '/', params, replies: {}, security: [] }
    })
    const { match, shadowed } = createRouter(ops)
    const find = (query: Record<string, string>): string => {
      const found = match('POST', '/', ({ name }) => query[name])
      return found && 'op' in found ? found.op.id : 'none'
    }
    expect(find({ Action: 'Drop', Version: '1' })).toBe('Drop1')
    expect(find({ Action: 'Drop' })).toBe('Drop1')
    expect(find({ Action: 'List' })).toBe('List0')
    expect(find({ Action: 'Else' })).toBe('List0')
    expect(shadowed).toEqual([{ id: 'List2', by: 'List0' }])
  })

  test('reads parameters by the names of the operation that matched', () => {
    const match = router(['GET /users/{id}', 'PUT /users/{userId}', 'GET /users/{u}/groups/{g}'])
    expect(match('GET', '/users/1')).toEqual(['GET /users/{id}', { id: '1' }])
    expect(match('PUT', '/users/1')).toEqual(['PUT /users/{userId}', { userId: '1' }])
    expect(match('GET', '/users/1/groups/2')).toEqual([
      'GET /users/{u}/groups/{g}',
      { u: '1', g: '2' },
    ])
  })

  test('prefers text to a parameter and comes back when the text leads nowhere', () => {
    const match = router(['GET /users/me', 'GET /users/{id}/groups', 'DELETE /users/{id}'])
    expect(match('GET', '/users/me')).toEqual(['GET /users/me', {}])
    expect(match('GET', '/users/me/groups')).toEqual(['GET /users/{id}/groups', { id: 'me' }])
    expect(match('DELETE', '/users/me')).toEqual(['DELETE /users/{id}', { id: 'me' }])
  })

  test('reads parameters mixed with text, the most specific first', () => {
    const match = router([
      'POST /docs/{id}:batchUpdate',
      'GET /docs/{id}',
      'GET /files/{id}.json',
      'GET /files/{id}',
      'GET /range/{a}-{b}',
      'GET /x/v{major}.{minor}',
    ])
    expect(match('POST', '/docs/7:batchUpdate')).toEqual([
      'POST /docs/{id}:batchUpdate',
      { id: '7' },
    ])
    expect(match('GET', '/docs/7:batchUpdate')).toEqual(['GET /docs/{id}', { id: '7:batchUpdate' }])
    expect(match('GET', '/files/a.json')).toEqual(['GET /files/{id}.json', { id: 'a' }])
    expect(match('GET', '/files/.json')).toEqual(['GET /files/{id}', { id: '.json' }])
    expect(match('GET', '/range/a-b-c')).toEqual(['GET /range/{a}-{b}', { a: 'a', b: 'b-c' }])
    expect(match('GET', '/range/-b')).toBeUndefined()
    expect(match('GET', '/x/v1.2')).toEqual(['GET /x/v{major}.{minor}', { major: '1', minor: '2' }])
  })

  test('names the methods that a path has when the asked one is missing', () => {
    const match = router(['PUT /a/{id}', 'GET /a/{id}', 'POST /a/b'])
    expect(match('PATCH', '/a/b')).toEqual({ allow: ['GET', 'POST', 'PUT'] })
    expect(match('GET', '/b')).toBeUndefined()
  })

  test('answers HEAD by GET unless there is a HEAD operation', () => {
    const match = router(['GET /a', 'GET /b', 'HEAD /b'])
    expect(match('HEAD', '/a')).toEqual(['GET /a', {}])
    expect(match('HEAD', '/b')).toEqual(['HEAD /b', {}])
  })

  test('decodes parameters, keeps their raw text beside them, and marks broken encodings', () => {
    const { match } = createRouter(operations('GET /users/{id}'))
    const good = match('GET', '/users/a%2Fb%20c') as RouteMatch
    expect(good).toMatchObject({ path: { id: 'a/b c' }, rawPath: { id: 'a%2Fb%20c' } })
    const bad = match('GET', '/users/%E0%A4%A') as RouteMatch
    expect(bad).toMatchObject({ path: { id: '%E0%A4%A' }, malformed: true })
    expect(match('GET', '/%75sers/1')).toMatchObject({ path: { id: '1' } })
    expect(match('GET', '/%/1')).toBeUndefined()
  })

  test('reads a verb behind an encoded colon', () => {
    const match = router(['POST /sheets/{id}:batchUpdate', 'POST /sheets/{id}'])
    expect(match('POST', '/sheets/1%3AbatchUpdate')).toEqual([
      'POST /sheets/{id}:batchUpdate',
      { id: '1' },
    ])
    expect(match('POST', '/sheets/a%2Fb%3AbatchUpdate')).toEqual([
      'POST /sheets/{id}:batchUpdate',
      { id: 'a/b' },
    ])
  })

  test('never lets an empty segment be a parameter', () => {
    const match = router(['GET /users/{id}', 'GET /'])
    expect(match('GET', '/users/')).toBeUndefined()
    expect(match('GET', '/users//')).toBeUndefined()
    expect(match('GET', '/')).toEqual(['GET /', {}])
    expect(match('GET', '')).toBeUndefined()
  })

  test('follows its options about slashes', () => {
    expect(router(['GET /a/b'])('GET', '/a/b/')).toEqual(['GET /a/b', {}])
    const strict = router(['GET /a/b', 'GET /c/'], { ignoreTrailingSlash: false })
    expect(strict('GET', '/a/b/')).toBeUndefined()
    expect(strict('GET', '/c/')).toEqual(['GET /c/', {}])
    expect(router(['GET /a/b'])('GET', '//a//b')).toBeUndefined()
    expect(router(['GET /a/b'], { collapseSlashes: true })('GET', '//a//b')).toEqual([
      'GET /a/b',
      {},
    ])
  })

  test('tells which operations cannot be reached', () => {
    const { shadowed } = createRouter(operations('GET /a/{x}', 'GET /a/{y}'))
    expect(shadowed).toEqual([{ id: 'GET /a/{y}', by: 'GET /a/{x}' }])
  })

  test('is unmoved by hostile segments', () => {
    const match = router(['GET /{a}', 'GET /x/{__proto__}', 'GET /r/{a}-{b}-{c}-{d}'])
    expect(match('GET', '/__proto__')).toEqual(['GET /{a}', { a: '__proto__' }])
    expect(match('GET', '/constructor')).toEqual(['GET /{a}', { a: 'constructor' }])
    match('GET', '/x/polluted')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(match('GET', `/r/${'-'.repeat(50_000)}/`)).toBeDefined()
  })
})
