import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Transport } from '../engine/call.ts'
import type { WireReply } from '../engine/wire.ts'
import type { World } from '../engine/world.ts'
import { compress, isCompressible, pickEncoding } from './compress.ts'
import { isBodiless } from './finish.ts'
import { breakConnection, sendDrip, sendMismatched, sendSlowly, sendTruncated } from './trouble.ts'

/** How replies are written to a socket. */
export interface SendOptions {
  /** Bodies from this size on are packed when the caller accepts it; never when undefined. */
  compressFromBytes: number | undefined
}

/** Writes a reply to Node's response and carries out what goes wrong on the way. A `world` is told when its caller has been kept waiting. */
export function send(
  response: ServerResponse,
  wire: WireReply,
  transport: Transport | undefined,
  options: SendOptions,
  world?: World,
): void {
  if (transport === undefined) return write(response, wire, undefined, options)
  const { delayMs } = transport
  if (delayMs === undefined) return write(response, wire, transport, options)
  const at = world?.now() ?? 0
  const timer = setTimeout(() => {
    world?.onHeld?.(delayMs, at)
    write(response, wire, transport, options)
  }, delayMs)
  response.once('close', () => clearTimeout(timer))
}

function write(
  response: ServerResponse,
  wire: WireReply,
  transport: Transport | undefined,
  options: SendOptions,
): void {
  if (response.destroyed) return
  if (transport?.lost) return breakConnection(response, transport)
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
  const isEmpty = body === undefined || isBodiless(status) || response.req.method === 'HEAD'
  if (transport !== undefined && (!isEmpty || transport.dripMs !== undefined)) {
    writeTroubled(response, { status, headers, body: isEmpty ? '' : body }, transport)
    return
  }
  response.writeHead(status, flatHeaders(headers, status, length))
  if (isEmpty) response.end()
  // As many bytes as characters is ASCII, and Node writes one-byte text faster than UTF-8.
  else if (typeof body === 'string' && length === body.length) response.end(body, 'latin1')
  else response.end(body)
}

function writeTroubled(
  response: ServerResponse,
  { status, headers, body }: WireReply & { body: Uint8Array | string },
  { truncateAtByte, lengthOff = 0, bytesPerSecond, dripMs }: Transport,
): void {
  const length = Math.max(0, lengthOf(body) + lengthOff)
  const lines = flatHeaders(headers, status, length)
  if (dripMs !== undefined) {
    const answer = Buffer.concat([headOf(status, lines), Buffer.from(body)])
    sendDrip(response, answer, { bytesPerSecond: bytesPerSecond!, holdMs: dripMs })
    return
  }
  response.writeHead(status, lines)
  if (truncateAtByte !== undefined) sendTruncated(response, body, truncateAtByte)
  else if (lengthOff !== 0) sendMismatched(response, body)
  else if (bytesPerSecond !== undefined) sendSlowly(response, body, bytesPerSecond)
  else response.end(body)
}

/** The head of an answer as bytes, where Node can't be asked to write it. */
function headOf(status: number, lines: readonly string[]): Buffer {
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n`
  for (let i = 0; i < lines.length; i += 2) head += `${lines[i]}: ${lines[i + 1]}\r\n`
  return Buffer.from(`${head}\r\n`, 'latin1')
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
