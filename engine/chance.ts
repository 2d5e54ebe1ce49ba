/**
 * Seeded chance: sfc32 (Chris Doty-Humphrey's PractRand), seeded from a string by cyrb128. Ten
 * lines instead of a dependency, because its whole state is four numbers that a snapshot can hold.
 */
export interface Chance {
  a: number
  b: number
  c: number
  d: number
}

/** A stream of chance that depends on the seed alone. */
export function createChance(seed: string): Chance {
  let [a, b, c, d] = [1779033703, 3144134277, 1013904242, 2773480762]
  for (let i = 0; i < seed.length; i++) {
    const k = seed.charCodeAt(i)
    a = b ^ Math.imul(a ^ k, 597399067)
    b = c ^ Math.imul(b ^ k, 2869860233)
    c = d ^ Math.imul(c ^ k, 951274213)
    d = a ^ Math.imul(d ^ k, 2716044179)
  }
  const chance = { a: a | 0, b: b | 0, c: c | 0, d: d | 0 }
  for (let i = 0; i < 12; i++) draw32(chance)
  return chance
}

/** The next 32 bits, as a whole number from 0. */
export function draw32(chance: Chance): number {
  const t = (((chance.a + chance.b) | 0) + chance.d) | 0
  chance.d = (chance.d + 1) | 0
  chance.a = chance.b ^ (chance.b >>> 9)
  chance.b = (chance.c + (chance.c << 3)) | 0
  chance.c = (chance.c << 21) | (chance.c >>> 11)
  chance.c = (chance.c + t) | 0
  return t >>> 0
}

/** A number from 0 (included) to 1 (excluded), with 53 random bits. */
export function drawFraction(chance: Chance): number {
  return ((draw32(chance) >>> 5) * 67108864 + (draw32(chance) >>> 6)) / 9007199254740992
}

export const alphabets = {
  digits: '0123456789',
  hex: '0123456789abcdef',
  upper: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
  lower: 'abcdefghijklmnopqrstuvwxyz0123456789',
  alphanumeric: 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789',
} as const

/** The look of an id: a prefix and so many characters of an alphabet. */
export interface IdFormat {
  prefix?: string
  length: number
  alphabet?: keyof typeof alphabets
}

/** Draws an id of the given look. */
export function drawId(chance: Chance, format: IdFormat): string {
  const alphabet = alphabets[format.alphabet ?? 'alphanumeric']
  let out = format.prefix ?? ''
  for (let i = 0; i < format.length; i++) {
    // Multiply-shift instead of modulo: no bias worth naming for alphabets this small.
    out += alphabet[Math.floor((draw32(chance) / 4294967296) * alphabet.length)]
  }
  return out
}

/** Draws a version-4 UUID (RFC 9562). */
export function drawUuid(chance: Chance): string {
  const hex = drawId(chance, { length: 32, alphabet: 'hex' })
  const variant = '89ab'[draw32(chance) & 3]!
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`
}
