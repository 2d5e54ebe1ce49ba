import type { World } from '../engine/world.ts'
import { credentialsOf } from './credential.ts'
import { hostnameOf } from './hosts.ts'
import { defaultId, type OpenWorld, type Worlds } from './worlds.ts'

/** Where a request wants to go. Node's own request is one. */
export interface RequestFacts {
  /** The request target: a path, or a whole URL as proxies are sent. */
  url?: string | undefined
  method?: string | undefined
  headers: Readonly<Record<string, string | string[] | undefined>>
  socket?: object | undefined
}

/** The twin of a world that a request is for, and the call's path and origin there. */
export interface Target {
  world: World
  twin: string
  path: string
  origin: string
}

/** A request for no twin; the front says so in a form that no vendor would send. */
export interface Misdirected {
  misdirected: string
  status: number
}

export type Resolve = (
  facts: RequestFacts,
  body: Uint8Array | string | undefined,
) => Target | Misdirected

export interface ResolveOptions {
  /** Believe `x-forwarded-proto` and `x-forwarded-host`: only behind a proxy of one's own. */
  trustForwarded?: boolean
}

interface Place {
  id: string | undefined
  twin: string
  /** The path below which the twin stands. */
  prefix: string
}

/**
 * Finds the world and twin of a request: by host name (`w1--okta.localhost`, or the vendor's own),
 * else by path (`/w/w1/okta/…`, `/okta/…`); where these name no world, by token; else the default.
 */
export function createResolver(worlds: Worlds, options: ResolveOptions = {}): Resolve {
  const originOf = createOrigins()
  return (facts, body) => {
    const whole = facts.url ?? '/'
    const isPath = whole.charCodeAt(0) === 47
    const url = isPath ? undefined : readTarget(whole)
    const path = isPath ? whole : (url?.path ?? '/')
    const host = url?.host ?? hostOf(facts, options.trustForwarded)
    const place = readHost(worlds, hostnameOf(host)) ?? readPath(path)
    if (place === undefined)
      return { misdirected: `No twin stands at "${path}" on "${host}".`, status: 404 }
    const open = findWorld(worlds, place, facts, body)
    if ('misdirected' in open) return open
    const { world } = open
    if (!world.twins.has(place.twin)) {
      const misdirected = `World "${open.id}" has no twin "${place.twin}"; it has ${[...world.twins.keys()].join(', ')}.`
      return { misdirected, status: 404 }
    }
    const { prefix } = place
    const rest = prefix === '' ? path : path.slice(prefix.length)
    return {
      world,
      twin: place.twin,
      path: rest.charCodeAt(0) === 47 ? rest : `/${rest}`,
      origin: originOf(url?.scheme ?? schemeOf(facts, options.trustForwarded), host, prefix),
    }
  }
}

/** Spells origins; the last one is handed out again, so that the journal holds one text and not one for each call. */
function createOrigins(): (scheme: string, host: string, prefix: string) => string {
  let last = { scheme: '', host: '', prefix: '', origin: '' }
  return (scheme, host, prefix) => {
    if (host !== last.host || prefix !== last.prefix || scheme !== last.scheme) {
      last = { scheme, host, prefix, origin: `${scheme}://${host}${prefix}` }
    }
    return last.origin
  }
}

function findWorld(
  worlds: Worlds,
  place: Place,
  facts: RequestFacts,
  body: Uint8Array | string | undefined,
): OpenWorld | Misdirected {
  if (place.id !== undefined) {
    const named = worlds.get(place.id)
    if (named !== undefined) return named
    if (worlds.isLate(place.id, [], callOf(facts))) return over
    return { misdirected: `There is no world "${place.id}".`, status: 404 }
  }
  const ids = worlds.size < 2 ? undefined : idsOf(worlds, credentialsOf(facts, body))
  if (ids !== undefined && ids.size > 1) {
    const misdirected = `The token belongs to several worlds of one seed (${[...ids].join(', ')}): name one in the path, /w/<world>/${place.twin}/….`
    return { misdirected, status: 421 }
  }
  const id = ids === undefined ? defaultId : [...ids][0]!
  const found = worlds.get(id)
  if (found !== undefined) return found
  if (worlds.isLate(undefined, credentialsOf(facts, body), callOf(facts))) return over
  return { misdirected: 'There is no default world, and no token names another.', status: 404 }
}

const over: Misdirected = { misdirected: 'The world of this call is over.', status: 410 }

function callOf({ method = 'GET', url = '/' }: RequestFacts): { method: string; path: string } {
  return { method, path: url }
}

function idsOf(worlds: Worlds, shown: readonly string[]): ReadonlySet<string> | undefined {
  for (const one of shown) {
    const ids = worlds.idsByToken(one)
    if (ids !== undefined) return ids
  }
  return undefined
}

function readHost(worlds: Worlds, hostname: string): Place | undefined {
  const twin = worlds.twinOfHost(hostname)
  if (twin !== undefined) return { id: undefined, twin, prefix: '' }
  if (!hostname.endsWith('.localhost')) return undefined
  const label = hostname.slice(0, hostname.indexOf('.'))
  const cut = label.indexOf('--')
  return cut === -1
    ? undefined
    : { id: label.slice(0, cut), twin: label.slice(cut + 2), prefix: '' }
}

function readPath(path: string): Place | undefined {
  const end = endOfSegment(path, 1)
  if (end === 1) return undefined
  if (!path.startsWith('/w/')) {
    return { id: undefined, twin: path.slice(1, end), prefix: path.slice(0, end) }
  }
  const idEnd = endOfSegment(path, 3)
  const twinEnd = endOfSegment(path, idEnd + 1)
  if (twinEnd <= idEnd + 1) return undefined
  const twin = path.slice(idEnd + 1, twinEnd)
  return { id: path.slice(3, idEnd), twin, prefix: path.slice(0, twinEnd) }
}

/** Where the path segment that begins at `start` ends. */
function endOfSegment(path: string, start: number): number {
  for (let i = start; i < path.length; i++) {
    const code = path.charCodeAt(i)
    if (code === 47 || code === 63) return i
  }
  return path.length
}

/** The absolute form of a request target, which proxies are sent. */
function readTarget(target: string): { scheme: string; host: string; path: string } | undefined {
  const match = /^(https?):\/\/([^/?#]+)([^#]*)/i.exec(target)
  if (match === null) return undefined
  const path = match[3]!
  const host = match[2]!.slice(match[2]!.lastIndexOf('@') + 1)
  return { scheme: match[1]!.toLowerCase(), host, path: path.startsWith('/') ? path : `/${path}` }
}

function hostOf(facts: RequestFacts, trusted = false): string {
  return (
    (trusted ? firstOf(facts.headers['x-forwarded-host']) : undefined) ??
    firstOf(facts.headers['host']) ??
    'localhost'
  )
}

function schemeOf(facts: RequestFacts, trusted = false): string {
  const forwarded = trusted ? firstOf(facts.headers['x-forwarded-proto']) : undefined
  if (forwarded !== undefined) return forwarded
  const socket = facts.socket as { encrypted?: boolean } | undefined
  return socket?.encrypted ? 'https' : 'http'
}

function firstOf(header: string | string[] | undefined): string | undefined {
  const value = typeof header === 'object' ? header[0] : header
  return value?.includes(',') ? value.slice(0, value.indexOf(',')).trim() : value
}
