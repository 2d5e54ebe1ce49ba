import type { SealedCase } from '../seal/sealed-case.ts'

/** A case's own random digits, found in bytes where they can't be by accident. */
export interface SecretFound {
  case: string
  what: 'canary' | 'salt'
  /** `reversed`, `split`, `raw`; empty as they are. */
  form: string
  /** Of the first digit, in the bytes. */
  at: number
}

/** So many hex digits in a row (48 bits) are no accident: one in 10^8 over a gigabyte of hex and 40 cases. */
const digits = 12

/** Finds canaries and salts of cases, or parts of 12 hex digits of them: whole, reversed, split by other signs, or as raw bytes. */
export class SecretFinder {
  readonly #parts = new Map<string, Pick<SecretFound, 'case' | 'what' | 'form'>>()
  readonly #raw = new Map<number, { bytes: Buffer; found: Omit<SecretFound, 'at'> }[]>()
  /** Which two bytes any raw secret begins with: nearly every place in a file is passed by this alone. */
  readonly #begins = new Uint8Array(65536)

  constructor(cases: readonly Pick<SealedCase, 'id' | 'canary' | 'salt'>[]) {
    for (const { id, canary, salt } of cases) {
      this.#add(id, 'canary', /[0-9a-f]+$/.exec(canary)?.[0] ?? '')
      this.#add(id, 'salt', salt)
    }
  }

  /** One finding at most for each case and kind. */
  find(bytes: Buffer): SecretFound[] {
    const found = new Map<string, SecretFound>()
    const keep = (one: SecretFound): void => {
      const key = `${one.case} ${one.what}`
      if (!found.has(key)) found.set(key, one)
    }
    const text = bytes.toString('latin1').toLowerCase()
    for (const { 0: run, index } of text.matchAll(/[0-9a-f]{12,}/g)) {
      for (const one of this.#within(run, index)) keep(one)
    }
    const kept = text.replaceAll(/[^0-9a-z]+/g, '')
    for (const { 0: run, index } of kept.matchAll(/[0-9a-f]{12,}/g)) {
      for (const one of this.#within(run, index)) {
        keep({
          ...one,
          at: placeOf(text, one.at),
          form: one.form === '' ? 'split' : `split ${one.form}`,
        })
      }
    }
    for (const one of this.#rawIn(bytes)) keep(one)
    return [...found.values()]
  }

  *#within(run: string, index: number): Generator<SecretFound> {
    for (let i = 0; i + digits <= run.length; i++) {
      const part = this.#parts.get(run.slice(i, i + digits))
      if (part !== undefined) yield { ...part, at: index + i }
    }
  }

  *#rawIn(bytes: Buffer): Generator<SecretFound> {
    for (let at = 0; at + 8 <= bytes.length; at++) {
      if (this.#begins[(bytes[at]! << 8) | bytes[at + 1]!] === 0) continue
      for (const { bytes: secret, found } of this.#raw.get(bytes.readUInt32BE(at)) ?? []) {
        if (bytes.subarray(at, at + secret.length).equals(secret)) yield { ...found, at }
      }
    }
  }

  #add(id: string, what: SecretFound['what'], hex: string): void {
    const backwards = [...hex].reverse().join('')
    for (const [word, form] of [
      [hex, ''],
      [backwards, 'reversed'],
    ] as const) {
      for (let i = 0; i + digits <= word.length; i++) {
        this.#parts.set(word.slice(i, i + digits), { case: id, what, form })
      }
    }
    const raw = Buffer.from(hex, 'hex').subarray(0, 8)
    for (const [secret, form] of [
      [raw, 'raw'],
      [Buffer.from(hex, 'hex').reverse().subarray(0, 8), 'raw reversed'],
    ] as const) {
      if (secret.length < 8) continue
      this.#begins[(secret[0]! << 8) | secret[1]!] = 1
      const key = secret.readUInt32BE(0)
      const same = this.#raw.get(key) ?? []
      this.#raw.set(key, [...same, { bytes: secret, found: { case: id, what, form } }])
    }
  }
}

/** Where the n-th letter or digit of a text stands: what stands between parts of a split word was left out. */
function placeOf(text: string, n: number): number {
  let left = n
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const isKept = (code >= 48 && code <= 57) || (code >= 97 && code <= 122)
    if (isKept && left-- === 0) return i
  }
  return 0
}
