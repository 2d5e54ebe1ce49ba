import type { Contract, Operation, Param, ReplyShape } from '../contract/contract.ts'
import type { Router } from '../contract/route.ts'
import { nothingSeen, see, toSchema, type Seen } from './infer-schema.ts'
import { isRecord } from '../contract/schema.ts'
import { isIdName, isIdText } from './looks.ts'
import { eitherMethod } from './either-method.ts'
import { pairsOf, sentBody, type Recorded } from './recorded.ts'

const pathsMax = 50_000
/** From so many different words at one place on, the place is a parameter. */
const varietyMin = 6

interface Place {
  method: string
  segments: string[]
  replies: Map<number, { type: string | undefined; seen: Seen; hasBody: boolean }>
  body: { type: string; seen: Seen } | undefined
  query: Set<string>
}

/** Finds the operations of traffic that no document describes: path templates, schemas, parameters. */
export class Surveyor {
  readonly #router: Router
  readonly #places = new Map<string, Place>()

  constructor(router: Router) {
    this.#router = router
  }

  /** Looks at the exchanges of one recording. */
  take(entries: readonly Recorded[]): void {
    const names = new Set<string>()
    for (const recorded of entries) {
      const { method, pathname, status } = recorded
      // What a request makes is called by its name later, and never before.
      noteShown(recorded.json, names)
      if (method === 'OPTIONS' || method === 'HEAD' || method === 'CONNECT') continue
      const found = this.#router.match(method, pathname)
      if (found !== undefined && !('allow' in found)) continue
      // What a path that is not there answers says nothing about paths that are.
      if (status === 404 && recorded.json === undefined) continue
      const segments = pathname
        .replace(/\/+$/, '')
        .split('/')
        .slice(1)
        .map((one, i, all) =>
          isVersion(one, all[i - 1]) ? one : toSegment(one, all[i - 1], names),
        )
      const key = `${method} ${segments.join('/')}`
      let place = this.#places.get(key)
      if (place === undefined) {
        if (this.#places.size >= pathsMax) continue
        place = { method, segments, replies: new Map(), body: undefined, query: new Set() }
        this.#places.set(key, place)
      }
      notePlace(place, recorded)
    }
  }

  /** The operations found. */
  operations(): Operation[] {
    const merged = mergeByVariety([...this.#places.values()])
    return merged.map(toOperation).sort((a, b) => (a.id < b.id ? -1 : 1))
  }
}

/** A contract with the operations that recordings add. */
export function withSurveyed(contract: Contract, operations: readonly Operation[]): Contract {
  const ids = new Set(contract.operations.map(({ id }) => id))
  const added = operations.filter(({ id }) => !ids.has(id))
  return {
    ...contract,
    operations: [...contract.operations, ...added, ...eitherMethod(contract, added)],
  }
}

function toSegment(
  segment: string,
  before: string | undefined,
  names: ReadonlySet<string>,
): string {
  const [whole, verb] = /^(.+?)(?::|%3A)([a-z]\w+)$/i.exec(segment)?.slice(1) ?? []
  if (whole !== undefined && (isParam(whole) || isNamed(whole, before, names))) return `{}:${verb}`
  return isParam(segment) || isNamed(segment, before, names) ? '{}' : segment
}

/** What a reply called a thing by stands behind the word for such things: `/books/b1`, `/repos/walden`. */
function isNamed(segment: string, before: string | undefined, names: ReadonlySet<string>): boolean {
  return before !== undefined && /[a-z]s$/i.test(before) && names.has(segment)
}

const nameOfThing = /^(slug|name|login|user_?name|handle|number|code|sku|isbn|email)$/i

/** Collects what replies call things by. */
function noteShown(value: unknown, into: Set<string>, name = '', depth = 0): void {
  if (Array.isArray(value)) {
    for (const one of value.slice(0, 200)) noteShown(one, into, name, depth + 1)
  } else if (isRecord(value)) {
    if (depth < 6)
      for (const [key, one] of Object.entries(value)) noteShown(one, into, key, depth + 1)
  } else if (into.size < pathsMax && (isIdName(name) || nameOfThing.test(name)))
    if (typeof value === 'number' || (typeof value === 'string' && /^[\w.~-]{1,80}$/.test(value)))
      into.add(String(value))
}

/** `/rest/api/2`: part of the path, although it looks like a number. */
function isVersion(segment: string, before: string | undefined): boolean {
  return /^\d{1,2}$/.test(segment) && /^(api|rest|v|version)$/i.test(before ?? '')
}

function isParam(segment: string): boolean {
  return (
    isIdText(segment) ||
    /^\d+$/.test(segment) ||
    segment.includes('@') ||
    /%[0-9a-f]{2}/i.test(segment)
  )
}

function notePlace(place: Place, recorded: Recorded): void {
  const { status, json, text, replyHeaders } = recorded
  const type = replyHeaders['content-type']?.[0]?.split(';', 1)[0]?.trim().toLowerCase()
  const reply = place.replies.get(status) ?? { type, seen: nothingSeen(), hasBody: false }
  place.replies.set(status, reply)
  if (text !== undefined) reply.hasBody = true
  if (json !== undefined) see(reply.seen, json)
  for (const name of Object.keys(pairsOf(recorded.search))) place.query.add(name)
  const body = sentBody(recorded)
  if (body === undefined) return
  const sentType = (recorded.headers['content-type'] ?? 'application/json')
    .split(';', 1)[0]!
    .trim()
    .toLowerCase()
  place.body ??= { type: sentType, seen: nothingSeen() }
  see(place.body.seen, body)
}

/** Where many paths differ in one segment only, that segment is a parameter. */
function mergeByVariety(places: Place[]): Place[] {
  let list = places
  const homes = homesIn(places)
  for (let at = 0; at < 12; at++) {
    const groups = Map.groupBy(list, ({ method, segments }) =>
      at < segments.length
        ? `${method} ${segments.map((one, i) => (i === at ? '*' : one)).join('/')}`
        : `${method} ${segments.join('/')} end`,
    )
    list = [...groups.values()].flatMap((group) => {
      const words = new Set(group.map(({ segments }) => segments[at]))
      const isHomes = group.some(({ segments }) => homes.has(segments.slice(0, at + 1).join('/')))
      const isVaried =
        (words.size >= varietyMin && !isHomes && areAlike(group)) ||
        (words.size > 1 && words.has('{}') && at > 0 && areAlike(group))
      return isVaried && at < group[0]!.segments.length ? [joined(group, at)] : group
    })
  }
  return list
}

/** Paths below which things lie by their ids: their last words are no names of things. */
function homesIn(places: readonly Place[]): ReadonlySet<string> {
  const homes = new Set<string>()
  for (const { segments } of places)
    for (let i = 1; i < segments.length; i++)
      if (segments[i]!.startsWith('{}')) homes.add(segments.slice(0, i).join('/'))
  return homes
}

/** Whether replies show the same kind of thing; procedures of one service share a path, and little else. */
function areAlike(group: readonly Place[]): boolean {
  const shown = group.map(
    (one) =>
      new Set(
        [...one.replies].flatMap(([status, { seen }]) =>
          status < 300 ? [...seen.members.keys()] : [],
        ),
      ),
  )
  const some = shown.filter((names) => names.size > 0)
  if (some.length < 2) return true
  const counts = new Map<string, number>()
  for (const names of some) for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  const shares = some.map(
    (names) => [...names].filter((name) => counts.get(name)! * 2 > some.length).length / names.size,
  )
  return shares.reduce((sum, share) => sum + share, 0) / shares.length >= 0.6
}

function joined(group: Place[], at: number): Place {
  const first = group[0]!
  const segments = first.segments.map((one, i) => (i === at ? '{}' : one))
  const out: Place = {
    method: first.method,
    segments,
    replies: new Map(),
    body: first.body,
    query: new Set(),
  }
  for (const one of group) {
    for (const name of one.query) out.query.add(name)
    out.body ??= one.body
    for (const [status, reply] of one.replies)
      if (!out.replies.has(status)) out.replies.set(status, reply)
  }
  return out
}

function toOperation({ method, segments, replies, body, query }: Place): Operation {
  const names: string[] = []
  const path = `/${segments.map((one, i) => one.replace('{}', () => `{${nameFor(segments, i, names)}}`)).join('/')}`
  const params: Param[] = names.map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  for (const name of [...query].sort()) params.push({ name, in: 'query', schema: {} })
  const shapes: Record<string, ReplyShape> = {}
  for (const [status, { type, seen, hasBody }] of [...replies].sort((a, b) => a[0] - b[0])) {
    const types = hasBody
      ? { [type ?? 'application/json']: seen.count > 0 ? toSchema(seen) : true }
      : {}
    shapes[String(status)] = { types }
  }
  const op: Operation = {
    id: `${method.toLowerCase()} ${path}`,
    method,
    path,
    params,
    replies: shapes,
    security: [],
  }
  if (body !== undefined) op.body = { types: { [body.type]: toSchema(body.seen) } }
  op.facts = { learned: true }
  return op
}

/** `/users/{}` → `userId`. */
function nameFor(segments: readonly string[], at: number, taken: string[]): string {
  const before = segments.slice(0, at).findLast((one) => !one.includes('{}')) ?? 'item'
  const word =
    before
      .replace(/[^\w]/g, '')
      .replace(/ies$/, 'y')
      .replace(/([^s])s$/, '$1') || 'item'
  let name = `${word}Id`
  for (let n = 2; taken.includes(name); n++) name = `${word}Id${n}`
  taken.push(name)
  return name
}
