import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import type { Call } from '../engine/call.ts'
import { finish } from './finish.ts'
import { refusalOf, sayCrash, sayMisdirected } from './own-words.ts'
import { hasBody, readBody } from './read-body.ts'
import type { Resolve } from './resolve.ts'
import { send, type SendOptions } from './send.ts'

const bodyBytesMaxDefault = 16 * 1024 * 1024

/** How requests are read and replies written. */
export interface AnswerOptions {
  /** Longer bodies are refused, in the vendor's words. Default: 16 MiB. */
  bodyBytesMax?: number
  /** Replies from this size on are packed for callers that accept it. Default: 1,024. */
  compressFromBytes?: number
}

/** What answers one request. */
export type Listener = (request: IncomingMessage, response: ServerResponse) => void

/** How servers of twins treat connections. */
export const connectionOptions = {
  noDelay: true,
  keepAliveTimeout: 65_000,
  requestTimeout: 120_000,
}

/** Answers requests as the twins that `resolve` finds. */
export function createAnswerer(options: AnswerOptions, resolve: Resolve): Listener {
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
      send(response, finish(world, twin, reply), reply.transport, sendOptions, world)
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

/** Sets a server up: who answers, what is said to a request that can't be read, and that no body is asked for which is too long anyway. */
export function attend(
  server: Server | TlsServer,
  listener: Listener,
  bodyBytesMax = bodyBytesMaxDefault,
): void {
  server.on('request', listener)
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    const length = Number(request.headers['content-length'] ?? 0)
    if (length <= bodyBytesMax) response.writeContinue()
    listener(request, response)
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
    else socket.end(refusalOf(error.code))
  })
}
