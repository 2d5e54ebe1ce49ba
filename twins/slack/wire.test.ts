import { tokens as tokenRows } from '../../engine/auth.ts'
import { toWire } from '../../engine/wire.ts'
import { describe, expect, test } from 'vitest'
import { bodyOf, openAcme, send } from './testing.ts'

function open() {
  const acme = openAcme()
  const bearer = { authorization: `Bearer ${acme.tokens.bot}` }
  const raw = (method: string, more: Record<string, unknown> = {}) =>
    acme.world.call('slack', { method: 'POST', path: `/api/${method}`, ...more })
  return { ...acme, bearer, raw }
}

const form = 'application/x-www-form-urlencoded'

describe('who calls', () => {
  test('is asked before anything but the name of the method', () => {
    const { raw } = open()
    expect(bodyOf(raw('foo.bar'))).toEqual({
      ok: false,
      error: 'unknown_method',
      req_method: 'foo.bar',
    })
    const reply = raw('users.info')
    expect(reply.status).toBe(200)
    expect(bodyOf(reply)).toEqual({ ok: false, error: 'not_authed' })
    expect(reply.headers).not.toHaveProperty('x-oauth-scopes')
  })

  test('is told by the header or a form field, and by nothing else', () => {
    const { raw, tokens, bearer } = open()
    const body = `token=${tokens.bot}`
    expect(bodyOf(raw('auth.test', { headers: bearer })).ok).toBe(true)
    expect(bodyOf(raw('auth.test', { headers: { 'content-type': form }, body })).ok).toBe(true)
    const lower = { authorization: `bearer ${tokens.bot}` }
    expect(bodyOf(raw('auth.test', { headers: lower })).error).toBe('invalid_auth')
    const inJson = { 'content-type': 'application/json; charset=utf-8' }
    const json = JSON.stringify({ token: tokens.bot })
    expect(bodyOf(raw('auth.test', { headers: inJson, body: json })).error).toBe('not_authed')
    expect(bodyOf(raw(`auth.test?token=${tokens.bot}`)).error).toBe('invalid_auth')
  })

  test('may be unknown, expired, revoked or deactivated, and each has its own word', () => {
    const { world, tokens, bot, ada, as } = open()
    const unknown = send(world, 'auth.test', {}, { authorization: 'Bearer xoxb-nobody' })
    expect(bodyOf(unknown).error).toBe('invalid_auth')
    expect(unknown.headers['x-slack-failure']).toBe('invalid_auth')
    expect(bot('auth.revoke', { test: true })).toMatchObject({ ok: true, revoked: false })
    expect(bot('auth.revoke')).toMatchObject({ ok: true, revoked: true })
    expect(bot('auth.test').error).toBe('account_inactive')
    expect(ada('auth.revoke').ok).toBe(true)
    expect(ada('auth.test').error).toBe('token_revoked')
    const row = world.rows.get(tokenRows, tokens.bot)!
    world.rows.insert(tokenRows, { ...withoutRevoked(row), id: 'xoxe-1', expiresAt: world.now() })
    expect(as('xoxe-1')('auth.test').error).toBe('token_expired')
  })

  test('must bring the right kind of token and one of the scopes', () => {
    const { bot, world, tokens, as } = open()
    expect(bot('users.profile.set', { profile: {} }).error).toBe('not_allowed_token_type')
    const row = world.rows.get(tokenRows, tokens.bot)!
    world.rows.insert(tokenRows, { ...row, id: 'xoxb-small', scopes: ['chat:write'] })
    expect(as('xoxb-small')('conversations.list')).toEqual({
      ok: false,
      error: 'missing_scope',
      needed: 'channels:read,groups:read,mpim:read,im:read',
      provided: 'chat:write',
    })
    const reply = send(world, 'conversations.list', {}, { authorization: 'Bearer xoxb-small' })
    expect(reply.headers['x-oauth-scopes']).toBe('chat:write')
    expect(reply.headers['x-accepted-oauth-scopes']).toBe(
      'channels:read,groups:read,mpim:read,im:read,read',
    )
  })
})

function withoutRevoked<T extends { revoked?: string }>(row: T): Omit<T, 'revoked'> {
  const { revoked: _revoked, ...rest } = row
  return rest
}

