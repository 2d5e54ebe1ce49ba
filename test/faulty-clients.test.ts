import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Client as OktaClient } from '@okta/okta-sdk-nodejs'
import { LogLevel, WebClient, type Logger } from '@slack/web-api'
import { createCloudClient } from 'jira.js'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Fault, FaultAction } from '../engine/faults.ts'
import type { Credentials } from '../engine/twin.ts'
import { World } from '../engine/world.ts'
import { attend, createAnswerer } from '../fronts/answerer.ts'
import { serveHttp, type HttpServer } from '../fronts/http.ts'
import { backlotHandlers } from '../fronts/msw.ts'
import { createResolver } from '../fronts/resolve.ts'
import { defaultId, Worlds } from '../fronts/worlds.ts'
import { Authority, newAuthorityPem } from '../runner/record/authority/authority.ts'
import { loadTwin, twinNames } from '../twins/index.ts'

// What faults look like to the official clients, unmodified: on a socket, and through MSW without one.

const silent: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
}

const worlds = new Worlds()
let base: World
let server: HttpServer

beforeAll(async () => {
  base = World.create({ twins: await Promise.all(twinNames.map(loadTwin)) })
  server = await serveHttp({ resolve: createResolver(worlds), compressFromBytes: 1e9 })
})
afterAll(() => server.close())
afterEach(() => vi.restoreAllMocks())

/** Asks a service for something small, once, by its own client. */
type Asker = (url: string, credentials: Credentials) => Promise<unknown>

function slackClient(
  url: string,
  token: string,
  { timeout = 0, retries = 0 }: { timeout?: number; retries?: number } = {},
): WebClient {
  const retryConfig = { retries, minTimeout: 1, maxTimeout: 5 }
  return new WebClient(token, { slackApiUrl: `${url}/api/`, logger: silent, retryConfig, timeout })
}

const askers: Record<string, Asker> = {
  slack: (url, { bot }) => slackClient(url, bot!).conversations.list(),
  jira: (url, { email, api }) =>
    createCloudClient({
      host: url,
      auth: { type: 'basic', email: email!, apiToken: api! },
      retry: { maxRetries: 0 },
      onSchemaMismatch: 'throw',
    } as never).issuePriorities.searchPriorities({}),
  okta: (url, credentials) => {
    const token = Object.values(credentials)[0]
    const options = { orgUrl: url, token, cacheMiddleware: null, requestTimeout: 0 }
    return new OktaClient(options as never).userApi.getUser({ userId: 'me' })
  },
}

function worldWith(twin: string, action: FaultAction, rest: Partial<Fault> = {}): World {
  const faults = [{ twin, on: 'any', at: 1, times: 9, action, ...rest }]
  return base.fork({ faults: { name: 'test', faults }, wall: () => performance.now() })
}

async function onSocket(world: World, twin: string, mostMs?: number): Promise<unknown> {
  const { id } = worlds.add(world)
  const url = `${server.url}/w/${id}/${twin}`
  return heard(askers[twin]!(url, worlds.mint(id, twin)), mostMs).finally(() => worlds.remove(id))
}

async function throughMsw(world: World, twin: string, mostMs?: number): Promise<unknown> {
  // MSW writes every broken connection to the console.
  vi.spyOn(console, 'error').mockImplementation(() => {})
  const msw = setupServer(...backlotHandlers(world))
  msw.listen({ onUnhandledFrame: 'error' })
  const { origin } = world.twins.get(twin)!.definition
  return heard(askers[twin]!(origin, world.mint(twin)), mostMs).finally(() => msw.close())
}

/** The codes that an error carries, however deep; `fine` when there was none, `waiting` when nothing was heard for a while. */
async function heard(asked: Promise<unknown>, mostMs = 8000): Promise<unknown> {
  // Okta's client waits without end for the rest of an answer that was cut off.
  const waiting = pause(mostMs, 'waiting', { ref: false })
  try {
    return (await Promise.race([asked.then(() => 'fine'), waiting])) as string
  } catch (error) {
    return codesIn(error)
  }
}

function codesIn(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 4) return []
  const { code, cause, original, errors } = error as Record<string, unknown>
  const own = typeof code === 'string' && /^E[A-Z]+$|^UND_ERR/.test(code) ? [code] : []
  const inner = [cause, original, ...(Array.isArray(errors) ? errors : [])]
  return [...new Set([...own, ...inner.flatMap((one) => codesIn(one, depth + 1))])]
}

describe.each(['slack', 'jira', 'okta'])('the client of %s', (twin) => {
  it('is answered where nothing goes wrong', async () => {
    expect(await onSocket(base.fork(), twin)).toBe('fine')
    expect(await throughMsw(base.fork(), twin)).toBe('fine')
  })

  it('hears of a reset, on a socket and through MSW alike', async () => {
    const reset = { kind: 'reset' } as const
    const told = await onSocket(worldWith(twin, reset), twin)
    expect(told).toContain('ECONNRESET')
    expect(await throughMsw(worldWith(twin, reset), twin)).toEqual(told)
  })

  it.each([
    { kind: 'drop-after' },
    { kind: 'truncate' },
    { kind: 'wrong-length', by: 9 },
    { kind: 'malformed' },
    { kind: 'answer', status: 502 },
  ] as FaultAction[])('takes $kind for no answer, on a socket and through MSW', async (action) => {
    expect(await onSocket(worldWith(twin, action), twin, 600)).not.toBe('fine')
    expect(await throughMsw(worldWith(twin, action), twin, 600)).not.toBe('fine')
  })

  it('hears that nobody listens', async () => {
    const told = await throughMsw(worldWith(twin, { kind: 'refused' }), twin)
    expect(told).toContain('ECONNREFUSED')
  })
})

