import { promisify } from 'node:util'
import * as zlib from 'node:zlib'
import type { CapturedBody } from './capture.ts'

/** What a body says once unpacked: text, or bytes that are none. */
export interface DecodedBody {
  text?: string
  binary?: Buffer
  /** How many bytes it has, unpacked. */
  size: number
  note?: string
}

type Unpack = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

const inflate = promisify(zlib.inflate) as Unpack
const inflateRaw = promisify(zlib.inflateRaw) as Unpack
const unpackers: Readonly<Record<string, Unpack>> = {
  gzip: promisify(zlib.gunzip) as Unpack,
  'x-gzip': promisify(zlib.gunzip) as Unpack,
  br: promisify(zlib.brotliDecompress) as Unpack,
  zstd: promisify(zlib.zstdDecompress) as Unpack,
  // "deflate" means zlib's form; a few servers send the bare one.
  deflate: (bytes, options) => inflate(bytes, options).catch(() => inflateRaw(bytes, options)),
}

/** Unpacks a body and reads it as text where it is some. Never longer than `bytesMax`, whatever it claims. */
export async function decodeBody(
  body: CapturedBody,
  contentType: string,
  contentEncoding: string,
  bytesMax: number,
): Promise<DecodedBody> {
  if (body.dropped !== undefined) return { size: body.length, note: body.dropped }
  if (body.length === 0) return { text: '', size: 0 }
  let bytes = body.bytes
  const codings = contentEncoding.toLowerCase().split(',').map(trim).filter(isCoding)
  for (const coding of codings.reverse()) {
    const unpack = unpackers[coding]
    if (unpack === undefined) return unreadable(body, `it is packed as "${coding}"`)
    try {
      bytes = await unpack(bytes, { maxOutputLength: bytesMax })
    } catch (error) {
      const { code = 'unreadable' } = error as NodeJS.ErrnoException
      const isBomb = code === 'ERR_BUFFER_TOO_LARGE'
      return unreadable(
        body,
        isBomb ? `it unpacks to more than ${bytesMax} bytes` : `${coding} fails`,
      )
    }
  }
  const text = readText(bytes, contentType)
  return text === undefined ? { binary: bytes, size: bytes.length } : { text, size: bytes.length }
}

/** What can't be unpacked can't be cleaned either, and stays out. */
function unreadable(body: CapturedBody, why: string): DecodedBody {
  return { size: body.length, note: `The body is not kept: ${why}.` }
}

function readText(bytes: Buffer, contentType: string): string | undefined {
  if (/^(?:image\/(?!svg)|audio\/|video\/|font\/)/i.test(contentType)) return undefined
  const charset = /;\s*charset="?([\w-]+)/i.exec(contentType)?.[1]
  const isText = /^text\/|[/+](?:json|xml|yaml|javascript|x-www-form-urlencoded|graphql)\b/i
  try {
    const text = new TextDecoder(charset ?? 'utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    // Unlabelled bytes that happen to be UTF-8 are text as long as they hold no control characters.
    if (isText.test(contentType) || !/[\0-\x08\x0e-\x1f]/.test(text)) return text
    return undefined
  } catch {
    return undefined
  }
}

const trim = (text: string) => text.trim()
const isCoding = (coding: string) => coding !== '' && coding !== 'identity'
