import { isRecord } from '../contract/schema.ts'
import { idOf } from './before.ts'
import { rangeOf, readContentRange, type ContentRange } from './content-range.ts'
import { envelopeOf, type PagePlace } from './envelope.ts'
import type { Meaning, Paging } from './knowledge.ts'
import { listPlace } from './lists.ts'
import type { Observed } from './observe.ts'
import { isCut, sizeOf, standing, textsIn, totalIn } from './page-size.ts'
import { readPointer } from './template.ts'

/** One page as it was seen. */
export interface ListSeen {
  cassette: string
  query: Readonly<Record<string, unknown>>
  items: readonly unknown[]
  /** The reply without its list. */
  envelope: unknown
  headers: Readonly<Record<string, string>>
  at: PagePlace
  /** How long the list is, as something beside it tells. */
  total: number | undefined
  /** Parameters of the address of the next page. */
  nextLink: URLSearchParams | undefined
  /** What `Content-Range` says of it. */
  range: ContentRange | undefined
}

const pageName = /^(page|p|page_?(num|number|no|index)|page\[number\])$/i
const startName = /^(offset|start|start_?at|start_?index|skip|from|\$skip|page\[offset\])$/i
const sizeName =
  /^(limit|per_?page|page_?size|page_?limit|size|max_?results|max|count|top|\$top|take|rows|page\[(size|limit)\])$/i
const cursorName =
  /^(after|cursor|page_?token|starting_?after|next|next_?(token|cursor|page)|continuation(_?token)?|marker|since|page\[(after|cursor)\])$/i

/** How an operation cuts its list into pages, and what it says beside them; both undefined when it does not. */
export function pagingOf(good: readonly Observed[]): {
  paging: Paging | undefined
  envelope: Record<string, Meaning>
} {
  const lists = listsIn(good)
  const rels = [...new Set(good.flatMap(({ recorded }) => relsOf(recorded.replyHeaders['link'])))]
  if (lists.length === 0) {
    const paging: Paging = { style: 'whole', param: '', links: rels }
    return { paging: rels.length > 0 ? paging : undefined, envelope: {} }
  }
  const declared = good[0]!.reach.op.params.flatMap((one) => (one.in === 'query' ? [one.name] : []))
  const params = new Set([...declared, ...lists.flatMap(({ query }) => Object.keys(query))])
  const numeric = (pattern: RegExp): string | undefined =>
    [...params].find(
      (name) =>
        pattern.test(name) &&
        lists.every(({ query }) => !(name in query) || /^\d+$/.test(String(query[name]))),
    )
  const size = sizeOf(lists, numeric(sizeName))
  const way = wayOf(lists, numeric(pageName), numeric(startName))
  let paging: Paging | undefined
  if (way !== undefined) paging = { ...way }
  else if (size !== undefined || rels.length > 0) paging = { style: 'whole', param: '' }
  if (paging !== undefined && size !== undefined) paging.size = size
  if (paging !== undefined && rels.length > 0) paging.links = rels
  place(lists, paging)
  const range = rangeOf(lists)
  if (range !== undefined) paging = { style: 'whole', param: '', ...paging, range }
  return { paging, envelope: envelopeOf(lists, paging) }
}

function listsIn(good: readonly Observed[]): ListSeen[] {
  return good.flatMap(({ recorded, query }): ListSeen[] => {
    const { json, method, replyHeaders, cassette, origin } = recorded
    const where = listPlace(json)
    if (method !== 'GET' || where === undefined) return []
    const items = readPointer(json, where) as unknown[]
    const headers = Object.fromEntries(
      Object.entries(replyHeaders).flatMap(([name, [value]]) =>
        /^x-(total|page|per-page|next-page|prev-page|total-\w+)$/.test(name) && value !== undefined
          ? [[name, value]]
          : [],
      ),
    )
    const envelope = where === '' ? {} : json
    const next = nextLinkOf(replyHeaders['link']) ?? nextLinkIn(envelope)
    const nextLink =
      next !== undefined && URL.canParse(next, origin)
        ? new URL(next, origin).searchParams
        : undefined
    const at = {
      start: 0,
      size: Infinity,
      shown: items.length,
      page: 1,
      total: undefined,
      hasMore: undefined,
    }
    const range = readContentRange(replyHeaders['content-range']?.[0])
    const total = range?.total ?? totalIn(envelope)
    return [{ cassette, query, items, envelope, headers, at, total, nextLink, range }]
  })
}

