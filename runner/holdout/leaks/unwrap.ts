import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib'

/** Bytes as they are, or as they come out of what they are wrapped in. */
export interface Unwrapped {
  bytes: Buffer
  /** Such as `base64 of gzip`; `plain` as they are. */
  form: string
  /** Where in the outermost bytes it begins. */
  at: number
}

const depthMax = 3
const outputBytesMax = 16 * 1024 * 1024
const partsMax = 400

/**
 * What a file holds, in every form that can be told by its look: as it is, in base64 (both alphabets)
 * or hex, compressed (gzip, zlib, members of a zip, a whole file of brotli), in UTF-16, and these
 * within each other. Bounded: 16 MB and 400 parts of one file.
 */
export function unwrap(bytes: Buffer): Unwrapped[] {
  const found: Unwrapped[] = [{ bytes, form: 'plain', at: 0 }]
  let left = outputBytesMax
  let layer = found
  for (let depth = 0; depth < depthMax; depth++) {
    const next: Unwrapped[] = []
    for (const outer of layer) {
      for (const { bytes: inner, form, at } of innerOf(outer.bytes, outer.form, left)) {
        left -= inner.length
        if (left < 0 || found.length + next.length >= partsMax) return [...found, ...next]
        const whole = outer.form === 'plain' ? form : `${outer.form} of ${form}`
        next.push({ bytes: inner, form: whole, at: outer.form === 'plain' ? at : outer.at })
      }
    }
    found.push(...next)
    layer = next
  }
  return found
}

interface Inner {
  bytes: Buffer
  form: string
  at: number
}

function* innerOf(bytes: Buffer, form: string, left: number): Generator<Inner> {
  yield* decompressed(bytes, form, left)
  // What comes out of base64 at a wrong offset is noise.
  const text = bytes.toString('latin1')
  for (const { 0: run, index } of text.matchAll(/[A-Za-z0-9+/_-]{24,}/g)) {
    if (/^[0-9a-fA-F]+$/.test(run)) {
      yield { bytes: Buffer.from(run.slice(0, run.length & ~1), 'hex'), form: 'hex', at: index }
      continue
    }
    // A run of letters may begin with what does not belong to it.
    for (let skip = 0; skip < 4; skip++) {
      const decoded = Buffer.from(run.slice(skip), 'base64')
      if (!isNoise(decoded)) yield { bytes: decoded, form: 'base64', at: index }
      if (form !== 'plain') break
    }
  }
  const isWide = bytes.subarray(0, 200).filter((byte) => byte === 0).length > 60
  if (isWide) {
    const narrow = bytes.toString('latin1').replaceAll('\0', '')
    yield { bytes: Buffer.from(narrow, 'latin1'), form: 'UTF-16', at: 0 }
  }
}

function* decompressed(bytes: Buffer, form: string, left: number): Generator<Inner> {
  const maxOutputLength = Math.max(1, left)
  const attempt = (open: () => Buffer, form: string, at: number): Inner[] => {
    try {
      const out = open()
      return out.length === 0 ? [] : [{ bytes: out, form, at }]
    } catch {
      return []
    }
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    yield* attempt(() => gunzipSync(bytes, { maxOutputLength }), 'gzip', 0)
  } else if (bytes[0] === 0x78 && ((bytes[0] << 8) | bytes[1]!) % 31 === 0) {
    yield* attempt(() => inflateSync(bytes, { maxOutputLength }), 'zlib', 0)
  } else if (form !== 'plain' || !isText(bytes)) {
    // Brotli has no mark of its own: text is not tried.
    if (bytes.length < 1_000_000) {
      yield* attempt(() => brotliDecompressSync(bytes, { maxOutputLength }), 'brotli', 0)
    }
  }
  for (let at = bytes.indexOf(zipMark); at >= 0; at = bytes.indexOf(zipMark, at + 4)) {
    if (at + 30 > bytes.length) return
    const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28)
    const size = bytes.readUInt32LE(at + 18) || bytes.length
    const member = bytes.subarray(start, start + size)
    if (bytes.readUInt16LE(at + 8) === 0) continue
    yield* attempt(() => inflateRawSync(member, { maxOutputLength }), 'zip', at)
  }
}

/** Whether decoded bytes are neither text nor packed: then they were a path, or a name in a program. */
function isNoise(bytes: Buffer): boolean {
  const isPacked = (bytes[0] === 0x1f && bytes[1] === 0x8b) || bytes[0] === 0x78
  if (isPacked || bytes.length >= 256) return false
  let odd = 0
  for (const byte of bytes) if (byte > 126 || (byte < 32 && byte !== 10)) odd++
  return odd > bytes.length * 0.15
}

/** Whether bytes are UTF-8 without control signs, as sources are. */
function isText(bytes: Buffer): boolean {
  const begin = bytes.subarray(0, 4096)
  return !/[\x00-\x08\x0e-\x1f\ufffd]/.test(begin.toString().slice(0, -4))
}

const zipMark = Buffer.from('PK\x03\x04', 'latin1')