describe('behind TLS', () => {
  const authority = new Authority(newAuthorityPem(Date.now()))
  const askSecurely = async (action: FaultAction): Promise<string> => {
    const world = worldWith('slack', action)
    const own = new Worlds()
    own.add(world, defaultId)
    const secure = createServer(authority.credentialsFor('slack.com'))
    attend(secure, createAnswerer({}, createResolver(own)))
    await new Promise<void>((resolve) => {
      secure.listen(0, '127.0.0.1', resolve)
    })
    const { port } = secure.address() as AddressInfo
    const headers = { host: 'slack.com', authorization: `Bearer ${world.mint('slack')['bot']}` }
    const options = { port, headers, path: '/api/conversations.list', rejectUnauthorized: false }
    return new Promise<string>((resolve) => {
      const asked = request({ host: '127.0.0.1', ...options }, (answer) => {
        answer.resume()
        answer.on('error', ({ message }) => resolve(message))
        answer.on('end', () => resolve(`answered ${answer.statusCode}`))
      })
      asked.on('error', ({ message }) => resolve(message))
      asked.end()
    }).finally(() => {
      secure.close()
      secure.closeAllConnections()
    })
  }

  it.each([
    [{ kind: 'delay', ms: 1 }, 'answered 200'],
    [{ kind: 'reset' }, 'read ECONNRESET'],
    [{ kind: 'drop-before' }, 'socket hang up'],
    [{ kind: 'truncate' }, 'aborted'],
  ] as [FaultAction, string][])('%j is as real as without', async (action, message) => {
    expect(await askSecurely(action)).toBe(message)
  })
})

describe('Slack’s client', () => {
  const open = (world: World, options: Parameters<typeof slackClient>[2]) => {
    const { id } = worlds.add(world)
    const { bot } = worlds.mint(id, 'slack')
    const client = slackClient(`${server.url}/w/${id}/slack`, bot!, options)
    return { client, close: () => void worlds.remove(id) }
  }

  it('waits as it is told and is never banned', async () => {
    const throttle = { kind: 'throttle', count: 1, retryAfterMs: 1000, banMs: 60_000 } as const
    const { client, close } = open(worldWith('slack', throttle), { retries: 2 })
    await expect(client.conversations.list()).resolves.toMatchObject({ ok: true })
    close()
  })

  it('gives up on a half-open connection when its own time is up', async () => {
    const action = { kind: 'half-open', holdMs: 60_000 } as const
    const { client, close } = open(worldWith('slack', action), { timeout: 80 })
    expect(['fine', 'waiting']).not.toContain(await heard(client.conversations.list()))
    close()
  })
})

describe('a credential that a fault ended', () => {
  const asked = async (twin: string, as: 'expired' | 'revoked', kind: string) => {
    const world = worldWith(twin, { kind: 'end-token', as }, { times: 1 })
    const minted = world.mint(twin)
    const secret = minted[kind]!
    const basic = `Basic ${btoa(`${minted['email']}:${secret}`)}`
    const [path, authorization] = {
      slack: ['/api/conversations.list', `Bearer ${secret}`],
      okta: ['/api/v1/users/me', `SSWS ${secret}`],
      jira: ['/rest/api/3/myself', basic],
    }[twin]!
    const headers = { authorization: authorization!, accept: 'application/json' }
    const { status, json } = world.call(twin, { path: path!, headers })
    return { status, json, open: world.call(twin, { path: '/rest/api/3/serverInfo', headers }) }
  }

  it.each([
    ['slack', 'bot', 'expired', 200, { ok: false, error: 'token_expired' }],
    ['slack', 'bot', 'revoked', 200, { ok: false, error: 'account_inactive' }],
    ['slack', 'user', 'revoked', 200, { ok: false, error: 'token_revoked' }],
    ['okta', 'ssws', 'expired', 401, { errorCode: 'E0000011' }],
    ['okta', 'ssws', 'revoked', 401, { errorCode: 'E0000011' }],
    ['jira', 'api', 'expired', 401, { 'status-code': 401 }],
  ] as const)('%s words its %s token that was %s', async (twin, kind, as, status, json) => {
    expect(await asked(twin, as, kind)).toMatchObject({ status, json })
  })

  it('lets Jira answer for nobody where anybody may ask', async () => {
    const { open } = await asked('jira', 'revoked', 'api')
    expect(open.status).toBe(200)
    expect(open.headers['x-seraph-loginreason']).toBe('AUTHENTICATED_FAILED')
  })
})
