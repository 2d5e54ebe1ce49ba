import { setTimeout as wait } from 'node:timers/promises'
import type { Call, Transport } from '../../engine/call.ts'
import type { WireReply } from '../../engine/wire.ts'
import type { World } from '../../engine/world.ts'
import { finish, isBodiless } from '../../fronts/finish.ts'
import { HostTable } from '../../fronts/hosts.ts'

/**
 * A `fetch` whose network is one world: hosts of its twins are answered in this process, anything
 * else is refused and journaled as an escape.
 */
export function createDirectFetch(world: World): typeof fetch {
  const twins = new HostTable<string>()
  for (const { definition } of world.twins.values()) {
    for (const host of definition.hosts) twins.add(host, definition.name)
    twins.add(new URL(definition.origin).hostname, definition.name)
  }
  return async (input, init) => {
    const { url, call, signal } = await readRequest(input, init)
    const twin = twins.find(url.hostname)
    if (twin === undefined) {
      const target = url.origin
      const n = world.journal.number()
      world.journal.add({ kind: 'escape', n, at: world.now(), target, how: 'fetch' })
      throw networkError(`connect ECONNREFUSED ${url.host}`, 'ECONNREFUSED')
    }
    signal?.throwIfAborted()
    const reply = world.call(twin, call)
    const wire = finish(world, twin, reply)
    if (reply.transport === undefined) return toResponse(wire, call.method)
    return suffer(wire, reply.transport, call.method, signal)
  }
}

interface ReadRequest {
  url: URL
  call: Call
  signal: AbortSignal | null | undefined
}

async function readRequest(
  input: string | URL | Request,
  init: RequestInit | undefined,
): Promise<ReadRequest> {
  const { body } = init ?? {}
  if (input instanceof Request || (body != null && typeof body !== 'string')) {
    const request = new Request(input, init)
    const bytes = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer())
    const headers = Object.fromEntries(request.headers)
    return toCall(new URL(request.url), request.method, headers, bytes, request.signal)
  }
  // The common case, without the cost of a Request.
  const headers: Record<string, string> = {}
  for (const [name, value] of entriesOf(init?.headers)) headers[name.toLowerCase()] = value
  if (typeof body === 'string') headers['content-type'] ??= 'text/plain;charset=UTF-8'
  const method = (init?.method ?? 'GET').toUpperCase()
  return toCall(new URL(input), method, headers, body ?? undefined, init?.signal)
}

function entriesOf(headers: RequestInit['headers']): Iterable<readonly [string, string]> {
  if (headers === undefined) return []
  if (headers instanceof Headers) return headers
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers)
  return pairs.map((pair) => [pair[0] as string, String(pair[1])] as const)
}

function toCall(
  url: URL,
  method: string,
  headers: Record<string, string>,
  body: unknown,
  signal: AbortSignal | null | undefined,
): ReadRequest {
  const call: Call = { method, path: url.pathname + url.search, headers, origin: url.origin }
  if (body !== undefined) call.body = body
  return { url, call, signal }
}

async function suffer(
  wire: WireReply,
  { delayMs, lost, truncateAtByte, bytesPerSecond }: Transport,
  method: string | undefined,
  signal: AbortSignal | null | undefined,
): Promise<Response> {
  const bytes = wire.body === undefined ? 0 : Buffer.byteLength(wire.body)
  const waitMs = (delayMs ?? 0) + (bytesPerSecond ? (bytes / bytesPerSecond) * 1000 : 0)
  if (waitMs > 0) await wait(waitMs, undefined, signal ? { signal } : {})
  if (lost) throw networkError('socket hang up', 'ECONNRESET')
  if (truncateAtByte === undefined) return toResponse(wire, method)
  const start = Buffer.from(wire.body ?? '').subarray(0, truncateAtByte)
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(start)
      controller.error(networkError('terminated', 'UND_ERR_SOCKET'))
    },
  })
  return new Response(body, { status: wire.status, headers: toHeaders(wire) })
}

function toResponse(wire: WireReply, method: string | undefined): Response {
  const hasBody = !isBodiless(wire.status) && method !== 'HEAD'
  const body = hasBody ? (wire.body ?? null) : null
  return new Response(body, { status: wire.status, headers: toHeaders(wire) })
}

function toHeaders({ headers }: WireReply): [string, string][] {
  const out: [string, string][] = []
  for (const [name, value] of Object.entries(headers)) {
    for (const one of typeof value === 'string' ? [value] : value) out.push([name, one])
  }
  return out
}

/** As `fetch` fails: a TypeError whose cause names the trouble. */
function networkError(message: string, code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), { code }) })
}
