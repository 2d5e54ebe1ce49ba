import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isIPv6, type AddressInfo } from 'node:net'
import type { World } from '../engine/world.ts'
import { attend, connectionOptions, createAnswerer } from './answerer.ts'
import { startPump } from './deliver.ts'
import { createResolver, type Resolve } from './resolve.ts'
import { defaultId, Worlds } from './worlds.ts'

/** What a stand-alone server is made of. */
export interface HttpOptions {
  /** The one world to serve, its twins at `/slack`, `/okta` …; its events are delivered. */
  world?: World
  /** Or what finds the world and twin of a request, for many: `createResolver(worlds)`. */
  resolve?: Resolve
  /** A free port when absent. */
  port?: number
  /** Where to listen. Default: this machine alone. */
  host?: string
  /** Longer bodies are refused, in the vendor's words. Default: 16 MiB. */
  bodyBytesMax?: number
  /** Replies from this size on are packed for callers that accept it. Default: 1,024. */
  compressFromBytes?: number
  /** Something else that the server serves below a path of its own. */
  beside?: { prefix: string; handle: (request: IncomingMessage, response: ServerResponse) => void }
}

/** A server that stands. */
export interface HttpServer {
  /** `http://127.0.0.1:4010`. */
  url: string
  port: number
  /** Stops listening and cuts what is open. */
  close: () => Promise<void>
}

/**
 * Serves a world, or many at once, over HTTP. Fails as `listen` fails: `EADDRINUSE` when the port is
 * taken.
 *
 * @example
 * const world = World.create({ twins: [okta] })
 * const server = await serveHttp({ world, port: 4010 })
 * const url = `${server.url}/okta`
 */
export async function serveHttp(options: HttpOptions): Promise<HttpServer> {
  const { host = '127.0.0.1', port = 0, beside } = options
  const worlds = new Worlds({ onAdd: ({ world }) => startPump(world).stop })
  if (options.world !== undefined) worlds.add(options.world, defaultId)
  const answer = createAnswerer(options, options.resolve ?? createResolver(worlds))
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    if (beside !== undefined && request.url!.startsWith(beside.prefix))
      beside.handle(request, response)
    else answer(request, response)
  }
  const server = createServer(connectionOptions)
  attend(server, listener, options.bodyBytesMax)
  const { port: bound } = await listen(server, port, host)
  return {
    url: `http://${spellHost(host)}:${bound}`,
    port: bound,
    close: () => {
      worlds.clear()
      return close(server)
    },
  }
}

/** A host as it stands in a URL; all addresses of this machine are reached by its own. */
function spellHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  if (host === '::') return '[::1]'
  return isIPv6(host) ? `[${host}]` : host
}

function listen(server: Server, port: number, host: string): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(server.address() as AddressInfo)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
