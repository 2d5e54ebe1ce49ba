import { refuse, type Reply } from '../call.ts'
import { isRecord } from '../contract/schema.ts'
import type { Exchange } from '../exchange.ts'
import { key } from '../table.ts'
import { orderOf, selectionOf } from './filters.ts'
import { argumentsOf, placeOf } from './locate.ts'
import { lastingMaker } from './maker.ts'
import { pageMarks, setAt, type Cut } from './marks.ts'
import { pagingOf, type Paging } from './pages.ts'
import type { Role } from './resource.ts'
import { things, type Thing } from './things.ts'
import { asJson, envelope, viewOf } from './view.ts'

/** GET of a collection: one page of what is there. */
export function list(exchange: Exchange, role: Role): Reply {
  const { schemas } = exchange.twin.contract
  const paging = pagingOf(role, schemas)
  const values = role.op.method === 'GET' ? exchange.query : argumentsOf(exchange)
  const cut = readCut(paging, values)
  const page = pick(exchange, role, paging, values, cut)
  const items = page.rows.map((row) => viewOf(exchange, role.resource!, row, role.spot!.schema))
  const { total, before, hasMore, rows } = page
  const { limit } = cut
  return pageReply(
    exchange,
    role,
    paging,
    { limit, total, before, hasMore, after: rows.at(-1)?.key },
    items,
  )
}

/** Where a page begins and how long it may be. */
function readCut(
  paging: Paging,
  values: Record<string, unknown>,
): { offset: number; limit: number } {
  const asked = paging.limit && numberOf(values[paging.limit.name])
  const wanted = asked ?? paging.limit?.fallback ?? Infinity
  const limit = Math.max(0, Math.min(wanted, paging.limit?.max ?? Infinity))
  const size = Number.isFinite(limit) ? limit : 0
  const page = paging.page && numberOf(values[paging.page.name])
  const start = paging.offset && numberOf(values[paging.offset.name])
  let offset = 0
  if (start !== undefined) offset = start - paging.offset!.base
  else if (page !== undefined) offset = (page - paging.page!.base) * size
  if (offset < 0)
    invalid(paging.offset?.name ?? paging.page!.name, 'must not lie before the first item')
  return { offset, limit }
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : undefined
}

function invalid(name: string, message: string): never {
  return refuse('invalid', {
    problems: [{ in: 'query', pointer: '', rule: 'malformed', message, name }],
  })
}

/** What a page holds, and where it lies. */
interface Found {
  rows: Thing[]
  total: number
  before: number
  hasMore: boolean
}

const nothing: Found = { rows: [], total: 0, before: 0, hasMore: false }

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== ''
}

/** The rows of a page. Without filters it costs the same in a list of any length. */
function pick(
  exchange: Exchange,
  role: Role,
  paging: Paging,
  values: Record<string, unknown>,
  cut: { offset: number; limit: number },
): Found {
  const { rows, twin } = exchange
  const at = placeOf(exchange, role.at, role.names)
  if (role.kind === 'related') return nothing
  const place = role.by === undefined ? at : placeOf(exchange, role.resource!.home, role.names)
  const range = { index: 'collection' as const, equals: key(twin.definition.name, place.path) }
  const accepts = acceptsOf(exchange, role, values)
  const order = orderOf(role, values, twin.contract.schemas)
  const cursor = readCursor(paging, values)
  const follow = (row: Thing): Thing =>
    row.to === undefined ? row : (rows.get(things, row.to) ?? row)
  if (accepts === undefined && order === undefined) {
    const begin = cursor === undefined ? cut : beginOf(exchange, place.path, cursor)
    // One more than asked for tells whether there is another page.
    const found = rows.page(things, { ...range, ...begin, limit: cut.limit + 1 }).map(follow)
    return pageOf(found, rows.count(things, range), cursor?.offset ?? cut.offset, cut.limit)
  }
  let all = rows.all(things, range).map(follow)
  if (accepts !== undefined) all = all.filter(({ value }) => accepts(value))
  if (order !== undefined) all.sort((a, b) => order(a.value, b.value))
  const last = cursor === undefined ? -1 : all.findIndex((row) => row.key === cursor.key)
  const lost = cursor?.offset ?? (cursor === undefined ? cut.offset : all.length)
  const from = last === -1 ? lost : last + 1
  return pageOf(all.slice(from, from + cut.limit + 1), all.length, from, cut.limit)
}

