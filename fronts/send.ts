import type { ServerResponse } from 'node:http'
import type { Transport } from '../engine/call.ts'
import type { WireReply } from '../engine/wire.ts'
import { compress, isCompressible, pickEncoding } from './compress.ts'
import { isBodiless } from './finish.ts'
import { sendSlowly, sendTruncated } from './trouble.ts'

/** How replies are written to a socket. */
export interface SendOptions {
  /** Bodies from this size on are packed when the caller accepts it; never when undefined. */
  compressFromBytes: number | undefined
}

/** Writes a reply to Node's response and carries out what goes wrong on the way. */
export function send(
  response: ServerResponse,
  wire: WireReply,
  transport: Transport | undefined,
  options: SendOptions,
): void {
  if (transport === undefined) return write(response, wire, undefined, options)
  if (transport.delayMs === undefined) return write(response, wire, transport, options)
  const timer = setTimeout(() => write(response, wire, transport, options), transport.delayMs)
  response.once('close', () => clearTimeout(timer))
}

function write(
  response: ServerResponse,
  wire: WireReply,
  transport: Transport | undefined,
  options: SendOptions,
): void {
  if (response.destroyed) return
  if (transport?.lost) {
    response.destroy()
    return
  }
  const { body } = wire
  const { compressFromBytes } = options
  const isLong =
    compressFromBytes !== undefined && body !== undefined && body.length > compressFromBytes
  if (
    !isLong ||
    wire.headers['content-encoding'] !== undefined ||
    !isCompressible(wire.headers['content-type'])
  ) {
    writePlain(response, wire, transport)
    return
  }
  const headers = { ...wire.headers, vary: withVary(wire.headers['vary']) }
  const encoding = pickEncoding(response.req.headers['accept-encoding'] as string | undefined)
  if (encoding === undefined) writePlain(response, { ...wire, headers }, transport)
  else void writePacked(response, { ...wire, headers }, transport, encoding)
}

async function writePacked(
  response: ServerResponse,
  wire: WireReply,
  transport: Transport | undefined,
  encoding: 'gzip' | 'br',
): Promise<void> {
  const body = await compress(wire.body!, encoding)
  if (response.destroyed) return
  const headers = { ...wire.headers, 'content-encoding': encoding }
  writePlain(response, { ...wire, headers, body }, transport)
}

function writePlain(
  response: ServerResponse,
  { status, headers, body }: WireReply,
  transport: Transport | undefined,
): void {
  const length = lengthOf(body)
  response.writeHead(status, flatHeaders(headers, status, length))
  if (body === undefined || isBodiless(status) || response.req.method === 'HEAD') response.end()
  else if (transport?.truncateAtByte !== undefined)
    sendTruncated(response, body, transport.truncateAtByte)
  else if (transport?.bytesPerSecond !== undefined)
    sendSlowly(response, body, transport.bytesPerSecond)
  // As many bytes as characters is ASCII, and Node writes one-byte text faster than UTF-8.
  else if (typeof body === 'string' && length === body.length) response.end(body, 'latin1')
  else response.end(body)
}

/** Names and values in turn: the form that Node writes fastest. The length is that of the body, even where HEAD leaves it out. */
function flatHeaders(headers: WireReply['headers'], status: number, length: number): string[] {
  const flat: string[] = []
  for (const name in headers) {
    const value = headers[name]!
    if (typeof value === 'string') flat.push(name, value)
    else for (const one of value) flat.push(name, one)
  }
  if (!isBodiless(status)) flat.push('content-length', String(length))
  return flat
}

function lengthOf(body: WireReply['body']): number {
  if (body === undefined) return 0
  return typeof body === 'string' ? Buffer.byteLength(body) : body.length
}

function withVary(vary: string | string[] | undefined): string {
  const has = vary === undefined ? '' : String(vary)
  if (/accept-encoding|\*/i.test(has)) return has
  return has === '' ? 'Accept-Encoding' : `${has}, Accept-Encoding`
}
