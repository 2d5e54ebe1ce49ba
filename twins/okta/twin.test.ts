import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { TwinDefinition } from '../../engine/twin.ts'
import { twinContract } from '../../test/twin-contract.ts'
import { openAcme } from './acme.ts'
import { okta } from './twin.ts'

twinContract(okta as unknown as TwinDefinition, {
  folder: fileURLToPath(new URL('.', import.meta.url)),
  authorize: ({ api }) => ({ authorization: `SSWS ${api}` }),
  isRefused: ({ status }) => status === 401,
  isUnknown: ({ status }) => status === 404,
})

const everywhere = [
  'date',
  'x-okta-request-id',
  'x-rate-limit-limit',
  'x-rate-limit-remaining',
  'x-rate-limit-reset',
  'strict-transport-security',
]

test('puts request id and rate limit on every answer, also on refusals', () => {
  const { ask } = openAcme()
  const paths = ['/api/v1/users', '/no/such/path', '/api/v1/users/nobody']
  for (const path of paths) {
    const { headers } = ask('GET', path)
    for (const name of everywhere) expect(headers[name], `${name} of ${path}`).toBeTypeOf('string')
    expect(headers['x-okta-request-id']).toMatch(/^[0-9a-f]{32}$/)
  }
})

test('gives every error its own id and the envelope in its order', () => {
  const { ask } = openAcme()
  const [one, two] = [ask('GET', '/nix').json, ask('GET', '/nix').json] as Record<string, string>[]
  expect(Object.keys(one!)).toEqual([
    'errorCode',
    'errorSummary',
    'errorLink',
    'errorId',
    'errorCauses',
  ])
  expect(one!['errorId']).toMatch(/^oae[A-Za-z0-9_-]{22}$/)
  expect(one!['errorId']).not.toBe(two!['errorId'])
})

test('names path, method, body and media type mistakes as Okta does', () => {
  const { ask } = openAcme()
  const codeOf = (...call: Parameters<typeof ask>): unknown => {
    const { status, json } = ask(...call)
    return [status, (json as { errorCode: string }).errorCode]
  }
  const jsonType = { 'content-type': 'application/json' }
  expect(codeOf('GET', '/api/v1/nix')).toEqual([404, 'E0000008'])
  expect(codeOf('GET', '/api/v1/sessions/')).toEqual([405, 'E0000022'])
  expect(codeOf('POST', '/api/v1/groups', '{"profile":', jsonType)).toEqual([400, 'E0000003'])
  expect(codeOf('POST', '/api/v1/groups', 'x', { 'content-type': 'text/plain' })).toEqual([
    400,
    'E0000021',
  ])
  expect(codeOf('GET', '/api/v1/users', undefined, { accept: 'text/html' })).toEqual([
    406,
    'E0000122',
  ])
})

test('reads a doubled slash as one', () => {
  expect(openAcme().ask('GET', '//api/v1/users').status).toBe(200)
})

test('answers 404 with the entity of the operation', () => {
  const { ask } = openAcme()
  const summaryOf = (path: string): unknown =>
    (ask('GET', path).json as { errorSummary: string }).errorSummary
  expect(summaryOf('/api/v1/users/00u0')).toBe('Not found: Resource not found: 00u0 (User)')
  expect(summaryOf('/api/v1/groups/00g0')).toBe('Not found: Resource not found: 00g0 (UserGroup)')
  expect(summaryOf('/api/v1/sessions/x')).toBe('Not found: Resource not found: x (AppSession)')
  expect(summaryOf('/api/v1/sessions/me')).toBe('Not found: Resource not found: me (Session)')
})
