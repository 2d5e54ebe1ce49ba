import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TwinDefinition } from '../engine/twin.ts'
import { ask } from '../test/ask.ts'
import { board } from '../test/small-twin.ts'
import { readUpOptions } from './commands/up.ts'
import { describeStand } from './commands/up-text.ts'
import { standUp, toReady, type Stand, type StandOptions } from './stand.ts'

const definition = {
  ...board,
  describe: (_world: unknown, url: string) => ({ apiUrl: `${url}/` }),
  clientEnv: (url: string, { token }: Record<string, string>) => ({
    BOARD_URL: url,
    BOARD_KEY: token!,
  }),
} as unknown as TwinDefinition

const options: StandOptions = {
  twins: ['board'],
  load: () => Promise.resolve(definition),
  port: 0,
  host: '127.0.0.1',
  limits: false,
  strictHttps: false,
}

const folder = mkdtempSync(join(tmpdir(), 'backlot-'))
let stand: Stand
beforeAll(async () => {
  stand = await standUp(options)
})
afterAll(async () => {
  await stand.close()
  rmSync(folder, { recursive: true })
})

/** What the admin API says, as far as the tests look. */
interface Said {
  id: string
  places: { board: { url: string; tokens: { token: string } } }
  worlds: { id: string }[]
  error: { what: string }
  [field: string]: unknown
}

async function admin(method: string, path: string, body?: unknown, token = stand.admin.token) {
  const headers = { authorization: `Bearer ${token}` }
  const text = body === undefined ? undefined : JSON.stringify(body)
  const url = stand.admin.url + path
  const { status, text: said } = await ask({ url, method, headers, ...(text && { body: text }) })
  return { status, body: (said === '' ? undefined : JSON.parse(said)) as Said }
}

async function titles(url: string, token: string): Promise<string[]> {
  const { json } = await ask({
    url: `${url}/notes?limit=100`,
    headers: { authorization: `Bearer ${token}` },
  })
  return (json() as { title: string }[]).map((note) => note.title)
}

describe('a stand', () => {
  it('says in one object where everything is', () => {
    const ready = toReady(stand)
    expect(ready).toMatchObject({
      ready: true,
      twins: {
        board: {
          url: `${stand.server.url}/board`,
          apiUrl: `${stand.server.url}/board/`,
          tokens: { token: expect.stringMatching(/^tok-/) },
        },
      },
      admin: { url: `${stand.server.url}/_backlot`, token: stand.admin.token },
    })
    expect(toReady(stand)).toEqual(ready)
  })

  it('gives lines to paste', () => {
    const text = describeStand(stand)
    expect(text).toContain(`BOARD_URL=${stand.server.url}/board\n`)
    expect(text).toMatch(/BOARD_KEY=tok-/)
  })

  it('answers with the token that it printed, in the time of the wall', async () => {
    const { board } = toReady(stand)['twins'] as {
      board: { url: string; tokens: { token: string } }
    }
    expect(await titles(board.url, board.tokens.token)).toHaveLength(12)
    const { headers } = await ask({ url: `${board.url}/ping` })
    expect(Math.abs(Date.parse(headers['date']!) - Date.now())).toBeLessThan(10_000)
  })

  it('begins with the rows of a file, in every world', async () => {
    const file = join(folder, 'rows.yaml')
    writeFileSync(file, 'board:\n  note:\n    - title: One\n    - title: Two\n')
    const seeded = await standUp({ ...options, seedFile: file })
    const world = seeded.worlds.default!.world
    expect(world.look('board', { path: '/notes?limit=100' }).json).toMatchObject([
      ...Array.from({ length: 12 }, () => ({})),
      { title: 'One' },
      { title: 'Two' },
    ])
    expect(world.changes().filter(({ table }) => table === 'board.notes')).toEqual([])
    await seeded.close()
  })

  it.each([
    ['board:\n  note:\n    - 7\n', /rows\.yaml:3:7 \(board\.note\.0\): An object is needed/],
    [
      'board:\n  nota: []\n',
      /rows\.yaml:2:3 \(board\.nota\): "nota" is no kind .* Did you mean "note"/,
    ],
    ['bord: {}\n', /rows\.yaml:1:1 \(bord\): "bord" is no twin .* Did you mean "board"/],
    ['board: [1\n', /rows\.yaml:\d+:\d+: This is not YAML/],
    ['- 1\n', /rows\.yaml:1:1: An object is needed/],
  ])('refuses a broken file of rows: %j', async (text, message) => {
    const file = join(folder, 'rows.yaml')
    writeFileSync(file, text)
    await expect(standUp({ ...options, seedFile: file })).rejects.toThrow(message)
    await expect(standUp({ ...options, seedFile: file })).rejects.toMatchObject({
      name: 'UsageError',
    })
  })

  it('names a port that is in use', async () => {
    const { port } = stand.server
    await expect(standUp({ ...options, port })).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringContaining(`Port ${port} is in use.`),
    })
  })

  it('names an address that this machine does not have', async () => {
    const host = '192.0.2.1'
    await expect(standUp({ ...options, host })).rejects.toThrow(
      'This machine has no address "192.0.2.1"',
    )
  })
})

