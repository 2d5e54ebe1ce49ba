import { fakerWith } from './fake.ts'

/** What a text is made from. */
export interface TextSource {
  random: () => number
  /** Virtual now, in milliseconds. */
  now: number
  /** The person whom the texts of one object are about, so that name and e-mail agree. */
  scope: { person?: Person }
}

interface Person {
  first: string
  last: string
}

const dayMs = 86_400_000
const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Makes a text for a format, or nothing when the format says nothing about it. */
export function textByFormat(format: string, hint: string, from: TextSource): string | undefined {
  const make = Object.hasOwn(formats, format) ? formats[format] : undefined
  return make?.(from, hint)
}

/** Makes a text that suits the name of the property that it is for. */
export function textByName(hint: string, from: TextSource): string {
  const name = hint.replaceAll(/[^A-Za-z0-9]/g, '').toLowerCase()
  for (const [pattern, make] of names) if (pattern.test(name)) return make(from, hint)
  return /id$|Id$|ID$|key$/i.test(hint) ? code(from, 20) : words(from, 2)
}

/** A point in time within the last ninety days. */
export function recently(from: TextSource): number {
  const daysAgo = from.random() * 90
  return Math.floor((from.now - daysAgo * dayMs) / 1000) * 1000
}

type Make = (from: TextSource, hint: string) => string

// Ends where no network goes: a client that follows a made-up address must reach nobody.
const domain = 'site.example'

const url: Make = (from, hint) => `https://${domain}/${slug(hint)}/${code(from, 8)}`
const email: Make = (from) => {
  const { first, last } = personOf(from)
  return `${plain(first)}.${plain(last)}@${domain}`
}

const formats: Record<string, Make> = {
  'date-time': (from) => toIso(recently(from)),
  date: (from) => toIso(recently(from)).slice(0, 10),
  time: (from) => toIso(recently(from)).slice(11),
  duration: (from) => `P${1 + Math.floor(from.random() * 30)}D`,
  email,
  'idn-email': email,
  hostname: (from) => `${slug(words(from, 1))}.${domain}`,
  'idn-hostname': (from) => `${slug(words(from, 1))}.${domain}`,
  ipv4: (from) => `192.0.2.${1 + Math.floor(from.random() * 250)}`,
  ipv6: (from) => `2001:db8::${Math.floor(from.random() * 65_535).toString(16)}`,
  uri: url,
  url,
  URL: url,
  iri: url,
  'uri-reference': url,
  'iri-reference': url,
  'uri-template': url,
  uuid: (from) => fakerWith(from.random).string.uuid(),
  byte: (from) => `${code(from, 16)}`,
  base64: (from) => `${code(from, 16)}`,
  binary: (from) => code(from, 16),
  password: (from) => `${code(from, 12)}-7a`,
  regex: () => '^.*$',
  'json-pointer': (_from, hint) => `/${slug(hint)}`,
  'relative-json-pointer': () => '0',
  int32: (from) => String(Math.floor(from.random() * 100_000)),
  int64: (from) => String(Math.floor(from.random() * 100_000)),
}

/** By the squeezed lower-case name; the first that fits wins. */
const names: [RegExp, Make][] = [
  [/email|^mail$/, email],
  [/^login$|username|^user$/, email],
  [/firstname|givenname/, (from) => personOf(from).first],
  [/lastname|familyname|surname/, (from) => personOf(from).last],
  [/displayname|fullname|realname|author|owner$|assignee$/, fullName],
  [/nickname/, (from) => personOf(from).first],
  [/phone|mobile|fax/, (from) => `+1555${digits(from, 7)}`],
  [/^city|locality/, (from) => fakerWith(from.random).location.city()],
  [/countrycode|^country$/, () => 'US'],
  [/zip|postalcode/, (from) => digits(from, 5)],
  [/street|address$/, (from) => fakerWith(from.random).location.streetAddress()],
  [/timezone|^tz$/, () => 'America/New_York'],
  [/locale/, () => 'en_US'],
  [/language/, () => 'en'],
  [/currency/, () => 'USD'],
  [/color|colour/, (from) => `#${hex(from, 6)}`],
  [/ipaddress|^ip$/, (from) => formats['ipv4']?.(from, '') ?? ''],
  [/useragent/, () => 'Mozilla/5.0'],
  [/organization|company|department|division/, (from) => fakerWith(from.random).company.name()],
  [/jobtitle/, (from) => fakerWith(from.random).person.jobTitle()],
  [/(url|uri|href|link|self|avatar|icon|image)$/, url],
  [/(host|hostname|domain)$/, (from) => `${slug(words(from, 1))}.${domain}`],
  [/(createdat|updatedat|date|time|timestamp|created|updated|modified|expires|expiresat)$/, isoOf],
  [/(token|secret|hash|signature|etag|cursor)$/, (from) => hex(from, 32)],
  [/(mimetype|contenttype|mediatype)$/, () => 'text/plain'],
  [/file$|filename$/, (from) => `${slug(words(from, 1))}.txt`],
  [/version$/, (from) => `1.${Math.floor(from.random() * 10)}.0`],
  [/(description|summary|comment|text|body|message|purpose|topic|note|notes)$/, sentence],
  [/(name|title|label)$/, (from) => capital(words(from, 2))],
]

function isoOf(from: TextSource): string {
  return toIso(recently(from))
}

function fullName(from: TextSource): string {
  const { first, last } = personOf(from)
  return `${first} ${last}`
}

function sentence(from: TextSource): string {
  return `${capital(words(from, 5))}.`
}

function personOf(from: TextSource): Person {
  if (!from.scope.person) {
    const { person } = fakerWith(from.random)
    from.scope.person = { first: person.firstName(), last: person.lastName() }
  }
  return from.scope.person
}

function words(from: TextSource, count: number): string {
  const { word } = fakerWith(from.random)
  const list = Array.from({ length: count }, (_, index) =>
    index === count - 1 ? word.noun() : word.adjective(),
  )
  return list.join(' ')
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, '') || 'x'
}

function slug(text: string): string {
  return (
    text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '') || 'x'
  )
}

function toIso(ms: number): string {
  return new Date(ms).toISOString()
}

/** An id as services make them. */
export function code(from: TextSource, length: number): string {
  return draw(from, alphanumeric, length)
}

function digits(from: TextSource, length: number): string {
  return draw(from, '0123456789', length)
}

function hex(from: TextSource, length: number): string {
  return draw(from, '0123456789abcdef', length)
}

function draw({ random }: TextSource, letters: string, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) text += letters[Math.floor(random() * letters.length)]
  return text
}
