import type { HarCookie, HarPair } from '../har.ts'
import type { Scrubber } from './scrubber.ts'
import { scrubUrl } from './url.ts'

/** Headers that say how something is sent, and whose form must stay. */
const technical =
  /^(?:accept.*|age|allow|cache-control|connection|content-(?:type|length|encoding|language|range|md5)|date|expires|keep-alive|last-modified|range|retry-after|te|trailer|transfer-encoding|upgrade|user-agent|vary|x-rate-?limit.*)$/i
const addresses = /^(?:location|content-location|referer|origin|x-forwarded-uri|x-original-url)$/i
const clients = /^(?:x-forwarded-for|forwarded|x-real-ip|true-client-ip|cf-connecting-ip)$/i

/** Scrubs headers, given as name, value, name, value, as they came over the wire. */
export function scrubHeaders(scrubber: Scrubber, raw: readonly string[]): HarPair[] {
  const pairs: HarPair[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const [name, value] = [raw[at]!, raw[at + 1]!]
    pairs.push({ name, value: scrubHeader(scrubber, name, value) })
  }
  return pairs
}

function scrubHeader(scrubber: Scrubber, name: string, value: string): string {
  if (scrubber.keeps(name)) return value
  if (/^(?:proxy-)?authorization$/i.test(name)) return scrubAuthorization(scrubber, value)
  if (/^cookie$/i.test(name)) return value.split(/;\s*/).map(scrubPair(scrubber)).join('; ')
  if (/^set-cookie$/i.test(name)) return value.replace(/^[^;]*/, scrubPair(scrubber))
  const secret = scrubber.secretKindOf(name, 'header')
  if (secret !== undefined) return scrubber.secret(value, secret)
  if (clients.test(name)) return scrubber.people.replace('address', value)
  if (technical.test(name)) return value
  return addresses.test(name) ? scrubUrl(scrubber, value) : scrubber.text(value)
}

/** The scheme stays; of Basic, the person in other words. */
function scrubAuthorization(scrubber: Scrubber, value: string): string {
  const [, scheme, rest] = /^([\w-]+)\s+(.+)$/s.exec(value) ?? []
  if (scheme === undefined || rest === undefined) return scrubber.secret(value)
  if (!/^basic$/i.test(scheme)) return `${scheme} ${scrubber.secret(rest)}`
  const decoded = Buffer.from(rest, 'base64').toString()
  const at = decoded.indexOf(':')
  if (at < 0) return `${scheme} ${scrubber.secret(rest)}`
  scrubber.secret(rest)
  const user = scrubber.text(decoded.slice(0, at))
  const password = decoded.slice(at + 1)
  // An API key in a password's place tells callers apart; short ones could be guessed.
  const other = scrubber.secret(password, password.length < 20 ? 'password' : 'token')
  return `${scheme} ${Buffer.from(`${user}:${other}`).toString('base64')}`
}

function scrubPair(scrubber: Scrubber): (pair: string) => string {
  return (pair) => {
    const at = pair.indexOf('=')
    if (at < 0) return scrubber.secret(pair)
    const value = pair.slice(at + 1)
    return `${pair.slice(0, at)}=${value === '' ? '' : scrubber.secret(value.replace(/^"|"$/g, ''))}`
  }
}

/** The cookies of a request, from its scrubbed headers. */
export function requestCookies(headers: readonly HarPair[]): HarCookie[] {
  return valuesOf(headers, 'cookie').flatMap((value) => value.split(/;\s*/).map(toPair))
}

/** The cookies that a response sets, from its scrubbed headers. */
export function responseCookies(headers: readonly HarPair[]): HarCookie[] {
  return valuesOf(headers, 'set-cookie').map((value) => {
    const [pair = '', ...attributes] = value.split(/;\s*/)
    const cookie: HarCookie = toPair(pair)
    for (const { name, value: text } of attributes.map(toPair)) {
      const attribute = name.toLowerCase()
      if (attribute === 'path' || attribute === 'domain') cookie[attribute] = text
      else if (attribute === 'httponly') cookie.httpOnly = true
      else if (attribute === 'secure') cookie.secure = true
      else if (attribute === 'expires' && !Number.isNaN(Date.parse(text))) {
        cookie.expires = new Date(text).toISOString()
      }
    }
    return cookie
  })
}

/** The first header of a name, or ''. */
export function valueOf(headers: readonly HarPair[], name: string): string {
  return valuesOf(headers, name)[0] ?? ''
}

function valuesOf(headers: readonly HarPair[], name: string): string[] {
  return headers.filter((one) => one.name.toLowerCase() === name).map(({ value }) => value)
}

function toPair(text: string): HarPair {
  const at = text.indexOf('=')
  return at < 0 ? { name: text, value: '' } : { name: text.slice(0, at), value: text.slice(at + 1) }
}