function pageOf(rows: Thing[], total: number, before: number, limit: number): Found {
  const hasMore = rows.length > limit && limit > 0
  if (rows.length > limit) rows.length = limit
  return { rows, total, before, hasMore }
}

function acceptsOf(exchange: Exchange, role: Role, values: Record<string, unknown>) {
  const selected = selectionOf(role, values, exchange.twin.contract.schemas)
  if (role.by === undefined) return selected
  const { property, param } = role.by
  const wanted = exchange.path[role.names[param]!]
  return (value: Record<string, unknown>): boolean =>
    String(value[property]) === wanted && (selected === undefined || selected(value))
}

interface Cursor {
  key: string
  offset: number | undefined
}

function readCursor(paging: Paging, values: Record<string, unknown>): Cursor | undefined {
  const text = paging.cursor && values[paging.cursor.name]
  if (typeof text !== 'string' || text === '') return undefined
  if (paging.cursor!.isKey) return { key: text, offset: undefined }
  const match = /^(\d+) (.*)$/s.exec(Buffer.from(text, 'base64url').toString('utf8'))
  if (match === null) return invalid(paging.cursor!.name, 'must be a cursor from an earlier page')
  return { key: match[2]!, offset: Number(match[1]) }
}

/** Behind the item that the last page ended with; where that is gone, by count. */
function beginOf(exchange: Exchange, collection: string, cursor: Cursor) {
  const id = `${exchange.twin.definition.name} ${collection} ${cursor.key}`
  if (exchange.rows.get(things, id) !== undefined) return { after: id }
  return { offset: cursor.offset ?? Infinity }
}

function pageReply(
  exchange: Exchange,
  role: Role,
  paging: Paging,
  cut: Cut,
  items: unknown[],
): Reply {
  const { path } = role.spot!
  const { next, marks } = pageMarks(exchange, paging, cut, items.length)
  if (path.length === 0) {
    const reply = asJson(role, role.reply.status, items)
    if (paging.hasLink)
      reply.headers['link'] = next === undefined ? [marks.self] : [marks.self, next]
    return reply
  }
  const body = structuredClone(frameOf(exchange, role)) as Record<string, unknown>
  setAt(body, path, items)
  marks.write(body)
  const reply = asJson(role, role.reply.status, body)
  if (paging.hasLink && next !== undefined) reply.headers['link'] = [marks.self, next]
  return reply
}

const frames = new WeakMap<Role, Map<string, unknown>>()

/** The reply around the list, with whatever else it must have. */
function frameOf(exchange: Exchange, role: Role): unknown {
  let known = frames.get(role)
  if (known === undefined) frames.set(role, (known = new Map<string, unknown>()))
  const { world, twin } = exchange
  const name = `${twin.definition.name} ${world.seed}`
  let frame = known.get(name)
  if (frame === undefined) {
    if (known.size > 100) known.clear()
    frame = envelope(lastingMaker(world, twin, role.op.id), role, [])
    known.set(name, frame)
  }
  return frame
}

/** Makes a sampled list look like the only page there is, so that nobody pages through samples for ever. */
export function lastPage(exchange: Exchange, role: Role, sample: unknown): unknown {
  const paging = pagingOf(role, exchange.twin.contract.schemas)
  const values = role.op.method === 'GET' ? exchange.query : argumentsOf(exchange)
  const cut = readCut(paging, values)
  const { path } = role.spot!
  let found: unknown = sample
  for (const name of path) found = isRecord(found) ? found[name] : undefined
  if (!Array.isArray(found)) return sample
  const isBehind = cut.offset > 0 || isGiven(paging.cursor && values[paging.cursor.name])
  const items = isBehind ? [] : found.slice(0, cut.limit)
  if (path.length === 0) return items
  const body = structuredClone(sample) as Record<string, unknown>
  setAt(body, path, items)
  const total = isBehind ? cut.offset : items.length
  const { limit, offset: before } = cut
  pageMarks(
    exchange,
    paging,
    { limit, before, total, hasMore: false, after: undefined },
    items.length,
  ).marks.write(body)
  return body
}
