import { describe, expect, test } from 'vitest'
import { given } from './given.ts'
import { newUser, openAcme, type Json } from './acme.ts'

function codeOf(reply: { status: number; json?: unknown }): [number, string | undefined] {
  return [reply.status, (reply.json as { errorCode?: string } | undefined)?.errorCode]
}

describe('API tokens', () => {
  test('open what their owner may do, and nothing when they are wrong', () => {
    const { ask, world } = openAcme()
    expect(ask('GET', '/api/v1/users').status).toBe(200)
    const wrong = { authorization: 'SSWS 00wrong' }
    expect(codeOf(ask('GET', '/api/v1/users', undefined, wrong))).toEqual([401, 'E0000011'])
    const none = world.call('okta', { path: '/api/v1/users' })
    expect(codeOf(none)).toEqual([403, 'E0000005'])
  })

  test('die with the deactivation of their owner', () => {
    const { world, ask, json } = openAcme()
    const owner = given.user(world, { roles: ['SUPER_ADMIN'] })
    const { id } = given.token(world, { user: owner.id })
    const headers = { authorization: `SSWS ${id}` }
    expect(ask('GET', '/api/v1/users', undefined, headers).status).toBe(200)
    json(200, 'POST', `/api/v1/users/${owner.id}/lifecycle/deactivate`)
    expect(codeOf(ask('GET', '/api/v1/users', undefined, headers))).toEqual([401, 'E0000011'])
  })

  test('of a read-only administrator write nothing, of nobody special read only themselves', () => {
    const { world, ask } = openAcme()
    const reader = given.user(world, { roles: ['READ_ONLY_ADMIN'] })
    const plain = given.user(world)
    const as = (user: string): Record<string, string> => ({
      authorization: `SSWS ${given.token(world, { user }).id}`,
    })
    expect(ask('GET', '/api/v1/users', undefined, as(reader.id)).status).toBe(200)
    expect(codeOf(ask('POST', '/api/v1/users', newUser(), as(reader.id)))).toEqual([
      403,
      'E0000006',
    ])
    expect(codeOf(ask('GET', '/api/v1/users', undefined, as(plain.id)))).toEqual([403, 'E0000006'])
    const me = ask('GET', '/api/v1/users/me', undefined, as(plain.id)).json as Json
    expect(me.id).toBe(plain.id)
  })
})

describe('OAuth tokens', () => {
  test('need the scope, and manage includes read', () => {
    const { world, ask } = openAcme()
    const bearer = (scopes: string[]): Record<string, string> => ({
      authorization: `Bearer ${given.token(world, { scopes }).id}`,
    })
    expect(ask('GET', '/api/v1/users', undefined, bearer(['okta.users.read'])).status).toBe(200)
    expect(ask('GET', '/api/v1/users', undefined, bearer(['okta.users.manage'])).status).toBe(200)
    const reply = ask('GET', '/api/v1/groups', undefined, bearer(['okta.users.read']))
    expect(reply.status).toBe(403)
    expect(reply.json).toBeUndefined()
    expect(reply.headers['www-authenticate']).toBe(
      'Bearer authorization_uri="http://acme.okta.com/oauth2/v1/authorize", realm="http://acme.okta.com", scope="okta.groups.read", error="insufficient_scope", error_description="The access token provided does not contain the required scopes.", resource="/api/v1/groups"',
    )
  })
})

describe('limits', () => {
  test('are off unless asked for, and headers tell them all the same', () => {
    const { ask } = openAcme()
    for (let i = 0; i < 400; i++) ask('GET', '/api/v1/groups')
    const { status, headers } = ask('GET', '/api/v1/groups')
    expect(status).toBe(200)
    expect(headers['x-rate-limit-limit']).toBe('250')
  })

  test('refuse when the minute is used up, without Retry-After, and open again in the next', () => {
    const { ask, world } = openAcme({ limits: true, settings: { okta: { plan: 'workforce' } } })
    for (let i = 0; i < 60; i++) expect(ask('GET', '/api/v1/logs').status).toBe(200)
    const { status, json, headers } = ask('GET', '/api/v1/logs')
    expect(codeOf({ status, json })).toEqual([429, 'E0000047'])
    expect(headers['x-rate-limit-remaining']).toBe('0')
    expect(headers['retry-after']).toBeUndefined()
    expect(headers['cache-control']).toBeUndefined()
    const wait = Number(headers['x-rate-limit-reset']) * 1000 - Date.parse(String(headers['date']))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(61_000)
    expect(ask('GET', '/api/v1/users').status).toBe(200)
    world.advance('1 minute')
    expect(ask('GET', '/api/v1/logs').status).toBe(200)
  })

  test('as a fault come in the same words', () => {
    const refuse = { kind: 'refuse', as: 'limited', retryAfterMs: 5000 } as const
    const faults = { name: 'one', faults: [{ on: 'listUsers', at: 1, action: refuse }] }
    const { ask } = openAcme({ faults })
    const { status, headers } = ask('GET', '/api/v1/users')
    expect(status).toBe(429)
    const wait = Number(headers['x-rate-limit-reset']) * 1000 - Date.parse(String(headers['date']))
    expect(wait).toBeGreaterThanOrEqual(5000)
    expect(wait).toBeLessThanOrEqual(6000)
  })
})
