import { isRecord } from '../contract/schema.ts'
import type { Exchange } from '../exchange.ts'
import type { Mark, Paging } from './pages.ts'

/** Where a page lies in its list. */
export interface Cut {
  limit: number
  total: number
  /** How many items lie before it, as far as that is known. */
  before: number
  hasMore: boolean
  /** The key of the page's last item. */
  after: string | undefined
}

/** What a page says about itself. */
export interface PageMarks {
  /** Link header values. */
  next: string | undefined
  marks: { self: string; write: (body: Record<string, unknown>) => void }
}

/** Everything about a page that its reply may say: total, next cursor, links. */
export function pageMarks(exchange: Exchange, paging: Paging, cut: Cut, length: number): PageMarks {
  const { origin, pathname, search } = exchange
  const self = `${origin}${pathname}${search === '' ? '' : `?${search}`}`
  const { hasMore } = cut
  const seen = cut.before + length
  const token = hasMore ? tokenOf(paging, cut, seen) : undefined
  const nextUrl = hasMore ? urlOf(exchange, paging, cut, seen, token) : undefined
  const write = (body: Record<string, unknown>): void => {
    for (const mark of paging.marks) {
      setMark(
        body,
        mark,
        valueOf(mark, { cut, length, seen, hasMore, token, nextUrl, self, paging }),
      )
    }
  }
  const next = nextUrl === undefined ? undefined : `<${nextUrl}>; rel="next"`
  return { next, marks: { self: `<${self}>; rel="self"`, write } }
}

function tokenOf(paging: Paging, cut: Cut, seen: number): string | undefined {
  if (cut.after === undefined) return undefined
  if (paging.cursor?.isKey) return cut.after
  return Buffer.from(`${seen} ${cut.after}`).toString('base64url')
}

function urlOf(
  exchange: Exchange,
  paging: Paging,
  cut: Cut,
  seen: number,
  token: string | undefined,
): string {
  const query = new URLSearchParams(exchange.search)
  if (paging.cursor !== undefined && token !== undefined) query.set(paging.cursor.name, token)
  else if (paging.offset !== undefined)
    query.set(paging.offset.name, String(seen + paging.offset.base))
  else if (paging.page !== undefined && cut.limit > 0) {
    query.set(paging.page.name, String(Math.floor(seen / cut.limit) + paging.page.base))
  }
  return `${exchange.origin}${exchange.pathname}?${query.toString()}`
}

interface Facts {
  cut: Cut
  length: number
  seen: number
  hasMore: boolean
  token: string | undefined
  nextUrl: string | undefined
  self: string
  paging: Paging
}

function valueOf(mark: Mark, facts: Facts): unknown {
  const { cut, length, seen, hasMore, token, nextUrl, self, paging } = facts
  const size = Number.isFinite(cut.limit) ? cut.limit : length
  const isNumber =
    !mark.types.has('string') && (mark.types.has('integer') || mark.types.has('number'))
  switch (mark.kind) {
    case 'total':
      return cut.total
    case 'size':
      return size
    case 'length':
      return length
    case 'offset':
      return cut.before + (paging.offset?.base ?? 0)
    case 'page':
      return size === 0
        ? (paging.page?.base ?? 1)
        : Math.floor(cut.before / size) + (paging.page?.base ?? 1)
    case 'pages':
      return size === 0 ? 1 : Math.max(1, Math.ceil(cut.total / size))
    case 'isLast':
      return !hasMore
    case 'hasMore':
      return hasMore
    case 'self':
      return mark.types.has('object') ? { href: self } : self
    case 'nextUrl':
      return nextUrl !== undefined && mark.types.has('object') && !mark.types.has('string')
        ? { href: nextUrl }
        : nextUrl
    case 'next':
      if (isNumber)
        return hasMore
          ? paging.page === undefined
            ? seen
            : Math.floor(seen / Math.max(1, size)) + paging.page.base
          : undefined
      // A service that pages by number or offset names the next page by its URL.
      return paging.cursor === undefined ? nextUrl : token
    case 'previous':
      return undefined
  }
}

/** Sets what a page says; at the end a cursor is left out, null or empty, whichever the contract allows. */
function setMark(body: Record<string, unknown>, mark: Mark, value: unknown): void {
  if (value !== undefined) return setAt(body, mark.path, value)
  if (!hasAt(body, mark.path)) return
  if (mark.types.has('null')) setAt(body, mark.path, null)
  else if (mark.types.has('string') && mark.kind !== 'nextUrl') setAt(body, mark.path, '')
  else removeAt(body, mark.path)
}

/** Sets a member inside an object, making the objects on the way. */
export function setAt(
  body: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
): void {
  let at = body
  for (const name of path.slice(0, -1)) {
    if (!isRecord(at[name])) at[name] = {}
    at = at[name] as Record<string, unknown>
  }
  at[path.at(-1)!] = value
}

function holderOf(
  body: Record<string, unknown>,
  path: readonly string[],
): Record<string, unknown> | undefined {
  let at: unknown = body
  for (const name of path.slice(0, -1)) at = isRecord(at) ? at[name] : undefined
  return isRecord(at) ? at : undefined
}

function hasAt(body: Record<string, unknown>, path: readonly string[]): boolean {
  const holder = holderOf(body, path)
  return holder !== undefined && Object.hasOwn(holder, path.at(-1)!)
}

function removeAt(body: Record<string, unknown>, path: readonly string[]): void {
  const holder = holderOf(body, path)
  if (holder !== undefined) delete holder[path.at(-1)!]
}
