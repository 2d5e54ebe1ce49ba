import { Disguise } from './disguise.ts'
import { Known } from './known.ts'
import { normalName, type PersonalKind, type SecretKind } from './names.ts'
import * as names from './names.ts'
import { People } from './people.ts'
import { looksRandom } from './randomness.ts'
import {
  isCardNumber,
  namedSecret,
  shapeNames,
  shapes,
  vendorKey,
  type ShapeName,
} from './shapes.ts'

/** What to scrub, where the usual is not right. */
export interface ScrubOptions {
  /** What the replacements follow from. Whoever has it and the recording can try out guesses. */
  salt: string
  /** Names of further fields, headers and parameters that hold secrets. */
  secret?: readonly string[]
  /** Names of fields, headers and parameters that hold neither secrets nor people. */
  keep?: readonly string[]
  /** Replace the hosts of services, too. */
  hosts?: boolean
}

/**
 * Takes secrets and people out of single values and texts. Whatever it finds by its name it remembers,
 * and finds again where there is no name: run twice over the same exchange, the order makes no difference.
 */
export class Scrubber {
  readonly people: People
  readonly #disguise: Disguise
  readonly #secrets = new Known()
  readonly #secret: ReadonlySet<string>
  readonly #keep: ReadonlySet<string>
  readonly #hosts: boolean
  readonly #counted = new Set<string>()
  readonly #recent = new Set<string>()

  constructor({ salt, secret = [], keep = [], hosts = false }: ScrubOptions) {
    this.#disguise = new Disguise(salt)
    this.people = new People(this.#disguise, hosts)
    this.#secret = new Set(secret.map(normalName))
    this.#keep = new Set(keep.map(normalName))
    this.#hosts = hosts
  }

  /** How many different secrets have been replaced. */
  get secretCount(): number {
    return this.#counted.size
  }

  /** Grows whenever something is learned that may stand in what was scrubbed before. */
  get knowledge(): number {
    const { certain, words, handles } = this.people
    return this.#secrets.size + certain.size + words.size + handles.size
  }

  secretKindOf(name: string, where: 'field' | 'header' = 'field'): SecretKind | undefined {
    const normal = normalName(name)
    if (this.#keep.has(normal)) return undefined
    if (this.#secret.has(normal)) return 'token'
    return where === 'header' ? names.secretHeaderKindOf(name) : names.secretKindOf(name)
  }

  personalKindOf(name: string, inPerson: boolean): PersonalKind | undefined {
    return this.#keep.has(normalName(name)) ? undefined : names.personalKindOf(name, inPerson)
  }

  keeps(name: string): boolean {
    return this.#keep.has(normalName(name))
  }

  /** The replacement of a value that is a secret because of its name or place. */
  secret(value: string, kind: SecretKind = 'token'): string {
    if (value === '' || /^(?:[\w.-]{1,12}[-_.])?REDACTED(?:-[0-9a-f]{10})?$/.test(value))
      return value
    if (/^eyJ[\w-]{4,}\.[\w-]+\.[\w-]*$/.test(value)) return this.#jwt(value)
    const [, scheme, token] = /^((?:Bearer|Basic|SSWS|Token)\s+)(\S+)$/i.exec(value) ?? []
    if (scheme !== undefined && token !== undefined) return scheme + this.secret(token, kind)
    this.#counted.add(this.#disguise.secret(value))
    const mark = vendorKey.exec(value)?.[1] ?? ''
    const other = kind === 'password' ? 'REDACTED' : mark + this.#disguise.secret(value)
    if (isTelling(value)) this.#remember(value, other)
    return other
  }

  /** A text with everything replaced that is known or looks like a secret or a person. */
  text(value: string): string {
    if (value.length < 3) return value
    return this.#secrets.replace(value, (part) =>
      this.people.certain.replace(part, (rest) => this.#byName(rest)),
    )
  }

  /** Makes a host known, so that it is replaced everywhere from now on. */
  host(name: string): string {
    if (!this.#hosts) return name
    const other = this.#disguise.domain(name)
    this.people.certain.add(name, other)
    return other
  }

  /**
   * The last line of defence: a finished line without any of the secrets found since the last time, in
   * whatever they are wrapped. It may cut into a word, which is better than to let one through.
   */
  guard(line: string): string {
    let result = line
    for (const value of this.#recent) {
      if (result.includes(value)) result = result.replaceAll(value, 'REDACTED')
    }
    this.#recent.clear()
    return result
  }

  /** A text with the known secrets crossed out. */
  mask(text: string, crossOut: (part: string) => string): string {
    return this.#secrets.mask(text, crossOut)
  }

  /** What is known by now, without guessing: for lines that have been scrubbed before. */
  again(text: string): string {
    return this.#secrets.replace(text, (part) => this.people.certain.replace(part))
  }

  #remember(value: string, other: string): void {
    for (const spelled of [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]) {
      this.#secrets.add(spelled, other)
      this.#recent.add(spelled)
    }
  }

  #byName(text: string): string {
    if (text.length < 8) return this.#inSentence(text)
    let result = ''
    let from = 0
    for (const match of text.matchAll(namedSecret)) {
      const { before = '', name, tag, value = '' } = match.groups ?? {}
      const kind = this.secretKindOf(name ?? tag ?? '')
      if (kind === undefined || isProse(before, value)) continue
      result += this.#byShape(text.slice(from, match.index)) + before + this.secret(value, kind)
      from = match.index + match[0].length
    }
    return result + this.#byShape(text.slice(from))
  }

  #byShape(text: string): string {
    if (text.length < 6) return this.#inSentence(text)
    let result = ''
    let from = 0
    for (const match of text.matchAll(shapes)) {
      const part = match[0]
      const shape = shapeNames.find((_, at) => match[at + 1] !== undefined)!
      result += this.#inSentence(text.slice(from, match.index)) + this.#shape(shape, part)
      from = match.index + part.length
    }
    return result + this.#inSentence(text.slice(from))
  }

  #shape(shape: ShapeName, part: string): string {
    switch (shape) {
      case 'pem': {
        const lines = [
          '-----BEGIN PRIVATE KEY-----',
          this.secret(part),
          '-----END PRIVATE KEY-----',
        ]
        return lines.join('\n')
      }
      case 'scheme': {
        const [scheme = '', space = '', token = ''] = part.split(/(\s+)/)
        return scheme + space + this.secret(token)
      }
      case 'login':
        return `REDACTED:${this.secret(part.slice(part.indexOf(':') + 1), 'password')}`
      case 'jwt':
      case 'vendor':
        return this.secret(part)
      case 'mailbox':
        return `${this.people.fullName(part.slice(0, -1))} `
      case 'email':
        return this.people.email(part)
      case 'card':
        return isCardNumber(part) ? this.#disguise.digits(part) : part
      case 'base64':
        return isRandomBase64(part) ? this.#disguise.sameShape(part) : this.#runs(part)
      case 'run':
        return this.#runs(part)
    }
  }

