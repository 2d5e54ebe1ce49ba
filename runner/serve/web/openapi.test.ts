import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Express } from 'express'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { importOpenApi } from '../../../engine/contract/read.ts'
import { openSession } from '../login/sessions.ts'
import { Client, makeGround, startOn, subject, type ServeGround } from '../testing/ground.ts'
import { createApp } from './app.ts'
import type { Ground } from './ground.ts'
import { openApi } from './openapi.ts'

type Json = Record<string, unknown>

let ground: ServeGround
let service: Awaited<ReturnType<typeof startOn>>
let session: string
let ada: Client

beforeAll(async () => {
  ground = await makeGround({ repositories: { known: 'file:///nowhere' } })
  service = await startOn(ground)
  const manager = { subject: 'mae', name: 'Mae' }
  session = await openSession(service.database, manager, Date.now())
  ada = await service.as('ada')
})
afterAll(async () => {
  await service.close()
  await ground.remove()
})

/** Every route of the application, as Express has it. */
function routesOf(app: Express): string[] {
  interface Layer {
    route?: { path: string; methods: Record<string, boolean> }
    handle?: { stack?: Layer[] }
  }
  const walk = (layers: readonly Layer[]): string[] =>
    layers.flatMap(({ route, handle }) => {
      if (route === undefined) return walk(handle?.stack ?? [])
      return Object.keys(route.methods).map((method) => `${method} ${route.path}`)
    })
  return walk((app as unknown as { router: { stack: Layer[] } }).router.stack).sort()
}

it('has every route and no other', () => {
  const app = createApp({ config: ground.config, url: 'http://127.0.0.1' } as Ground)
  const told = Object.entries(openApi.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`),
  )
  expect(routesOf(app)).toEqual(told.sort())
})

const ajv = new Ajv2020({ strict: false, validateFormats: false })
ajv.addSchema(openApi as object, 'service')

/** What the document says against an answer. */
async function faults(method: string, path: string, response: Response): Promise<unknown> {
  const operation = (openApi.paths as unknown as Record<string, Record<string, Json>>)[path]![
    method
  ]!
  const responses = operation['responses'] as Record<string, { content?: Record<string, Json> }>
  const told = responses[response.status]
  if (told === undefined) return `${response.status} is not in the document`
  const type = response.headers.get('content-type')?.split(';')[0]
  if (told.content === undefined) return null
  const media = told.content[type ?? '']
  if (media === undefined) return `${type} is not in the document`
  if (type !== 'application/json') return null
  const pointer = `${path.replaceAll('/', '~1')}/${method}/responses/${response.status}/content/application~1json/schema`
  const check = ajv.getSchema(`service#/paths/${encodeURI(pointer).replaceAll('%7E', '~')}`)!
  return check(await response.json()) ? null : check.errors
}

it('tells exactly what is answered, yes and no', async () => {
  const ticket = await ada.submit(subject('all'))
  await ada.answer(ticket)
  const cookie = { cookie: `__Host-backlot-session=${session}` }
  const json = { ...ada.headers, 'content-type': 'application/json' }
  const form = { ...cookie, 'content-type': 'application/x-www-form-urlencoded' }
  const csrf = (await service.database.all<{ csrf: string }>('SELECT csrf FROM sessions'))[0]!.csrf
  const post = (headers: Record<string, string>, body: string | Buffer): RequestInit => ({
    method: 'POST',
    headers,
    body,
  })
  const gzip = { ...ada.headers, 'content-type': 'application/gzip' }
  const cases: [number, string, string, string, RequestInit][] = [
    [200, 'get', '/openapi.json', '/openapi.json', {}],
    [200, 'get', '/healthz', '/healthz', {}],
    [200, 'get', '/', '/', {}],
    [200, 'get', '/', '/', { headers: cookie }],
    [501, 'get', '/login', '/login', {}],
    [501, 'get', '/login/callback', '/login/callback?code=x', {}],
    [401, 'post', '/v1/submissions', '/v1/submissions', post({}, '')],
    [400, 'post', '/v1/submissions', '/v1/submissions', post(json, '{')],
    [422, 'post', '/v1/submissions', '/v1/submissions', post(json, '{}')],
    [
      422,
      'post',
      '/v1/submissions',
      '/v1/submissions',
      post(json, '{"repository":"known","ref":"main"}'),
    ],
    [422, 'post', '/v1/submissions', '/v1/submissions', post(gzip, 'no archive')],
    [
      413,
      'post',
      '/v1/submissions',
      '/v1/submissions',
      post(json, JSON.stringify({ ref: 'x'.repeat(9000) })),
    ],
    [
      415,
      'post',
      '/v1/submissions',
      '/v1/submissions',
      post({ ...ada.headers, 'content-type': 'text/plain' }, 'x'),
    ],
    [200, 'get', '/v1/submissions/{ticket}', `/v1/submissions/${ticket}`, { headers: ada.headers }],
    [
      404,
      'get',
      '/v1/submissions/{ticket}',
      `/v1/submissions/${'0'.repeat(32)}`,
      { headers: ada.headers },
    ],
    [401, 'get', '/v1/submissions/{ticket}', `/v1/submissions/${ticket}`, {}],
    [200, 'get', '/releases/{ticket}', `/releases/${ticket}`, { headers: cookie }],
    [404, 'get', '/releases/{ticket}', `/releases/${'0'.repeat(32)}`, { headers: cookie }],
    [401, 'get', '/releases/{ticket}', `/releases/${ticket}`, { headers: ada.headers }],
    [200, 'get', '/v1/release', '/v1/release', { headers: cookie }],
    [401, 'get', '/v1/release', '/v1/release', {}],
    [
      200,
      'get',
      '/v1/release/submissions/{ticket}',
      `/v1/release/submissions/${ticket}`,
      { headers: cookie },
    ],
    [
      404,
      'get',
      '/v1/release/submissions/{ticket}',
      `/v1/release/submissions/x`,
      { headers: cookie },
    ],
    [401, 'get', '/v1/release/submissions/{ticket}', `/v1/release/submissions/${ticket}`, {}],
    [401, 'post', '/logout', '/logout', post({}, '')],
    [403, 'post', '/logout', '/logout', post(form, 'csrf=x')],
    [303, 'post', '/logout', '/logout', post(form, `csrf=${csrf}`)],
  ]
  for (const [status, method, path, url, init] of cases) {
    const response = await fetch(service.url + url, { ...init, redirect: 'manual' })
    const what = `${method} ${url} ${JSON.stringify(init)}`
    expect([response.status, what]).toEqual([status, what])
    expect(await faults(method, path, response), what).toBeNull()
  }
  const taken = await ada.send(subject('all', { mark: 'again' }))
  expect([taken.status, await faults('post', '/v1/submissions', taken)]).toEqual([202, null])
})

it('is a document that our own reader takes', () => {
  const { contract } = importOpenApi(openApi as unknown as Parameters<typeof importOpenApi>[0])
  const operations = Object.values(openApi.paths).flatMap((one) => Object.values(one))
  expect(contract.operations.map(({ id }) => id).sort()).toEqual(
    operations.map(({ operationId }) => operationId).sort(),
  )
})
