import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Call } from '../engine/call.ts'
import type { World } from '../engine/world.ts'
import { finish } from './finish.ts'
import { sayCrash } from './own-words.ts'
import { hasBody, readBody } from './read-body.ts'
import { send } from './send.ts'

/** What Express adds to Node's request, as far as it is used here. */
interface MountedRequest extends IncomingMessage {
  baseUrl?: string
  protocol?: string
  body?: unknown
}

type Middleware = (
  request: MountedRequest,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => void

/**
 * A twin as Express middleware. Body parsers may stand before it or not.
 *
 * @example
 * app.use('/slack', backlotMiddleware(world, 'slack'))
 */
export function backlotMiddleware(
  world: World,
  twin: string,
  options: { bodyBytesMax?: number; compressFromBytes?: number } = {},
): Middleware {
  if (!world.twins.has(twin)) {
    const known = [...world.twins.keys()].join(', ')
    throw new Error(`Failed to mount "${twin}": this world has ${known}.`)
  }
  const { bodyBytesMax = 16 * 1024 * 1024, compressFromBytes = 1024 } = options

  function answer(request: MountedRequest, response: ServerResponse, rest: Partial<Call>): void {
    try {
      const { headers, protocol = 'http', baseUrl = '' } = request
      const origin = `${protocol}://${headers.host ?? 'localhost'}${baseUrl}`
      const call = { method: request.method!, path: request.url!, headers, origin, ...rest } as Call
      const reply = world.call(twin, call)
      send(response, finish(world, twin, reply), reply.transport, { compressFromBytes }, world)
    } catch (error) {
      sayCrash(response, error)
    }
  }

  return (request, response) => {
    if (!hasBody(request)) return answer(request, response, {})
    // Express 4's parsers leave an empty object where they read nothing: only the stream tells.
    if (request.readableEnded) {
      const body = unparse(request.body, request.headers['content-type'])
      return answer(request, response, body === undefined ? {} : { body })
    }
    readBody(request, bodyBytesMax, ({ bytes, tooLarge }) => {
      if (tooLarge) answer(request, response, { tooLarge: true })
      else answer(request, response, bytes === undefined ? {} : { body: bytes })
    })
  }
}

/** What a body parser made, as it was sent: the twin reads bodies itself, by its own contract. */
function unparse(body: unknown, contentType = ''): Uint8Array | string | undefined {
  if (body === undefined || body instanceof Uint8Array) return body
  if (/^application\/x-www-form-urlencoded/i.test(contentType)) {
    return typeof body === 'string' ? body : new URLSearchParams(pairsOf(body)).toString()
  }
  const isText = typeof body === 'string' && !/[/+]json/i.test(contentType)
  return isText ? body : JSON.stringify(body)
}

/** The pairs of a form, with the brackets that extended parsers read: `a[b]=c`. */
function pairsOf(value: unknown, name = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[name, String(value ?? '')]]
  return Object.entries(value).flatMap(([key, one]) => {
    if (name === '') return pairsOf(one, key)
    return pairsOf(one, Array.isArray(value) ? name : `${name}[${key}]`)
  })
}
