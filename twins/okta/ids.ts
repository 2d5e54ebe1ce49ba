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

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** 32 hexadecimal digits, as request ids have. */
export function newHex32(world: World): string {
  return hex(world.bits()) + hex(world.bits()) + hex(world.bits()) + hex(world.bits())
}

function hex(bits: number): string {
  return (
    hexBytes[bits >>> 24]! +
    hexBytes[(bits >>> 16) & 255]! +
    hexBytes[(bits >>> 8) & 255]! +
    hexBytes[bits & 255]!
  )
}

/** An event's uuid: version 1 in form, as the System Log's are. */
export function newEventId(world: World): string {
  const text = newHex32(world)
  return `${text.slice(0, 8)}-${text.slice(8, 12)}-11f1-${text.slice(12, 16)}-${text.slice(16, 28)}`
}

/** So many characters of `[A-Za-z0-9]`: tokens in links, and what follows `oae` and `102`. */
export function newToken(world: World, length: number): string {
  let text = ''
  while (text.length < length) text += chars(world.bits())
  return text.slice(0, length)
}