  /** What looks random may be a key or an id: it keeps its form, and is another one. */
  #runs(part: string): string {
    return part.replace(/[\w-]{20,}/g, (run) => {
      return looksRandom(run) ? this.#disguise.sameShape(run) : run
    })
  }

  #inSentence(text: string): string {
    return /\s/.test(text.trim()) ? this.people.words.replace(text) : text
  }

  /** Header and claims stay readable, without people; the signature goes. */
  #jwt(value: string): string {
    const [header = '', payload = ''] = value.split('.')
    this.#counted.add(this.#disguise.secret(value))
    const other = [header, this.#claims(payload), encode(this.#disguise.secret(value))].join('.')
    this.#remember(value, other)
    return other
  }

  #claims(payload: string): string {
    try {
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
      const scrubbed = Object.entries(claims).map(([name, claim]) => [
        name,
        this.#claim(name, claim),
      ])
      return encode(JSON.stringify(Object.fromEntries(scrubbed)))
    } catch {
      return encode('{}')
    }
  }

  #claim(name: string, claim: unknown): unknown {
    if (typeof claim !== 'string') return JSON.parse(this.text(JSON.stringify(claim))) as unknown
    const personal = this.personalKindOf(name, true)
    if (personal !== undefined) return this.people.replace(personal, claim)
    const text = this.text(claim)
    return name === 'sub' && text === claim ? this.people.id(claim) : text
  }
}

/** Long and odd enough not to be an ordinary word: `password` as a password is looked for nowhere else. */
function isTelling(value: string): boolean {
  return value.length >= 8 && !/^[a-z]+$|^[A-Z]+$|^\d{1,8}$|^[A-Z][a-z]+$/.test(value)
}

/** `Invalid token: expired`, and nothing that a program would read. */
function isProse(before: string, value: string): boolean {
  return /:\s+$/.test(before) && /^[a-z]+[.!?]?$/.test(value)
}

function isRandomBase64(text: string): boolean {
  if (!/[+/=]/.test(text) || (text.startsWith('/') && !/[+=]/.test(text))) return false
  return looksRandom(text.replace(/[+/=]/g, ''))
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}
