import { createHmac } from 'node:crypto'
import { faker } from '@faker-js/faker/locale/en'

/** Mailboxes that are nobody's. */
const roles =
  /^(?:admin|administrator|abuse|billing|contact|help|hello|info|it|mail|noreply|no-reply|notifications?|postmaster|root|sales|security|service|support|system|team|webmaster|me|bot)$/i
const reserved = /(?:^|\.)(?:example|test|invalid|localhost|example\.(?:com|org|net))$/i

/**
 * Turns values into other ones of their kind. Each is a function of the salt and the value alone,
 * so the same person becomes the same other person in every place and every file.
 */
export class Disguise {
  readonly #salt: string
  readonly #known = new Map<string, string>()

  constructor(salt: string) {
    this.#salt = salt
  }

  /** A secret's stand-in: tells two secrets apart, and nothing else about them. */
  secret(value: string): string {
    return `REDACTED-${this.#digest('secret', value).toString('hex').slice(0, 10)}`
  }

  /** An id's or key's stand-in: other characters of the same kinds, so that its format is kept. */
  sameShape(value: string): string {
    return this.#once('shape', value, () => {
      const isHexadecimal = /^(?:[0-9a-f-]+|[0-9A-F-]+)$/.test(value) && /[a-f]/i.test(value)
      const kept = isHexadecimal ? 0 : prefixLengthOf(value)
      const isUuid = isHexadecimal && value.length === 36
      const bytes = this.#stream('shape', value, value.length)
      const characters = [...value].map((character, at) => {
        // A UUID's version and variant are its format.
        if (at < kept || (isUuid && (at === 14 || at === 19))) return character
        return otherOf(character, bytes[at % bytes.length]!, isHexadecimal)
      })
      return characters.join('')
    })
  }

  firstName(value: string): string {
    return this.#word('first', value, () => faker.person.firstName())
  }

  /** Also `van Beethoven` and `King Lovelace`: word by word, particles as they are. */
  lastName(value: string): string {
    return value.replace(/[^\s]+/gu, (word) => {
      if (/^(?:van|von|der|den|de|da|di|du|la|le|el|al|bin|ibn|zu|y)$/.test(word)) return word
      return this.#word('last', word, () => faker.person.lastName())
    })
  }

  /** `ada.lovelace` goes with Ada Lovelace; three digits keep two people from becoming one. */
  handle(value: string): string {
    return roles.test(value) ? value : this.#once('handle', value, () => this.#handle(value))
  }

  #handle(value: string): string {
    // `john.doe-gray` has a last name with a hyphen; `ada-lovelace` has two names.
    const word = /[._+]/.test(value) ? /\p{L}(?:[\p{L}-]*\p{L})?|\d+/gu : /\p{L}+|\d+/gu
    const words = value.match(word)?.filter((part) => !/\d/.test(part)) ?? []
    let index = 0
    const named = value.replace(word, (part) => {
      if (/\d/.test(part)) return this.digits(part)
      index++
      return index > 1 && index === words.length ? this.lastName(part) : this.firstName(part)
    })
    const number = this.#digest('handle', value.toLowerCase()).readUInt16BE() % 1000
    return `${named.replace(/[^\p{L}\d._+-]/gu, '')}${String(number).padStart(3, '0')}`
  }

  /** Always at a domain that no mail reaches (RFC 2606). */
  email(local: string, domain: string): string {
    return `${this.handle(local)}@${this.domain(domain)}`
  }

  domain(value: string): string {
    const name = value.toLowerCase()
    if (reserved.test(name)) return value
    return this.#once('domain', name, () => {
      const digest = this.#digest('domain', name)
      faker.seed([...digest.subarray(0, 8)])
      const word = faker.word
        .noun()
        .toLowerCase()
        .replace(/[^a-z]/g, '')
      return `${word}${digest.readUInt16BE(8) % 1000}.example`
    })
  }

  /** Phone numbers and the like: other digits and letters, everything else as it is. */
  digits(value: string): string {
    const bytes = this.#stream('digits', value, value.length)
    return value.replace(/[0-9A-Za-z]/g, (character, at: number) => otherOf(character, bytes[at]!))
  }

  street(value: string): string {
    return this.#once('street', value, () => {
      faker.seed([...this.#digest('street', value).subarray(0, 8)])
      return faker.location.streetAddress()
    })
  }

  /** A day between 1950 and 2004, in the same form. */
  birthday(value: string): string {
    const digest = this.#digest('birthday', value)
    const dayMs = 86_400_000
    const day = new Date(-7_305 * dayMs + (digest.readUInt16BE() % 20_000) * dayMs)
    const iso = day.toISOString().slice(0, 10)
    return /^\d{4}-\d\d-\d\d/.test(value) ? iso + value.slice(10) : this.digits(value)
  }

  /** From the ranges that are kept for documents and benchmarks (RFC 2544, RFC 3849). */
  address(value: string): string {
    return value.replace(/\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+/gi, (address) => {
      const digest = this.#digest('address', address.toLowerCase())
      if (!address.includes(':')) return `198.${18 + (digest[0]! & 1)}.${digest[1]}.${digest[2]}`
      return `2001:db8::${digest.toString('hex', 0, 2)}:${digest.toString('hex', 2, 4)}`
    })
  }

  #word(kind: string, value: string, make: () => string): string {
    const plain = value.normalize('NFC').toLowerCase()
    const other = this.#once(kind, plain, () => {
      faker.seed([...this.#digest(kind, plain).subarray(0, 8)])
      return make()
    })
    // In the case that it came in: ada, ADA, Ada.
    if (value === plain) return other.toLowerCase()
    return value.length > 1 && value === value.toUpperCase() ? other.toUpperCase() : other
  }

  #once(kind: string, value: string, make: () => string): string {
    const key = `${kind}\0${value}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    // It can all be worked out again.
    if (this.#known.size > 50_000) this.#known.clear()
    const made = make()
    this.#known.set(key, made)
    return made
  }

  #digest(kind: string, value: string): Buffer {
    return createHmac('sha256', this.#salt).update(`${kind}\0${value}`).digest()
  }

  #stream(kind: string, value: string, length: number): Buffer {
    const blocks = [this.#digest(kind, value)]
    while (blocks.length * 32 < length) blocks.push(this.#digest(`${kind}${blocks.length}`, value))
    return Buffer.concat(blocks)
  }
}

/** What tells the kind of thing an id is for: `cus_`, `00u`. */
function prefixLengthOf(value: string): number {
  const named = /^[A-Za-z]{2,8}[_-]/.exec(value)?.[0].length
  return named ?? Math.min(3, Math.floor(value.length / 5))
}

function otherOf(character: string, byte: number, isHexadecimal = false): string {
  const digits = '0123456789'
  const letters = isHexadecimal ? 'abcdef' : 'abcdefghijklmnopqrstuvwxyz'
  const pick = (set: string) => set[byte % set.length]!
  if (/\d/.test(character)) return pick(digits)
  if (/[a-z]/.test(character)) return pick(letters)
  return /[A-Z]/.test(character) ? pick(letters).toUpperCase() : character
}
