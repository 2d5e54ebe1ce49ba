import type { ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Transport } from '../engine/call.ts'

/** A body that is sent slowly is cut off after so long, so that no trial hangs for good. */
export const slowMsMax = 120_000

/** Ends a connection without an answer, as the transport says: closed, reset, or silent for a while. */
export function breakConnection(response: ServerResponse, transport: Transport): void {
  if (transport.silentMs !== undefined) {
    const timer = setTimeout(() => response.destroy(), transport.silentMs)
    response.once('close', () => clearTimeout(timer))
  } else if (transport.reset === true || transport.refused === true) reset(response)
  else response.destroy()
}

/**
 * Resets the connection (RST). A server that has read a call can't refuse the connection any more: a
 * reset before any byte of an answer is as near as it gets (decisions/0012).
 */
function reset(response: ServerResponse): void {
  const { socket } = response
  // Below TLS lies the socket that can be reset; through a pipe that is none, closing must do.
  const below = (socket as { _parent?: unknown } | null)?._parent
  const raw = below instanceof Socket ? below : socket
  if (raw === null) response.destroy()
  else raw.resetAndDestroy()
}

/** Sends the beginning of a body whose whole length was announced, then cuts the connection. */
export function sendTruncated(
  response: ServerResponse,
  body: Uint8Array | string,
  atByte: number,
): void {
  const bytes = bytesOf(body).subarray(0, Math.max(1, atByte))
  response.write(bytes, () => response.destroy())
}

/** Sends a body whose announced length is wrong, and closes the connection behind it. */
export function sendMismatched(response: ServerResponse, body: Uint8Array | string): void {
  const { socket } = response
  response.end(body, () => socket?.end())
}

/** Sends a body at a speed, in ten steps a second. */
export function sendSlowly(
  response: ServerResponse,
  body: Uint8Array | string,
  bytesPerSecond: number,
): void {
  const parts = slowParts(bytesOf(body), bytesPerSecond)
  response.once('close', () => void parts.return(undefined))
  void (async () => {
    for await (const part of parts) {
      if (response.destroyed) return
      response.write(part)
    }
    response.end()
  })().catch(() => response.destroy())
}

/** Sends a whole answer at a speed, its head too; cuts it off after `holdMs`. */
export function sendDrip(
  response: ServerResponse,
  answer: Uint8Array,
  { bytesPerSecond, holdMs }: { bytesPerSecond: number; holdMs: number },
): void {
  const { socket } = response
  if (socket === null) return
  const parts = slowParts(answer, bytesPerSecond)
  const timer = setTimeout(() => socket.destroy(), holdMs)
  response.once('close', () => {
    clearTimeout(timer)
    void parts.return(undefined)
  })
  void (async () => {
    for await (const part of parts) {
      if (socket.destroyed) return
      socket.write(part)
    }
    socket.end()
  })().catch(() => socket.destroy())
}

/** The beginning of a body, then an error. */
export function truncatedBytes(
  bytes: Uint8Array,
  atByte: number,
  error: Error,
): ReadableStream<Uint8Array> {
  let begun = false
  return new ReadableStream({
    pull: (controller) => {
      if (begun) return controller.error(error)
      begun = true
      controller.enqueue(bytes.slice(0, Math.max(1, atByte)))
    },
  })
}

/** A body at a speed. */
export function slowBytes(bytes: Uint8Array, bytesPerSecond: number): ReadableStream<Uint8Array> {
  return ReadableStream.from(slowParts(bytes, bytesPerSecond))
}

/** Waits, unless the caller goes away first: then it rejects with the signal's reason. */
export function wait(ms: number, signal?: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const leave = (): void => {
      clearTimeout(timer)
      reject(signal!.reason as Error)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', leave)
      resolve()
    }, ms)
    signal?.addEventListener('abort', leave, { once: true })
  })
}

async function* slowParts(bytes: Uint8Array, bytesPerSecond: number): AsyncGenerator<Uint8Array> {
  const stepMs = bytesPerSecond >= 10 ? 100 : 1000 / Math.max(bytesPerSecond, 0.01)
  const stepBytes = Math.max(1, Math.round((bytesPerSecond * stepMs) / 1000))
  let passedMs = 0
  for (let sent = 0; sent < bytes.length; sent += stepBytes) {
    await wait(stepMs)
    passedMs += stepMs
    if (passedMs > slowMsMax) throw new Error(`a body was slower than ${slowMsMax} ms`)
    yield bytes.slice(sent, sent + stepBytes)
  }
}

function bytesOf(body: Uint8Array | string): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body
}
