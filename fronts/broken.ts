import type { Transport } from '../engine/call.ts'

/** A connection that broke, as the system or undici tells of it. */
interface BrokenCause extends Error {
  code: string
  errno?: number
  syscall?: string
}

/** Why a caller gets no answer, in the words that a real client would hear (seen on Node 24 with undici). */
export function causeOf(transport: Transport, url: URL): BrokenCause {
  if (transport.refused === true) {
    const { hostname, protocol } = url
    const port = Number(url.port) || (protocol === 'http:' ? 80 : 443)
    const why = `connect ECONNREFUSED ${hostname}:${port}`
    const where = { syscall: 'connect', address: hostname, port }
    return Object.assign(new Error(why), { code: 'ECONNREFUSED', errno: -111, ...where })
  }
  if (transport.reset !== true) return otherSideClosed()
  const reset = { code: 'ECONNRESET', errno: -104, syscall: 'read' }
  return Object.assign(new Error('read ECONNRESET'), reset)
}

/** What undici says of a connection that was closed too early. */
export function otherSideClosed(): BrokenCause {
  const error = new Error('other side closed')
  error.name = 'SocketError'
  return Object.assign(error, { code: 'UND_ERR_SOCKET' })
}

/** What `fetch` throws when there is no answer. */
export function fetchFailed(cause: Error): TypeError {
  return new TypeError('fetch failed', { cause })
}

/** What reading a body throws when the connection breaks in it. */
export function terminated(): TypeError {
  return new TypeError('terminated', { cause: otherSideClosed() })
}

/** Whether an error is a connection that a fault broke; then, what broke it. */
export function brokenCause(error: unknown): BrokenCause | undefined {
  if (!(error instanceof TypeError)) return undefined
  if (error.message !== 'fetch failed' && error.message !== 'terminated') return undefined
  return error.cause as BrokenCause
}
