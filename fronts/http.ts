import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { isIPv6, type AddressInfo } from 'node:net'
import type { Call } from '../engine/call.ts'
import type { World } from '../engine/world.ts'
import { startPump } from './deliver.ts'
import { finish } from './finish.ts'
import { hasBody, readBody } from './read-body.ts'
import { createResolver, type Resolve } from './resolve.ts'
import { refusalOf, sayCrash, sayMisdirected } from './own-words.ts'
import { send, type SendOptions } from './send.ts'
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
  const server = createServer(
    { noDelay: true, keepAliveTimeout: 65_000, requestTimeout: 120_000 },
    listener,
  )
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    // A body that is too long anyway is not asked for.
    const length = Number(request.headers['content-length'] ?? 0)
    if (length <= (options.bodyBytesMax ?? bodyBytesMaxDefault)) response.writeContinue()
    listener(request, response)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
    else socket.end(refusalOf(error.code))
  })
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

const bodyBytesMaxDefault = 16 * 1024 * 1024

function createAnswerer(
  options: HttpOptions,
  resolve: Resolve,
): (request: IncomingMessage, response: ServerResponse) => void {
  const { bodyBytesMax = bodyBytesMaxDefault, compressFromBytes = 1024 } = options
  const sendOptions: SendOptions = { compressFromBytes }

  function answer(
    request: IncomingMessage,
    response: ServerResponse,
    bytes: Buffer | undefined,
    tooLarge: boolean,
  ): void {
    try {
      const target = resolve(request, bytes)
      if ('misdirected' in target) return sayMisdirected(response, target)
      const { world, twin, path, origin } = target
      const headers = request.headers as Record<string, string>
      const call: Call = { method: request.method!, path, headers, origin }
      if (bytes !== undefined) call.body = bytes
      if (tooLarge) call.tooLarge = true
      const reply = world.call(twin, call)
      send(response, finish(world, twin, reply), reply.transport, sendOptions)
    } catch (error) {
      sayCrash(response, error)
    }
  }

  return (request, response) => {
    if (!hasBody(request)) return answer(request, response, undefined, false)
    if (
      Number(request.headers['content-length']) > bodyBytesMax &&
      request.headers.expect !== undefined
    ) {
      response.shouldKeepAlive = false
      return answer(request, response, undefined, true)
    }
    readBody(request, bodyBytesMax, ({ bytes, tooLarge }) => {
      if (tooLarge && !request.complete) response.shouldKeepAlive = false
      answer(request, response, bytes, tooLarge)
    })
  }
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
