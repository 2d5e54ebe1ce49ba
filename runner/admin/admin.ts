import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { UsageError } from '../../engine/usage-error.ts'
import type { World } from '../../engine/world.ts'
import { hasBody, readBody } from '../../fronts/read-body.ts'
import { defaultId, type OpenWorld, type Worlds } from '../../fronts/worlds.ts'
import { AdminError } from './admin-error.ts'
import { checkInput } from './check-input.ts'
import { findRoute, type AdminReply, type AdminRoute } from './route.ts'
import { Snapshots } from './snapshots.ts'
import { stateRoutes } from './state-routes.ts'
import { trafficRoutes } from './traffic-routes.ts'
import { worldRoutes } from './world-routes.ts'

/** The path below which the admin API stands. */
export const adminPrefix = '/_backlot'

/** What the admin API works on. */
export interface AdminContext {
  worlds: Worlds
  /** What new worlds begin as, unless they are forked from another. */
  base: World
  snapshots: Snapshots
  /** The server as the caller reached it: `http://127.0.0.1:4010`. */
  serverUrl: string
}

const routes: readonly AdminRoute[] = [...worldRoutes, ...stateRoutes, ...trafficRoutes]
const bodyBytesMax = 64 * 1024 * 1024

/**
 * The admin API: worlds, their rows, clock, faults, subscriptions and journal, for test harnesses in
 * any language. JSON in, JSON out; `authorization: Bearer <token>`; an error says what was wrong,
 * where, and what to do.
 */
export function createAdmin(options: { worlds: Worlds; base: World; token: string }) {
  const { worlds, base, token } = options
  const snapshots = new Snapshots(worlds)

  async function answer(request: IncomingMessage, bytes: Buffer | undefined): Promise<AdminReply> {
    if (!isToken(request.headers.authorization, token)) {
      throw new AdminError(401, 'The admin API needs its token.', {
        where: 'header authorization',
        fix: 'Send "authorization: Bearer <token>" with the token that "backlot up" printed.',
      })
    }
    const target = request.url!.slice(adminPrefix.length)
    const cut = target.indexOf('?')
    const pathname = cut === -1 ? target : target.slice(0, cut)
    const query = new URLSearchParams(cut === -1 ? '' : target.slice(cut))
    const { route, path } = findRoute(routes, request.method!, pathname)
    const input = parse(bytes)
    if (route.schema !== undefined) await checkInput(route.schema, input ?? {})
    const serverUrl = `http://${request.headers.host ?? 'localhost'}`
    const context: AdminContext = { worlds, base, snapshots, serverUrl }
    const open = path['world'] === undefined ? undefined : needWorld(worlds, path['world'])
    return route.act({ context, open: open!, path, query, input: input ?? {} })
  }

  return (request: IncomingMessage, response: ServerResponse): void => {
    const respond = (bytes: Buffer | undefined): void => {
      void answer(request, bytes)
        .catch(toErrorReply)
        .then(({ status, body }) => write(response, status, body))
    }
    if (!hasBody(request)) return respond(undefined)
    readBody(request, bodyBytesMax, ({ bytes, tooLarge }) => {
      if (tooLarge) write(response, 413, errorBody('The body is longer than 64 MiB.'))
      else respond(bytes)
    })
  }
}

function needWorld(worlds: Worlds, id: string): OpenWorld {
  const open = worlds.get(id)
  if (open !== undefined) return open
  throw new AdminError(404, `There is no world "${id}".`, {
    where: 'path',
    fix: `GET ${adminPrefix}/worlds lists them; "${defaultId}" is the one that answers without a name.`,
  })
}

function isToken(header: string | undefined, token: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(header ?? ''), digest(`Bearer ${token}`))
}

function parse(bytes: Buffer | undefined): unknown {
  if (bytes === undefined) return undefined
  try {
    return JSON.parse(bytes.toString()) as unknown
  } catch (error) {
    throw new AdminError(400, `The body is not JSON: ${(error as Error).message}.`, {
      where: 'body',
    })
  }
}

function toErrorReply(error: unknown): AdminReply {
  if (error instanceof AdminError) {
    return { status: error.status, body: errorBody(error.message, error.where, error.fix) }
  }
  if (error instanceof UsageError) {
    const where = error.where.field === undefined ? 'body' : `body ${error.where.field}`
    return { status: 400, body: errorBody(error.what, where, error.fix) }
  }
  process.stderr.write(`Backlot broke: ${error instanceof Error ? error.stack : String(error)}\n`)
  return { status: 500, body: errorBody(`This is a fault of Backlot itself: ${String(error)}.`) }
}

function errorBody(what: string, where?: string, fix?: string): unknown {
  return { error: { what, where, fix } }
}

function write(response: ServerResponse, status: number, body: unknown): void {
  if (body === undefined) return void response.writeHead(status).end()
  const text = JSON.stringify(body)
  const length = Buffer.byteLength(text)
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': length })
  response.end(text)
}