describe('a request', () => {
  test('has a shape that is looked at before the token', () => {
    const { raw } = open()
    const said = (headers: Record<string, string>, body: unknown) =>
      bodyOf(raw('chat.postMessage', { headers, body })).error
    const json = { 'content-type': 'application/json; charset=utf-8' }
    expect(said({}, 'channel=C1')).toBe('missing_post_type')
    expect(said({ 'content-type': 'text/xml' }, '<a/>')).toBe('invalid_post_type')
    expect(said({ 'content-type': `${form}; charset=koi8-r` }, 'a=1')).toBe('invalid_charset')
    expect(said({ 'content-type': 'multipart/form-data' }, 'x')).toBe('invalid_form_data')
    expect(said(json, '{')).toBe('invalid_json')
    expect(said(json, '[1]')).toBe('json_not_object')
    expect(said(json, '['.repeat(50_000))).toBe('invalid_json')
    expect(said({ 'content-type': form }, 'users[]=1')).toBe('invalid_array_arg')
    expect(said({ 'content-type': form }, 'a%20b=1')).toBe('invalid_arg_name')
  })

  test('is warned about its charset, on failure too', () => {
    const { raw, bearer } = open()
    const json = { ...bearer, 'content-type': 'application/json' }
    const warned = {
      warning: 'missing_charset',
      response_metadata: { warnings: ['missing_charset'] },
    }
    expect(bodyOf(raw('auth.test', { headers: json, body: '{}' }))).toMatchObject({
      ok: true,
      ...warned,
    })
    const failed = raw('chat.postMessage', { headers: json, body: '{"channel":"C1","text":"x"}' })
    expect(bodyOf(failed)).toEqual({ ok: false, error: 'channel_not_found', ...warned })
    const withCharset = { ...bearer, 'content-type': `${form}; charset=utf-8` }
    expect(bodyOf(raw('auth.test', { headers: withCharset, body: '' })).warning).toBe(
      'superfluous_charset',
    )
    const plain = { ...bearer, 'content-type': form }
    expect(bodyOf(raw('auth.test', { headers: plain, body: '' }))).not.toHaveProperty('warning')
  })

  test('names what is missing, all at once', () => {
    const { bot } = open()
    expect(bot('chat.delete')).toEqual({
      ok: false,
      error: 'invalid_arguments',
      response_metadata: {
        messages: [
          expect.stringContaining('[ERROR] missing required field: '),
          expect.stringContaining('[ERROR] missing required field: '),
        ],
      },
    })
  })

  test('is read from query and form together, but from JSON alone', () => {
    const { raw, bearer, channelId } = open()
    const channel = channelId('random')
    const mixed = { headers: { ...bearer, 'content-type': form }, body: 'text=hi' }
    expect(bodyOf(raw(`chat.postMessage?channel=${channel}`, mixed)).ok).toBe(true)
    const json = { ...bearer, 'content-type': 'application/json; charset=utf-8' }
    const alone = { headers: json, body: JSON.stringify({ text: 'hi' }) }
    expect(bodyOf(raw(`chat.postMessage?channel=${channel}`, alone))).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: ['[ERROR] missing required field: channel'] },
    })
  })

  test('in JSON to a method that takes none has no arguments', () => {
    const { raw, bearer, userId } = open()
    const headers = { ...bearer, 'content-type': 'application/json; charset=utf-8' }
    const body = JSON.stringify({ user: userId('grace.nguyen@acme.example') })
    expect(bodyOf(raw('users.info', { headers, body })).error).toBe('invalid_arguments')
  })

  test('may spell yes as it likes, and null means absent', () => {
    const { raw, bearer, channelId } = open()
    const headers = { ...bearer, 'content-type': 'application/json; charset=utf-8' }
    const ask = (args: object) =>
      bodyOf(raw('conversations.history', { headers, body: JSON.stringify(args) }))
    const channel = channelId('random')
    expect(ask({ channel, limit: null, inclusive: 1 }).ok).toBe(true)
    expect(ask({ channel, cursor: null, inclusive: 'true' }).ok).toBe(true)
  })

  test('of multipart is read like a form', () => {
    const { raw, bearer, channelId } = open()
    const part = (name: string, value: string) =>
      `--x\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
    const body = `${part('channel', channelId('random'))}${part('text', 'hi')}--x--\r\n`
    const headers = { ...bearer, 'content-type': 'multipart/form-data; boundary=x' }
    expect(bodyOf(raw('chat.postMessage', { headers, body })).ok).toBe(true)
  })

  test('with another verb, or beside /api, is none of Slack', () => {
    const { world, bearer } = open()
    const call = (method: string, path: string) =>
      world.call('slack', { method, path, headers: bearer })
    expect(call('PUT', '/api/auth.test').status).toBe(405)
    expect(call('GET', '/elsewhere').status).toBe(404)
    expect(call('OPTIONS', '/api/auth.test').status).toBe(200)
  })
})

describe('an answer', () => {
  test('is spelled as Slack spells JSON', () => {
    const { world, raw, bearer, channelId } = open()
    const twin = world.twins.get('slack')!
    const wire = toWire(twin, raw('auth.test', { headers: bearer }))
    expect(wire.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(wire.body).toContain('"url":"https:\\/\\/acme.slack.com\\/"')
    const args = { channel: channelId('random'), text: 'Grüße' }
    const posted = toWire(twin, send(world, 'chat.postMessage', args, bearer))
    expect(posted.body).toContain('"text":"Gr\\u00fc\\u00dfe"')
    expect(JSON.parse(String(posted.body)).message.text).toBe('Grüße')
  })

  test('carries the headers that Slack sends', () => {
    const { raw, bearer } = open()
    const { headers } = raw('auth.test', { headers: bearer })
    expect(headers['x-slack-req-id']).toMatch(/^[0-9a-f]{32}$/)
    expect(headers['access-control-expose-headers']).toBe('x-slack-req-id, retry-after')
    expect(headers['cache-control']).toBe('private, no-cache, no-store, must-revalidate')
    expect(headers['x-slack-backend']).toBe('r')
  })

  test('of api.test echoes what was sent, without a token', () => {
    const { raw } = open()
    expect(bodyOf(raw('api.test'))).toEqual({ ok: true })
    expect(bodyOf(raw('api.test?foo=bar'))).toEqual({ ok: true, args: { foo: 'bar' } })
    const failed = bodyOf(raw('api.test?error=my_error'))
    expect(failed).toEqual({ ok: false, error: 'my_error', args: { error: 'my_error' } })
  })

  test('of a retired method says so, whatever it was asked', () => {
    const { world, bot } = open()
    const { operations } = world.twins.get('slack')!
    const ids = [...operations.values()].filter((op) => op.facts?.['retired']).map((op) => op.id)
    expect(ids.length).toBeGreaterThan(50)
    for (const id of ids) expect(bot(id)).toEqual({ ok: false, error: 'method_deprecated' })
    expect(
      ids.filter((id) => world.twins.get('slack')!.definition.behaviors[id] === undefined),
    ).toEqual([])
  })
})

describe('limits', () => {
  test('stand by tier for each method and app, and only when they are asked for', () => {
    const { world, ada, bot } = openAcme({ limits: true })
    for (let i = 0; i < 20; i++) expect(bot('conversations.list').ok).toBe(true)
    expect(bot('conversations.list')).toEqual({ ok: false, error: 'ratelimited' })
    expect(ada('conversations.list').error).toBe('ratelimited')
    expect(bot('users.getPresence').ok).toBe(true)
    const headers = { authorization: 'x' }
    expect(send(world, 'api.test', {}, headers).status).toBe(200)
    world.advance('4 seconds')
    expect(bot('conversations.list').ok).toBe(true)
    const free = openAcme()
    for (let i = 0; i < 200; i++) expect(free.bot('conversations.list').ok).toBe(true)
  })

  test('of posting are counted for each channel', () => {
    const { bot, channelId, world, tokens } = openAcme({ limits: true })
    const [here, there] = [channelId('random'), channelId('general')]
    for (let i = 0; i < 60; i++) bot('chat.postMessage', { channel: here, text: 'x' })
    const headers = { authorization: `Bearer ${tokens.bot}` }
    const reply = send(world, 'chat.postMessage', { channel: here, text: 'x' }, headers)
    expect(reply.status).toBe(429)
    expect(reply.headers['retry-after']).toMatch(/^[1-9]\d*$/)
    expect(bot('chat.postMessage', { channel: there, text: 'x' }).ok).toBe(true)
  })

  test('are tight for an app that is sold outside the Marketplace', () => {
    const settings = { slack: { isNonMarketplaceApp: true } }
    const { bot, channelId } = openAcme({ limits: true, settings })
    const channel = channelId('random')
    expect(bot('conversations.history', { channel, limit: 999 }).ok).toBe(true)
    expect(bot('conversations.history', { channel }).error).toBe('ratelimited')
  })
})
