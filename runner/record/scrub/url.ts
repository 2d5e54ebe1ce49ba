import { normalName, type SecretKind } from './names.ts'
import { scrubField, scrubReference } from './json.ts'
import type { Scrubber } from './scrubber.ts'

/** One parameter of a query or a form, as it was meant. */
export interface Parameter {
  name: string
  value: string
}

const peoplePaths = /^(?:users?|people|persons?|members?|accounts?|contacts?|guests?)$/
const selves = /^(?:me|self|current|search|profile|count|list|all)$/i

/** Scrubs an address: path, query and fragment. What has nothing to hide stays as it was spelled. */
export function scrubUrl(scrubber: Scrubber, url: string): string {
  const [, origin = '', path = '', query, fragment] =
    /^([a-z][a-z\d+.-]*:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(url) ?? []
  const parts = [scrubber.text(origin), scrubPath(scrubber, path)]
  if (query !== undefined) parts.push('?', scrubQuery(scrubber, query))
  if (fragment !== undefined) parts.push('#', scrubQuery(scrubber, fragment))
  return parts.join('')
}

/** Scrubs `a=b&c=d`, in a query or a form. */
export function scrubQuery(scrubber: Scrubber, query: string): string {
  const pairs = query.split('&').map((pair) => {
    const at = pair.indexOf('=')
    return at < 0 ? [pair] : [pair.slice(0, at), pair.slice(at + 1)]
  })
  const names = new Set(pairs.map(([name = '']) => normalName(decode(name))))
  const scrubbed = pairs.map(([rawName = '', rawValue]) => {
    const name = decode(rawName)
    const shownName = respell(rawName, name, scrubber.text(name))
    if (rawValue === undefined) return shownName
    const value = decode(rawValue)
    const secret = codeKindOf(name, names)
    const scrubbedValue = scrubField(scrubber, value, { name, inPerson: false, secret })
    return `${shownName}=${respell(rawValue, value, scrubbedValue)}`
  })
  return scrubbed.join('&')
}

/** The parameters of a query or a form, decoded. */
export function parametersOf(query: string): Parameter[] {
  if (query === '') return []
  return query.split('&').map((pair) => {
    const at = pair.indexOf('=')
    if (at < 0) return { name: decode(pair), value: '' }
    return { name: decode(pair.slice(0, at)), value: decode(pair.slice(at + 1)) }
  })
}

/** OAuth's `code` is a secret; anywhere else a code is what a service calls an error or a currency. */
function codeKindOf(name: string, names: ReadonlySet<string>): SecretKind | undefined {
  const isOauth = ['state', 'granttype', 'clientid', 'redirecturi'].some((one) => names.has(one))
  return name === 'code' && isOauth ? 'token' : undefined
}

function scrubPath(scrubber: Scrubber, path: string): string {
  const segments = path.split('/')
  const scrubbed = segments.map((segment, index) => {
    const value = decode(segment, 'path')
    const before = decode(segments[index - 1] ?? '', 'path')
    return respell(segment, value, scrubSegment(scrubber, value, before))
  })
  return scrubbed.join('/')
}

function scrubSegment(scrubber: Scrubber, segment: string, before: string): string {
  if (segment === '') return segment
  if (peoplePaths.test(normalName(before)) && !selves.test(segment)) {
    return scrubReference(scrubber, segment)
  }
  const follows = scrubber.secretKindOf(before)
  // `/token/3f9a…`, and not `/tokens/verify`.
  if (follows !== undefined && /^(?=.*\d).{10,}$/.test(segment)) return scrubber.secret(segment)
  return scrubber.text(segment)
}

/** Spelled with the liberties that the original took: `@` and `,` need no escape everywhere. */
function respell(raw: string, before: string, after: string): string {
  if (before === after) return raw
  const free = new Set(raw.match(/[@:,/;$!?]/g))
  const spelled = encodeURIComponent(after).replace(/%[0-9A-F]{2}/g, (escape) => {
    const character = decode(escape)
    return free.has(character) ? character : escape
  })
  return raw.includes('+') && !raw.includes('%20') ? spelled.replaceAll('%20', '+') : spelled
}

function decode(raw: string, where: 'query' | 'path' = 'query'): string {
  try {
    return decodeURIComponent(where === 'query' ? raw.replaceAll('+', ' ') : raw)
  } catch {
    return raw
  }
}