function relsOf(links: readonly string[] | undefined): string[] {
  return (links ?? []).flatMap((one) => [...one.matchAll(/rel="?(\w+)/g)].map((match) => match[1]!))
}

function nextLinkOf(links: readonly string[] | undefined): string | undefined {
  for (const one of links ?? []) {
    const found = /<([^>]*)>\s*;[^,<]*rel="?next/.exec(one)?.[1]
    if (found !== undefined) return found
  }
  return undefined
}

/** `next`, `links.next`, `paging.next.link`: an address in the body. */
function nextLinkIn(value: unknown, depth = 0): string | undefined {
  if (!isRecord(value) || depth > 2) return undefined
  for (const [key, one] of Object.entries(value)) {
    if (/^(next|next_?(url|link|page|page_?url)|@odata\.nextLink|link|href)$/i.test(key)) {
      if (
        typeof one === 'string' &&
        /^(https?:\/\/|\/|\?).*[?&]?\w+=/.test(one) &&
        (depth > 0 || /^(@|next)/i.test(key))
      )
        return one
    }
    if (isRecord(one) && /next|link|paging|pagination|meta/i.test(key)) {
      const found = nextLinkIn(one, depth + 1)
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** By which parameter one goes on: a page's number, how many to skip, or something that the page before brought. */
function wayOf(
  lists: readonly ListSeen[],
  pageParam: string | undefined,
  startParam: string | undefined,
): Paging | undefined {
  const link = lists.find(({ nextLink }) => nextLink !== undefined)?.nextLink
  const inLink = link === undefined ? [] : [...link.keys()]
  const isUsed = (name: string | undefined): name is string =>
    name !== undefined &&
    (inLink.includes(name) || lists.some(({ query }) => Object.hasOwn(query, name)))
  const token = tokenOf(lists)
  if (token !== undefined) return token
  if (isUsed(pageParam)) {
    const isZero = lists.some(({ query, items }) => query[pageParam] === '0' && items.length > 0)
    return { style: 'page', param: pageParam, first: isZero ? 0 : 1 }
  }
  if (isUsed(startParam)) {
    const values = new Set(lists.map(({ query }) => query[startParam]))
    const isOne = /index/i.test(startParam) && values.has('1') && !values.has('0')
    return { style: 'offset', param: startParam, first: isOne ? 1 : 0 }
  }
  const cursor = inLink.find((name) => cursorName.test(name))
  return cursor === undefined ? undefined : { style: 'link', param: cursor }
}

/** A parameter whose value came from the page before: from beside the list, or the last member's id. */
function tokenOf(lists: readonly ListSeen[]): Paging | undefined {
  for (const [i, list] of lists.entries()) {
    for (const [param, value] of Object.entries(list.query)) {
      if (typeof value !== 'string' || value.length < 2 || /^(true|false|asc|desc)$/.test(value))
        continue
      for (const before of lists.slice(Math.max(0, i - 5), i).reverse()) {
        if (before.cassette !== list.cassette || before.query[param] === value) continue
        const at = placeOf(before.envelope, value)
        if (at !== undefined && /next|cursor|token|after|continu|marker/i.test(at))
          return { style: 'token', param, at, ...endOf(lists, at) }
        const last = before.items.at(-1)
        if (cursorName.test(param) && isRecord(last) && idOf(last) === value)
          return { style: 'after', param }
      }
    }
  }
  return tokenByName(lists)
}

/** Nobody went on, but the reply offers to: `nextPageToken` goes into `pageToken`. */
function tokenByName(lists: readonly ListSeen[]): Paging | undefined {
  for (const { envelope } of lists) {
    for (const [at, value] of textsIn(envelope)) {
      const key = at.slice(at.lastIndexOf('/') + 1)
      if (!/^next.*(token|cursor)$/i.test(key) || value === '') continue
      const name = key.replace(/^next_?/i, '')
      const param = name.charAt(0).toLowerCase() + name.slice(1)
      return { style: 'token', param, at, ...endOf(lists, at) }
    }
  }
  return undefined
}

/** What stands there when nothing follows: an empty text, null, or nothing at all. */
function endOf(lists: readonly ListSeen[], at: string): { end?: '' | null } {
  const values = new Set(lists.map(({ envelope }) => readPointer(envelope, at)))
  return values.has('') ? { end: '' } : values.has(null) ? { end: null } : {}
}

function placeOf(envelope: unknown, value: string): string | undefined {
  for (const [at, one] of textsIn(envelope)) if (one === value) return at
  return undefined
}

/** Tells each page where it stood. */
function place(lists: readonly ListSeen[], paging: Paging | undefined): void {
  for (const list of lists) {
    const { query, at, items } = list
    const { start, size, page } = standing(query, paging)
    const isPart = isCut(list)
    const isFull = items.length >= size
    at.start = start
    at.size = size
    at.page = page
    at.hasMore = isPart
      ? true
      : isFull
        ? undefined
        : start > 0 && items.length === 0
          ? undefined
          : false
    if (paging?.style === 'token' || paging?.style === 'link' || paging?.style === 'after')
      if (Object.hasOwn(query, paging.param)) [at.start, at.hasMore] = [NaN, isPart]
    if (at.hasMore === undefined && list.total !== undefined)
      at.hasMore = start + items.length < list.total
  }
}
