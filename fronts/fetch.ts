import type { Call } from '../engine/call.ts'
import type { WireReply } from '../engine/wire.ts'
import type { World } from '../engine/world.ts'
import { noteEscape } from './escape.ts'
import { finish, isBodiless } from './finish.ts'
import { HostTable, hostnameOf } from './hosts.ts'
import { causeOf, fetchFailed } from './broken.ts'
import { answerIn, type Waits } from './in-process.ts'
import { wait } from './trouble.ts'
import { VirtualWait } from './virtual-wait.ts'

/** How late answers are played. */
export interface FetchOptions {
  /**
   * `real`: the caller waits. `virtual`: the clock of the world goes on instead, and the caller waits
   * only where it must be able to give up (a call that is never answered). Default: `real`.
   */
  waits?: 'real' | 'virtual'
}

/**
 * A `fetch` whose whole internet is one world: vendors' hosts are answered by its twins, anything
 * else fails as an unreachable host does, and is journaled as an escape.
 *
 * @example
 * const fetch = createFetch(world)
 * await fetch('https://slack.com/api/auth.test', { method: 'POST' })
 */
export function createFetch(world: World, options: FetchOptions = {}): typeof fetch {
  const twinOf = createHostLookup(world)
  const waits = waitsOf(world, options)
  return async (input, init) => {
    const read = isPlain(input, init)
      ? readPlain(input, init)
      : await readRequest(new Request(input, init))
    const { url } = read
    const twin = twinOf(url)
    if (twin !== undefined) return answerCall(world, twin, read, waits)
    noteEscape(world, url.origin + url.pathname, 'fetch')
    const missing = { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo' }
    throw fetchFailed(Object.assign(new Error(`getaddrinfo ENOTFOUND ${url.hostname}`), missing))
  }
}

function waitsOf(world: World, { waits = 'real' }: FetchOptions): Waits {
  if (waits === 'real') return { isVirtual: false, late: wait }
  const line = new VirtualWait(world)
  return { isVirtual: true, late: (ms) => line.wait(ms) }
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
  return answerCall(world, twin, await readRequest(request), waitsOf(world, {}))
}

async function answerCall(
  world: World,
  twin: string,
  { url, call, signal }: ReadCall,
  waits: Waits,
): Promise<Response> {
  signal?.throwIfAborted()
  const reply = world.call(twin, call)
  const wire = finish(world, twin, reply)
  const { transport } = reply
  const isEmpty = call.method === 'HEAD' || isBodiless(wire.status)
  if (transport !== undefined) {
    if (transport.delayMs !== undefined) await waits.late(transport.delayMs, signal)
    if (transport.silentMs !== undefined) await wait(transport.silentMs, signal)
    if (transport.lost) throw fetchFailed(causeOf(transport, url))
  }
  const lines = linesOf(wire)
  const body = isEmpty || wire.body === undefined ? null : wire.body
  if (transport === undefined) return toResponse(wire.status, lines, body)
  const played = await answerIn(lines, body, transport, { waits, signal })
  return toResponse(wire.status, lines, played)
}

function toResponse(status: number, headers: [string, string][], body: ResponseBody): Response {
  return new Response(body, { status, headers })
}

/** What a response may be made of. */
export type ResponseBody = ConstructorParameters<typeof Response>[0]

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
