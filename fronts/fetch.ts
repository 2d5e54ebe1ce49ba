import type { Call, Transport } from '../engine/call.ts'
import type { WireReply } from '../engine/wire.ts'
import type { World } from '../engine/world.ts'
import { noteEscape } from './escape.ts'
import { finish, isBodiless } from './finish.ts'
import { HostTable, hostnameOf } from './hosts.ts'
import { slowBytes, truncatedBytes, wait } from './trouble.ts'

/**
 * A `fetch` whose whole internet is one world: vendors' hosts are answered by its twins, anything
 * else fails as an unreachable host does, and is journaled as an escape.
 *
 * @example
 * const fetch = createFetch(world)
 * await fetch('https://slack.com/api/auth.test', { method: 'POST' })
 */
export function createFetch(world: World): typeof fetch {
  const twinOf = createHostLookup(world)
  return async (input, init) => {
    const { url, call, signal } = isPlain(input, init)
      ? readPlain(input, init)
      : await readRequest(new Request(input, init))
    const twin = twinOf(url)
    if (twin !== undefined) return answerCall(world, twin, call, signal)
    noteEscape(world, url.origin + url.pathname, 'fetch')
    throw failed(`getaddrinfo ENOTFOUND ${url.hostname}`, 'ENOTFOUND')
  }
}

/** Finds the twin of a world that answers for a URL's host. */
export function createHostLookup(world: World): (url: URL) => string | undefined {
  const table = new HostTable<string>()
  for (const { definition } of world.twins.values()) {
    for (const host of definition.hosts) table.add(host, definition.name)
    table.add(new URL(definition.origin).hostname, definition.name)
  }
  return (url) => table.find(hostnameOf(url.host))
}

/** Answers one request as a twin. Rejects with the TypeError of a broken connection when a fault breaks it. */
export async function answerRequest(
  world: World,
  twin: string,
  request: Request,
): Promise<Response> {
  const { call, signal } = await readRequest(request)
  return answerCall(world, twin, call, signal)
}

/** Whether an error of `answerRequest` is a connection that a fault broke. */
export function isBroken(error: unknown): boolean {
  return error instanceof TypeError && error.message === 'fetch failed'
}

async function answerCall(
  world: World,
  twin: string,
  call: Call,
  signal: AbortSignal | null | undefined,
): Promise<Response> {
  signal?.throwIfAborted()
  const reply = world.call(twin, call)
  const wire = finish(world, twin, reply)
  const { transport } = reply
  if (transport?.delayMs !== undefined) await wait(transport.delayMs, signal)
  if (transport?.lost) throw failed('the connection was closed before the answer', 'ECONNRESET')
  const body = call.method === 'HEAD' || isBodiless(wire.status) ? null : bodyOf(wire, transport)
  return new Response(body, { status: wire.status, headers: linesOf(wire) })
}

type ResponseBody = ConstructorParameters<typeof Response>[0]

interface ReadCall {
  url: URL
  call: Call
  signal: AbortSignal | null | undefined
}

/** Whether a call can be read without the cost of a Request; most can. */
function isPlain(input: string | URL | Request, init: RequestInit = {}): input is string | URL {
  return !(input instanceof Request) && (init.body == null || typeof init.body === 'string')
}

function readPlain(
  input: string | URL,
  { method = 'GET', headers, body, signal }: RequestInit = {},
): ReadCall {
  const url = new URL(input)
  const sent: Record<string, string> = {}
  const pairs =
    Symbol.iterator in (headers ?? {}) ? (headers as Headers) : Object.entries(headers ?? {})
  for (const [name, value] of pairs) sent[name.toLowerCase()] = String(value)
  const call = toCall(url, method.toUpperCase(), sent)
  if (typeof body === 'string') {
    sent['content-type'] ??= 'text/plain;charset=UTF-8'
    call.body = body
  }
  return { url, call, signal }
}

async function readRequest(request: Request): Promise<ReadCall> {
  const url = new URL(request.url)
  const call = toCall(url, request.method, Object.fromEntries(request.headers))
  const bytes = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer())
  if (bytes !== undefined && bytes.length > 0) call.body = bytes
  return { url, call, signal: request.signal }
}

function toCall(url: URL, method: string, headers: Record<string, string>): Call {
  return { method, path: url.pathname + url.search, headers, origin: url.origin }
}

function bodyOf({ body }: WireReply, transport: Transport | undefined): ResponseBody {
  if (body === undefined) return null
  const { truncateAtByte, bytesPerSecond } = transport ?? {}
  if (truncateAtByte !== undefined) {
    const broken = failed('the connection was closed in the middle of the answer', 'ECONNRESET')
    return truncatedBytes(Buffer.from(body), truncateAtByte, broken)
  }
  if (bytesPerSecond !== undefined) return slowBytes(Buffer.from(body), bytesPerSecond)
  return body as ResponseBody
}

function linesOf({ headers, status, body }: WireReply): [string, string][] {
  const lines: [string, string][] = []
  for (const name in headers) {
    const value = headers[name]!
    for (const one of typeof value === 'string' ? [value] : value) lines.push([name, one])
  }
  if (!isBodiless(status)) {
    lines.push(['content-length', String(body === undefined ? 0 : Buffer.byteLength(body))])
  }
  return lines
}

/** What `fetch` throws when there is no answer. */
function failed(why: string, code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(why), { code }) })
}
