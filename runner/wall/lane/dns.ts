/** One question of a DNS message (RFC 1035). */
export interface Question {
  /** In lower case, without the last dot; empty for the root. */
  name: string
  type: number
  /** The question's own bytes, to be sent back. */
  bytes: Buffer
}

/** Types of records that are answered. */
export const recordTypes = { a: 1, ptr: 12 } as const

/** What is said to a question. */
export interface Answer {
  /** 0 is well, 3 no such name. */
  code: 0 | 3
  /** An IPv4 address; without one the answer is empty. */
  address?: string
}

const HEADER_BYTES = 12
const TTL_SECONDS = 30

/** Reads the one question of a query; undefined when it is none. */
export function readQuery(message: Buffer): Question | undefined {
  if (message.length < HEADER_BYTES + 5 || (message[2]! & 0x80) !== 0) return undefined
  if (message.readUInt16BE(4) !== 1) return undefined
  const labels: string[] = []
  let place = HEADER_BYTES
  for (;;) {
    const length = message[place]
    if (length === undefined || length > 63) return undefined
    place += 1
    if (length === 0) break
    if (place + length > message.length) return undefined
    labels.push(message.subarray(place, place + length).toString('latin1'))
    place += length
  }
  if (place + 4 > message.length) return undefined
  return {
    name: labels.join('.').toLowerCase(),
    type: message.readUInt16BE(place),
    bytes: message.subarray(HEADER_BYTES, place + 4),
  }
}

/** Writes the reply to a query. */
export function writeAnswer(query: Buffer, question: Question, { code, address }: Answer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  query.copy(header, 0, 0, 2)
  // A response, recursion desired as it was, recursion available.
  header[2] = 0x80 | (query[2]! & 0x01)
  header[3] = 0x80 | code
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(address === undefined ? 0 : 1, 6)
  if (address === undefined) return Buffer.concat([header, question.bytes])
  const record = Buffer.alloc(16)
  // The name stands in the question, at byte 12.
  record.writeUInt16BE(0xc00c, 0)
  record.writeUInt16BE(recordTypes.a, 2)
  record.writeUInt16BE(1, 4)
  record.writeUInt32BE(TTL_SECONDS, 6)
  record.writeUInt16BE(4, 10)
  for (const [i, part] of address.split('.').entries()) record[12 + i] = Number(part)
  return Buffer.concat([header, question.bytes, record])
}
