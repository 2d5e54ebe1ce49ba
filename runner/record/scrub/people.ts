import type { Disguise } from './disguise.ts'
import { Known } from './known.ts'
import type { PersonalKind } from './names.ts'

/** Words that stand in name fields and in a thousand other places. */
const common = new Set(
  `admin agent anonymous api app april august bill bot chance client company customer default demo drew
   faith frank grace grant guest hope internal jack joy june manager mark max may member new null old
   owner rich robin rose service staff support system team test tester user will young`.split(
    /\s+/,
  ),
)

/** Replaces people, and remembers their names for the texts in which they are spoken of. */
export class People {
  /** Full names, e-mail addresses and ids: nothing else is likely to be spelled so. */
  readonly certain = new Known()
  /** First and last names alone: replaced in sentences only. */
  readonly words = new Known()
  /** Handles: replaced only where a person is meant. */
  readonly handles = new Known()
  readonly #lastNames = new Set<string>()
  readonly #disguise: Disguise
  /** Whether domains are replaced where they stand alone, too. */
  readonly #hosts: boolean
  readonly #counted = new Set<string>()

  constructor(disguise: Disguise, hosts: boolean) {
    this.#disguise = disguise
    this.#hosts = hosts
  }

  /** How many different people have been replaced, by their addresses, or handles where there are none. */
  get count(): number {
    return this.#counted.size
  }

  /** Replaces the value of a field that holds something personal. */
  replace(kind: PersonalKind, value: string): string {
    if (value.trim() === '') return value
    if (kind === 'handle') return this.handle(value)
    if (kind === 'full') return this.fullName(value)
    if (kind === 'first') return this.#name(value, this.#disguise.firstName(value))
    if (kind === 'last') {
      this.#lastNames.add(value.toLowerCase())
      return this.#name(value, this.#disguise.lastName(value))
    }
    // `"mobile": "iPhone"` is no number.
    if (kind === 'digits' && value.replace(/\D/g, '').length < 3) return value
    return this.#disguise[kind](value)
  }

  /** Replaces an address; `at` is how it writes the @. */
  email(text: string): string {
    const [, local = '', at = '@', domain = ''] = /^(.*?)(@|%40)(.*)$/u.exec(text) ?? []
    this.#counted.add(`${local}@${domain}`.toLowerCase())
    if (this.#hosts) this.certain.add(domain, this.#disguise.domain(domain))
    return this.#disguise.email(local, domain).replace('@', at)
  }

  /** Replaces a handle, which may be an address. */
  handle(value: string): string {
    if (/^\S+@\S+\.\S+$/.test(value)) return this.email(value)
    const other = this.#disguise.handle(value)
    this.handles.add(value, other)
    return other
  }

  /** Replaces what a person is called in full, so that it goes with the parts where they stand alone. */
  fullName(value: string): string {
    if (/@\S+\./.test(value)) return value.replace(/\S+@\S+/g, (one) => this.handle(one))
    // A single small word, such as Slack's `name`, is a handle.
    if (/^[a-z\d._-]+$/.test(value)) return this.handle(value)
    const [called = '', aside = ''] = splitAside(value)
    const [last, first] = called.split(/,\s*/)
    const other =
      first !== undefined && last !== undefined
        ? `${this.#disguise.lastName(last)}, ${this.#given(first)}`
        : this.#inOrder(called)
    // Also as a search for it spells it; such a search may come before anybody is known.
    if (!/\s/.test(called.trim())) return this.#name(called, other) + aside
    for (const spell of [(name: string) => name, inUrl, inQuery]) {
      this.certain.add(spell(called), spell(other))
    }
    return other + aside
  }

  /** Replaces the id of a person in the service, where it is one that says nothing by itself. */
  id(value: string): string {
    if (!isOpaqueId(value)) return value
    const other = this.#disguise.sameShape(value)
    this.certain.add(value, other)
    return other
  }

  #inOrder(called: string): string {
    const words = called.split(/(\s+)/)
    // As many words at the end as are known to be a last name; else the last.
    for (let from = 2; from < words.length; from += 2) {
      const tail = words.slice(from).join('')
      if (!this.#lastNames.has(tail.toLowerCase()) && !startsLastName(words, from)) continue
      // `Ada L.`: an initial tells little, and which name it is the beginning of is not known.
      const last = /^\p{L}\.?$/u.test(tail) ? tail : this.#disguise.lastName(tail)
      return this.#given(words.slice(0, from).join('')) + last
    }
    return this.#lastNames.has(called.toLowerCase())
      ? this.#disguise.lastName(called)
      : this.#given(called)
  }

  #given(text: string): string {
    return text.replace(/[^\s]+/gu, (word) => {
      if (/^(?:Dr|Prof|Mr|Mrs|Ms|Jr|Sr|[IVX]{1,4})\.?$/.test(word)) return word
      const other = this.#disguise.firstName(word.replace(/\.$/, ''))
      return /^\p{L}\.?$/u.test(word) ? `${other[0]!}${word.slice(1)}` : other
    })
  }

  #name(value: string, other: string): string {
    if (/^\p{Lu}/u.test(value) && !common.has(value.toLowerCase())) this.words.add(value, other)
    return other
  }
}

const inUrl = (name: string) => encodeURIComponent(name)
const inQuery = (name: string) => inUrl(name).replaceAll('%20', '+')

/** `Ada Lovelace (Acme)`: what stands behind the name stays to be read as text. */
function splitAside(value: string): [string, string] {
  const at = value.search(/\s*[([|/<]/)
  return at < 1 ? [value, ''] : [value.slice(0, at), value.slice(at)]
}

function startsLastName(words: readonly string[], from: number): boolean {
  return (
    from === words.length - 1 || /^(?:van|von|de|der|den|di|da|la|le|bin|ibn)$/.test(words[from]!)
  )
}

/** Letters and digits mixed, or a long number: an id, and neither a word nor a count. */
function isOpaqueId(value: string): boolean {
  return /^(?=.*\d)(?=.*[A-Za-z])[\w:-]{6,}$/.test(value) || /^\d{9,}$/.test(value)
}
