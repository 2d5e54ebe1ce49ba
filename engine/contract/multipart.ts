import { readHeaderParameters } from './media-type.ts'

/** One part of a multipart body. */
export interface Part {
  name: string
  filename?: string
  type?: string
  bytes: Uint8Array
}

const partsMax = 1000
const headerBytesMax = 16_384

/**
 * Splits multipart/form-data into its parts without copying or decoding their bytes; nothing when
 * the body does not have the form. A small parser of our own, since the libraries of the field are
 * streaming and asynchronous and a call is synchronous.
 */
export function readMultipart(bytes: Uint8Array, boundary: string): Part[] | undefined {
  if (boundary === '' || boundary.length > 200) return undefined
  const dash = new TextEncoder().encode(`--${boundary}`)
  const parts: Part[] = []
  let at = indexOf(bytes, dash, 0)
  while (at !== -1) {
    let start = at + dash.length
    if (bytes[start] === 45 && bytes[start + 1] === 45) return parts
    // Spaces may pad the line of a boundary.
    while (bytes[start] === 32 || bytes[start] === 9) start++
    if (bytes[start] !== 13 || bytes[start + 1] !== 10) return undefined
    const next = findBoundary(bytes, dash, start)
    if (next === -1 || parts.length === partsMax) return undefined
    const part = readPart(bytes.subarray(start + 2, next))
    if (!part) return undefined
    parts.push(part)
    at = next + 2
  }
  return undefined
}

/** Finds the line break before the next boundary. */
function findBoundary(bytes: Uint8Array, dash: Uint8Array, from: number): number {
  let at = from
  for (;;) {
    at = indexOf(bytes, dash, at)
    if (at === -1) return -1
    if (bytes[at - 2] === 13 && bytes[at - 1] === 10) return Math.max(at - 2, from)
    at += 1
  }
}

function readPart(bytes: Uint8Array): Part | undefined {
  const head = endOfHeaders(bytes)
  if (head === undefined) return undefined
  const lines = new TextDecoder().decode(bytes.subarray(0, head.end)).split('\r\n')
  let name: string | undefined
  let filename: string | undefined
  let type: string | undefined
  for (const line of lines) {
    const colon = line.indexOf(':')
    const header = line.slice(0, colon).trim().toLowerCase()
    const value = line.slice(colon + 1).trim()
    if (header === 'content-type') type = value
    if (header !== 'content-disposition') continue
    const parameters = readHeaderParameters(value)
    name = unescapeName(parameters['name'])
    filename = extendedName(parameters['filename*']) ?? unescapeName(parameters['filename'])
  }
  if (name === undefined) return undefined
  const part: Part = { name, bytes: bytes.subarray(head.next) }
  if (filename !== undefined) part.filename = filename
  if (type !== undefined) part.type = type
  return part
}

function endOfHeaders(bytes: Uint8Array): { end: number; next: number } | undefined {
  if (bytes[0] === 13 && bytes[1] === 10) return { end: 0, next: 2 }
  const max = Math.min(bytes.length - 3, headerBytesMax)
  for (let i = 0; i < max; i++)
    if (bytes[i] === 13 && bytes[i + 1] === 10 && bytes[i + 2] === 13 && bytes[i + 3] === 10)
      return { end: i, next: i + 4 }
  return undefined
}

/** Browsers write a quote in a name as %22 and line breaks as %0D%0A, and escape nothing else. */
function unescapeName(name: string | undefined): string | undefined {
  return name?.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n')
}

/** RFC 5987: `UTF-8''na%C3%AFve.txt`. */
function extendedName(text: string | undefined): string | undefined {
  const match = text === undefined ? null : /^utf-8'[^']*'(.*)$/i.exec(text)
  if (!match) return undefined
  try {
    return decodeURIComponent(match[1] as string)
  } catch {
    return undefined
  }
}

function indexOf(bytes: Uint8Array, needle: Uint8Array, from: number): number {
  const first = needle[0] as number
  let at = bytes.indexOf(first, from)
  while (at !== -1 && at + needle.length <= bytes.length) {
    let i = 1
    while (i < needle.length && bytes[at + i] === needle[i]) i++
    if (i === needle.length) return at
    at = bytes.indexOf(first, at + 1)
  }
  return -1
}
