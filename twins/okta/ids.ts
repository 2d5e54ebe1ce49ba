import type { World } from '../../engine/world.ts'

/** Every id of an org ends alike. */
const orgSuffix = '5d7'
// `14am8` in base 36: five digits from here on, for 58 million ids.
const firstNumber = 1_880_000
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * An id of 20 characters: prefix, a part that grows with every id, chance, the org's suffix. It
 * grows as the real ones do, so that lists in the order of ids are in the order of creation, and a
 * cursor means a place even when its row is gone.
 */
export function newId(world: World, prefix: string): string {
  const grown = world.nextNumber('okta.ids', firstNumber).toString(36)
  return prefix + grown + chars(world.bits()) + chars(world.bits()).slice(0, 4) + orgSuffix
}

/** Five characters out of 32 random bits; 62⁵ is a little less than 2³⁰. */
function chars(bits: number): string {
  let rest = bits
  let text = ''
  for (let i = 0; i < 5; i++) {
    text += base62[rest % 62]
    rest = Math.floor(rest / 62)
  }
  return text
}

// Text out of one buffer is flat; text put together from pieces is a tree that the journal would keep.
const scratch = Buffer.alloc(16)

/** 32 hexadecimal digits, as request ids have. */
export function newHex32(world: World): string {
  for (let at = 0; at < 16; at += 4) scratch.writeUInt32LE(world.bits(), at)
  return scratch.toString('hex')
}

const uuid = Buffer.from('00000000-0000-11f1-0000-000000000000', 'latin1')
const uuidDigits = [...uuid.keys()].filter((at) => (at < 14 || at > 17) && uuid[at] === 48)
const hexDigits = Buffer.from('0123456789abcdef', 'latin1')

/** An event's uuid: version 1 in form, as the System Log's are. */
export function newEventId(world: World): string {
  let bits = 0
  for (let i = 0; i < uuidDigits.length; i++) {
    if (i % 8 === 0) bits = world.bits()
    uuid[uuidDigits[i]!] = hexDigits[bits & 15]!
    bits >>>= 4
  }
  return uuid.toString('latin1')
}

/** So many characters of `[A-Za-z0-9]`: tokens in links, and what follows `oae` and `102`. */
export function newToken(world: World, length: number): string {
  let text = ''
  while (text.length < length) text += chars(world.bits())
  return text.slice(0, length)
}
