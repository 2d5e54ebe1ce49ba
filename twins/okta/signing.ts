import {
  checkPrimeSync,
  createHash,
  createHmac,
  createPrivateKey,
  sign,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto'
import type { Rows } from '../../engine/rows.ts'
import type { World } from '../../engine/world.ts'
import { signingKeys } from './state.ts'

/** The key of an authorization server. */
export interface SigningKey {
  kid: string
  /** What `/v1/keys` tells of it. */
  publicJwk: { kty: 'RSA'; n: string; e: string }
  key: KeyObject
}

const exponent = 65_537n
const primeBits = 1024
const known = new Map<string, SigningKey>()
/** Keys that are held at once; one takes a good part of a second to make. */
const KEYS_MAX = 16

/** The key of the default authorization server: the same in all worlds of one base. */
export function signingKeyOf(world: World, rows: Rows): SigningKey {
  const seed = rows.get(signingKeys, 'default')?.seed ?? world.seed
  let found = known.get(seed)
  if (found === undefined) {
    if (known.size >= KEYS_MAX) known.clear()
    known.set(seed, (found = makeKey(seed)))
  }
  return found
}

/** A JWT (RFC 7519) signed with RS256, whose signatures hold no chance: RSASSA-PKCS1-v1_5 (RFC 8017, 8.2). */
export function signJwt({ kid, key }: SigningKey, claims: object): string {
  const head = [{ kid, alg: 'RS256' }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  )
  const said = head.join('.')
  return `${said}.${sign('sha256', Buffer.from(said), key).toString('base64url')}`
}

/** An RSA key of 2048 bits that follows from a text. It keeps no secret: whoever knows the seed has it. */
function makeKey(seed: string): SigningKey {
  const [p, q] = [findPrime(`${seed}/p`), findPrime(`${seed}/q`)]
  const d = inverse(exponent, (p - 1n) * (q - 1n))
  const publicJwk = { kty: 'RSA', n: encode(p * q), e: encode(exponent) } as const
  const jwk: JsonWebKey = {
    ...publicJwk,
    d: encode(d),
    p: encode(p),
    q: encode(q),
    dp: encode(d % (p - 1n)),
    dq: encode(d % (q - 1n)),
    qi: encode(inverse(q, p)),
  }
  // RFC 7638: the required members in the order of their names.
  const { e, kty, n } = publicJwk
  const kid = createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url')
  return { kid, publicJwk, key: createPrivateKey({ key: jwk, format: 'jwk' }) }
}

const small = [3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n, 41n, 43n, 47n, 53n, 59n, 61n]

/** The first prime after a number that follows from a text, for which the exponent has an inverse. */
function findPrime(seed: string): bigint {
  let hex = ''
  for (let i = 0; hex.length < primeBits / 4; i++) {
    hex += createHmac('sha256', seed).update(String(i)).digest('hex')
  }
  // The two highest bits, so that the product has all of its 2048; the lowest, since it is odd.
  const high = 3n << BigInt(primeBits - 2)
  let candidate = BigInt(`0x${hex}`) | high | 1n
  while (!fits(candidate)) candidate += 2n
  return candidate
}

function fits(candidate: bigint): boolean {
  if (small.some((one) => candidate % one === 0n) || candidate % exponent === 1n) return false
  return checkPrimeSync(candidate)
}

/** `a⁻¹ mod m`, by the extended algorithm of Euclid. */
function inverse(a: bigint, m: bigint): bigint {
  let [r, next] = [m, a % m]
  let [t, nextT] = [0n, 1n]
  while (next !== 0n) {
    const times = r / next
    ;[r, next] = [next, r - times * next]
    ;[t, nextT] = [nextT, t - times * nextT]
  }
  return t < 0n ? t + m : t
}

function encode(number: bigint): string {
  const hex = number.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex').toString('base64url')
}