describe('the command line', () => {
  it('takes twins by name, with spaces or commas, and all of them by default', () => {
    expect(readUpOptions(['okta,jira', 'okta'])).toMatchObject({
      twins: ['okta', 'jira'],
      port: 4010,
    })
    expect(readUpOptions(['--json'])).toMatchObject({ twins: ['jira', 'okta', 'slack'], port: 0 })
  })

  it.each([
    [['--port', 'x'], '"x" is no port'],
    [['--port', '70000'], '"70000" is no port'],
    [['--min-depth', 'behave'], 'Did you mean "behaved"?'],
    [['--prot', '1'], 'Did you mean "--port"?'],
  ])('refuses %j', (args, message) => {
    expect(() => readUpOptions(args)).toThrow(message)
  })

  it('asks back when a twin is mistyped', async () => {
    const { load: _load, ...plain } = options
    await expect(standUp({ ...plain, twins: ['jria'] })).rejects.toThrow('Did you mean "jira"?')
  })
})

describe('the admin API', () => {
  it.each([
    ['', 401],
    ['wrong', 401],
  ])('wants its token: %j', async (token, status) => {
    const refused = await admin('GET', '/worlds', undefined, token)
    expect(refused.status).toBe(status)
    expect(refused.body.error).toMatchObject({
      where: 'header authorization',
      fix: expect.any(String),
    })
  })

  it('makes, lists, forks and removes worlds, each with tokens of its own', async () => {
    const made = await admin('POST', '/worlds', {
      id: 'one',
      seed: 's',
      limits: true,
      minDepth: 'behaved',
    })
    expect(made).toMatchObject({
      status: 201,
      body: { id: 'one', seed: 's', limits: true, minDepth: 'behaved' },
    })
    const { board } = made.body.places
    await admin('POST', '/worlds/one/rows', { board: { note: { title: 'Mine' } } })
    const fork = await admin('POST', '/worlds', { from: 'one' })
    const place = fork.body.places.board
    expect(await titles(place.url, place.tokens.token)).toContain('Mine')
    expect(await titles(`${stand.server.url}/board`, board.tokens.token)).toContain('Mine')
    const { body } = await admin('GET', '/worlds')
    expect(body.worlds.map(({ id }) => id)).toEqual(['default', 'one', fork.body.id])
    for (const id of ['one', fork.body.id])
      expect((await admin('DELETE', `/worlds/${id}`)).status).toBe(204)
    expect((await admin('DELETE', '/worlds/one')).status).toBe(404)
    expect((await admin('DELETE', '/worlds/default')).status).toBe(409)
  })

  it('goes back to a snapshot, and to the beginning, and credentials stay', async () => {
    const made = await admin('POST', '/worlds', { id: 'back' })
    const { board } = made.body.places
    const { token } = board.tokens
    await admin('POST', '/worlds/back/rows', { board: { note: [{ title: 'A' }] } })
    const { body } = await admin('POST', '/worlds/back/snapshots')
    await admin('POST', '/worlds/back/rows', { board: { note: [{ title: 'B' }] } })
    expect((await titles(board.url, token)).slice(12)).toEqual(['A', 'B'])
    expect(await admin('POST', '/worlds/back/restore', body)).toMatchObject({ status: 200 })
    expect((await titles(board.url, token)).slice(12)).toEqual(['A'])
    expect(await admin('POST', '/worlds/back/restore', { snapshot: 's9' })).toMatchObject({
      status: 404,
    })
    await admin('POST', '/worlds/back/reset')
    expect(await titles(board.url, token)).toHaveLength(12)
    expect((await admin('GET', '/worlds/back/changes')).body['changes']).toMatchObject([
      { table: 'engine.tokens' },
    ])
    await admin('DELETE', '/worlds/back')
  })

  it('makes rows all or none', async () => {
    await admin('POST', '/worlds', { id: 'rows' })
    const refused = await admin('POST', '/worlds/rows/rows', {
      board: { note: [{ title: 'A' }, 'B'] },
    })
    expect(refused).toMatchObject({ status: 400, body: { error: { where: 'body board.note.1' } } })
    expect((await admin('GET', '/worlds/rows/changes')).body['changes']).not.toContainEqual(
      expect.objectContaining({ table: 'board.notes' }),
    )
    await admin('DELETE', '/worlds/rows')
  })

  it('tells what happened, from where one asks', async () => {
    const { body: made } = await admin('POST', '/worlds', { id: 'told' })
    const { board } = made.places
    await titles(board.url, board.tokens.token)
    await ask({ url: `${board.url}/notes`, method: 'POST', body: 'ÿ' })
    const { body } = await admin('GET', '/worlds/told/journal?twin=board&op=createNote')
    expect(body['entries']).toMatchObject([
      {
        n: 2,
        op: 'createNote',
        refusal: 'unauthenticated',
        call: { body: 'ÿ' },
        reply: { status: 401 },
      },
    ])
    expect((await admin('GET', '/worlds/told/journal?since=1&limit=1')).body).toMatchObject({
      last: 2,
      more: false,
    })
    expect((await admin('GET', '/worlds/told/journal?limit=x')).status).toBe(400)
    expect((await admin('GET', '/worlds/told/journal?twin=bord')).body.error).toMatchObject({
      fix: 'Did you mean "board"?',
    })
    await admin('DELETE', '/worlds/told')
  })

  it('stops and moves time', async () => {
    await admin('POST', '/worlds', { id: 'time', clock: 'frozen' })
    const { body: before } = await admin('GET', '/worlds/time/clock')
    const { body: after } = await admin('POST', '/worlds/time/clock/advance', { by: '31 days' })
    expect(Number(after['ms']) - Number(before['ms'])).toBe(31 * 86_400_000)
    expect(after['followsWall']).toBe(false)
    expect(await admin('POST', '/worlds/time/clock/advance', { by: 'soon' })).toMatchObject({
      status: 400,
      body: { error: { where: 'body/by', what: expect.stringContaining('31 days') } },
    })
    await admin('DELETE', '/worlds/time')
  })

  it('lays faults and lifts them', async () => {
    const { body: made } = await admin('POST', '/worlds', { id: 'bad' })
    const { url } = made.places.board
    const plan = { faults: [{ on: 'ping', action: { kind: 'drop-after' } }] }
    expect((await admin('PUT', '/worlds/bad/faults', plan)).status).toBe(200)
    await expect(ask({ url: `${url}/ping` })).rejects.toThrow('socket hang up')
    expect((await ask({ url: `${url}/ping` })).status).toBe(200)
    expect((await admin('PUT', '/worlds/bad/faults', { plan: 'flaky' })).body['name']).toBe('flaky')
    const told = (await admin('PUT', '/worlds/bad/faults', 'down*5s@board.ping')).body
    expect(told['faults']).toMatchObject([{ twin: 'board', on: 'ping', at: 1, forMs: 5000 }])
    const throttle = { kind: 'throttle', count: 1, retryAfterMs: 1000, banMs: 9000 }
    const laid = { faults: [{ on: 'any', forMs: 100, stays: true, action: throttle }] }
    expect((await admin('PUT', '/worlds/bad/faults', laid)).body['faults']).toEqual([
      { on: 'any', at: 1, forMs: 100, stays: true, action: throttle },
    ])
    expect((await admin('DELETE', '/worlds/bad/faults')).status).toBe(204)
    expect((await admin('GET', '/worlds/bad/faults')).body['faults']).toEqual([])
    await admin('DELETE', '/worlds/bad')
  })

  it.each([
    [
      { faults: [{ on: 'pong', action: { kind: 'drop-after' } }] },
      'body/faults/0/on',
      'Did you mean "ping"?',
    ],
    [{ faults: [{ on: 'any', action: { kind: 'delay' } }] }, 'body/faults/0/action', undefined],
    [{ faults: [{ on: 'any', action: { kind: 'boom' } }] }, 'body/faults/0/action/kind', undefined],
    [{ faults: [], nmae: 'x' }, 'body', 'Did you mean "name"?'],
    [{ plan: 'flakey' }, 'body', expect.stringContaining('Did you mean "flaky"?')],
    [{ plan: '/etc/passwd' }, 'body', expect.any(String)],
    [{ plan: 'flaky+./x.yaml' }, 'body', expect.stringContaining('Send the places themselves')],
    ['down@board.pong', 'body', expect.stringContaining('Did you mean "ping"')],
    ['flaky@slack', 'body', expect.any(String)],
    ['down*3weeks', 'body', expect.stringContaining('*30s')],
    [
      { faults: [{ on: 'event', action: { kind: 'malformed' } }] },
      'body/faults/0/on',
      'Write on: any.',
    ],
    [
      { faults: [{ on: 'any', action: { kind: 'latency', quantiles: { p50: 9, p95: 3 } } }] },
      'body/faults/0/action/quantiles',
      undefined,
    ],
    [{ faults: [{ on: 'any', action: { kind: 'duplicate' } }] }, 'body/faults/0/on', undefined],
    [{ faults: ['x'] }, 'body/faults/0', undefined],
  ])('refuses a plan that can strike nothing: %j', async (plan, where, fix) => {
    const { status, body } = await admin('PUT', '/worlds/default/faults', plan)
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ where, ...(fix === undefined ? {} : { fix }) })
  })

  it('tells subscribers on this machine', async () => {
    let tell: (body: string) => void
    const told = new Promise<string>((resolve) => (tell = resolve))
    const receiver = createServer((request, response) => {
      request.on('data', (chunk: Buffer) => tell(String(chunk)))
      response.end()
    })
    await new Promise<void>((resolve) => {
      receiver.listen(0, '127.0.0.1', resolve)
    })
    const { body: made } = await admin('POST', '/worlds', { id: 'heard' })
    const { board } = made.places
    const url = `http://localhost:${(receiver.address() as AddressInfo).port}/`
    expect(
      (await admin('POST', '/worlds/heard/subscriptions', { twin: 'board', url })).status,
    ).toBe(201)
    const headers = {
      authorization: `Bearer ${board.tokens.token}`,
      'content-type': 'application/json',
    }
    await ask({ url: `${board.url}/notes`, method: 'POST', headers, body: '{"title":"News"}' })
    expect(JSON.parse(await told)).toMatchObject({
      type: 'note.created',
      payload: { title: 'News' },
    })
    expect((await admin('GET', '/worlds/heard/subscriptions')).body['subscriptions']).toHaveLength(
      1,
    )
    await admin('DELETE', '/worlds/heard')
    receiver.close()
  })

  it.each([
    ['GET', '/nothing', undefined, 404],
    ['GET', '//', undefined, 404],
    ['GET', '//[', undefined, 404],
    ['PATCH', '/worlds', {}, 405],
    ['GET', '/worlds/nobody/journal', undefined, 404],
    ['POST', '/worlds', { id: 'A b' }, 400],
    ['POST', '/worlds', { id: 'default' }, 409],
    ['POST', '/worlds', { from: 'nobody' }, 404],
    ['POST', '/worlds', { sed: 'x' }, 400],
    ['POST', '/worlds', [], 400],
    ['POST', '/worlds', { settings: { nope: {} } }, 400],
    ['POST', '/worlds', { settings: { slack: { nope: 1 } } }, 400],
    ['POST', '/worlds', { faults: 'nope' }, 400],
    [
      'PUT',
      '/worlds/default/faults',
      { faults: [{ on: 'any', action: { kind: 'explode' } }] },
      400,
    ],
    [
      'PUT',
      '/worlds/default/faults',
      { faults: [{ on: 'any', action: { kind: 'refuse', as: 'nope' } }] },
      400,
    ],
    ['POST', '/worlds/default/clock/advance', { by: 1e300 }, 400],
    ['POST', '/worlds/default/clock/advance', { by: '9999999 weeks' }, 400],
    ['POST', '/worlds/default/subscriptions', { twin: 'slack', url: 'http://' }, 400],
    ['GET', '/worlds/default/journal?sinec=1', undefined, 400],
    ['POST', '/worlds/default/rows', { okta: { user: [{ status: 'NOPE' }] } }, 400],
    ['POST', '/worlds/default/rows', { okta: { user: [{ profil: {} }] } }, 400],
  ])('refuses %s %s %j with what to do', async (method, path, body, status) => {
    const refused = await admin(method, path, body)
    expect([refused.status, typeof refused.body.error.what]).toEqual([status, 'string'])
  })

  it('refuses what is no JSON', async () => {
    const headers = { authorization: `Bearer ${stand.admin.token}` }
    const refused = await ask({
      url: `${stand.admin.url}/worlds`,
      method: 'POST',
      headers,
      body: '{',
    })
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('not JSON')])
  })
})
