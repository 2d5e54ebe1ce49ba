import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { setupServer } from 'msw/node'
import type { Call } from '../engine/call.ts'
import type { World } from '../engine/world.ts'
import { backlotMiddleware } from '../fronts/express.ts'
import { createFetch } from '../fronts/fetch.ts'
import { finish, isBodiless } from '../fronts/finish.ts'
import { serveHttp } from '../fronts/http.ts'
import { backlotHandlers } from '../fronts/msw.ts'
import { createResolver } from '../fronts/resolve.ts'
import { defaultId, Worlds } from '../fronts/worlds.ts'
import { ask } from './ask.ts'
import type { Answer } from './tours/tour.ts'

/** One way into a world. */
export interface Door {
  send: (call: Call) => Promise<Answer>
  close: () => Promise<void>
}

/** Opens each way into a twin of a world, by its name. */
export const doors: Record<string, (world: World, twin: string) => Promise<Door>> = {
  direct: openDirect,
  http: openHttp,
  'express, before any body parser': (world, twin) => openExpress(world, twin, []),
  'express, behind body parsers': (world, twin) =>
    openExpress(world, twin, [
      express.json({ strict: false, limit: '1mb' }),
      express.urlencoded({ extended: true }),
      express.raw({ type: () => true, limit: '1mb' }),
    ]),
  fetch: (world, twin) => Promise.resolve(openFetch(world, twin, createFetch(world))),
  msw: openMsw,
}

function openDirect(world: World, twin: string): Promise<Door> {
  const { origin } = world.twins.get(twin)!.definition
  return Promise.resolve({
    send: (call) => {
      const { status, headers, body = '' } = finish(world, twin, world.call(twin, call))
      const hasBody = call.method !== 'HEAD' && !isBodiless(status)
      const flat = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]),
      )
      if (!isBodiless(status)) flat['content-length'] = String(Buffer.byteLength(body))
      return Promise.resolve(
        toAnswer(origin, status, flat, hasBody ? Buffer.from(body).toString() : ''),
      )
    },
    close: () => Promise.resolve(),
  })
}

async function openHttp(world: World, twin: string): Promise<Door> {
  const worlds = new Worlds()
  worlds.add(world, defaultId)
  const server = await serveHttp({ resolve: createResolver(worlds) })
  return { send: (call) => sendTo(`${server.url}/${twin}`, call), close: server.close }
}

async function openExpress(
  world: World,
  twin: string,
  parsers: express.RequestHandler[],
): Promise<Door> {
  const app = express().disable('x-powered-by')
  for (const parser of parsers) app.use(parser)
  app.use('/mounted', backlotMiddleware(world, twin))
  const server = createServer(app)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    send: (call) => sendTo(`http://127.0.0.1:${port}/mounted`, call),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

function openMsw(world: World, twin: string): Promise<Door> {
  const server = setupServer(...backlotHandlers(world))
  server.listen({ onUnhandledFrame: 'error' })
  const door = openFetch(world, twin, (input, init) => fetch(input, init))
  return Promise.resolve({ ...door, close: () => Promise.resolve(server.close()) })
}

function openFetch(world: World, twin: string, fetch: typeof globalThis.fetch): Door {
  const { origin } = world.twins.get(twin)!.definition
  return {
    send: async (call) => {
      const answer = await fetch(origin + call.path, {
        method: call.method ?? 'GET',
        ...(call.headers === undefined ? {} : { headers: call.headers }),
        ...(call.body === undefined ? {} : { body: call.body as Uint8Array<ArrayBuffer> }),
      })
      const headers = Object.fromEntries(answer.headers)
      return toAnswer(origin, answer.status, headers, await answer.text())
    },
    close: () => Promise.resolve(),
  }
}

async function sendTo(base: string, call: Call): Promise<Answer> {
  const { status, headers, text } = await ask({
    url: base,
    method: call.method ?? 'GET',
    path: new URL(base).pathname + call.path,
    ...(call.headers === undefined ? {} : { headers: call.headers }),
    ...(call.body === undefined ? {} : { body: call.body as Uint8Array }),
  })
  const flat = Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')])
  return toAnswer(base, status, Object.fromEntries(flat) as Record<string, string>, text)
}

/** Of the connection, not of the answer; and `vary` is only said where packing is possible. */
const ofConnection = new Set(['connection', 'keep-alive', 'transfer-encoding', 'vary'])

function toAnswer(
  origin: string,
  status: number,
  headers: Record<string, string>,
  body: string,
): Answer {
  const kept: Record<string, string> = {}
  for (const name of Object.keys(headers).toSorted()) {
    if (ofConnection.has(name)) continue
    kept[name] = withoutOrigin(headers[name]!, origin)
  }
  const length = kept['content-length']
  // Links make bodies of different length: what counts is that the length is told truly.
  if (length !== undefined) {
    const isTrue = body === '' || Number(length) === Buffer.byteLength(body)
    kept['content-length'] = isTrue ? 'true' : `false: ${length}`
  }
  return { status, headers: kept, body: withoutOrigin(body, origin) }
}

function withoutOrigin(text: string, origin: string): string {
  return text.replaceAll(origin, 'ORIGIN').replaceAll(encodeURIComponent(origin), 'ORIGIN')
}
