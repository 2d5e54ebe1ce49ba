/** ASN.1 in its distinguished encoding (X.690): as much of it as a certificate needs. */

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectId: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
}

/** Things in an order. */
export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(tags.sequence, ...parts)
}

/** Things in no order; here always a single one, so that none is needed. */
export function setOf(part: Uint8Array): Buffer {
  return tagged(tags.set, part)
}

/** An object identifier, as `2.5.4.3`. */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tagged(tags.objectId, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** A whole number that is not negative, from its big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  // A first bit that is set would read as a minus sign.
  return tagged(tags.integer, Buffer.from((bytes[0] ?? 0) > 0x7f ? [0, ...bytes] : bytes))
}

/** `true`; `false` is always a default, and defaults are left out. */
export const yes = Buffer.from([tags.boolean, 1, 0xff])

/** Bytes. */
export function octets(bytes: Uint8Array): Buffer {
  return tagged(tags.octetString, bytes)
}

/** Bits; the last so many of the last byte are no part of it. */
export function bits(bytes: Uint8Array, unused = 0): Buffer {
  return tagged(tags.bitString, Buffer.from([unused]), bytes)
}

/** Text. */
export function text(value: string): Buffer {
  return tagged(tags.utf8String, Buffer.from(value))
}

/** A moment, to the second: in the short form until 2049, as RFC 5280 demands. */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14)
  if (digits < '2050') return tagged(tags.utcTime, Buffer.from(`${digits.slice(2)}Z`))
  return tagged(tags.generalizedTime, Buffer.from(`${digits}Z`))
}

/** One value under its tag. */
export function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag, ...lengthOf(body.length)]), body])
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length]
  if (length < 0x100) return [0x81, length]
  if (length < 0x10000) return [0x82, length >> 8, length & 0xff]
  throw new RangeError(`No certificate holds a part of ${length} bytes.`)
}

function base128(value: number): number[] {
  const digits = [value & 0x7f]
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80)
  return digits
}
