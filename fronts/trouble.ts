import type { ServerResponse } from 'node:http'

/** A body that is sent slowly is cut off after so long, so that no trial hangs for good. */
export const slowMsMax = 120_000

/** Sends the beginning of a body whose whole length was announced, then cuts the connection. */
export function sendTruncated(
  response: ServerResponse,
  body: Uint8Array | string,
  atByte: number,
): void {
  const bytes = bytesOf(body).subarray(0, atByte)
  // Without a flush of its own the head would wait for a first byte that never comes.
  response.flushHeaders()
  response.write(bytes.length === 0 ? '' : bytes, () => response.destroy())
  if (bytes.length === 0) setImmediate(() => response.destroy())
}

/** Sends a body at a speed, in ten steps a second. */
export function sendSlowly(
  response: ServerResponse,
  body: Uint8Array | string,
  bytesPerSecond: number,
): void {
  const bytes = bytesOf(body)
  const stepMs = bytesPerSecond >= 10 ? 100 : 1000 / Math.max(bytesPerSecond, 0.01)
  const stepBytes = Math.max(1, Math.round((bytesPerSecond * stepMs) / 1000))
  let sent = 0
  let passedMs = 0
  response.flushHeaders()
  const timer = setInterval(() => {
    passedMs += stepMs
    if (passedMs > slowMsMax) return void response.destroy()
    const part = bytes.subarray(sent, (sent += stepBytes))
    if (sent < bytes.length) response.write(part)
    else response.end(part)
  }, stepMs)
  response.once('close', () => clearInterval(timer))
}

function bytesOf(body: Uint8Array | string): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body
}
