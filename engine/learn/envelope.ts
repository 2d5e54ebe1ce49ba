import { isRecord, toPointerToken } from '../contract/schema.ts'
import type { Meaning, Paging } from './knowledge.ts'
import type { ListSeen } from './paging.ts'
import { readPointer } from './template.ts'

/** Where a page stands in its list. */
export interface PagePlace {
  /** How many came before. */
  start: number
  /** How many a page holds; Infinity when all come at once. */
  size: number
  shown: number
  /** As the service numbers it. */
  page: number
  total: number | undefined
  /** Something follows; undefined when nobody can tell. */
  hasMore: boolean | undefined
}

/** What a member of an envelope says of a page, where that can be told; `unknown` where it can't. */
export function meant(meaning: Meaning, at: PagePlace, firstPage: number): unknown {
  const { start, size, shown, page, total, hasMore } = at
  const more = hasMore ?? (total === undefined ? undefined : start + shown < total)
  switch (meaning) {
    case 'total':
      return total ?? unknown
    case 'shown':
      return shown
    case 'size':
      return Number.isFinite(size) ? size : unknown
    case 'start':
      return start
    case 'page':
      return page
    case 'pages':
      return total === undefined || !Number.isFinite(size) ? unknown : Math.ceil(total / size)
    case 'more':
      return more ?? unknown
    case 'less':
      return start > 0
    case 'next page':
      return more === undefined ? unknown : more ? page + 1 : null
    case 'previous page':
      return page > firstPage ? page - 1 : null
    case 'next start':
      return more === undefined ? unknown : more ? start + shown : null
    default:
      return unknown
  }
}

/** Stands for what nobody can tell. */
export const unknown: unique symbol = Symbol('unknown')

const named: readonly [Meaning, RegExp][] = [
  ['pages', /^(total_?pages|pages|page_?count|last_?page|num_?pages)$/i],
  ['total', /total|^count$|^matches$|^found$|^num_?results$/i],
  ['next page', /^next(_?page)?(_?number)?$/i],
  ['previous page', /^prev(ious)?(_?page)?(_?number)?$/i],
  ['next start', /^next(_?offset|_?start)?$/i],
  ['more', /has_?(more|next)|^more$|next_?page_?exists|is_?truncated|incomplete/i],
  ['less', /has_?prev/i],
  ['size', /^(per_?page|page_?size|limit|max_?results|size|items_?per_?page|count)$/i],
  ['page', /^(page|current_?page|page_?(number|no|index)|number)$/i],
  ['start', /^(offset|start|start_?at|start_?index|skip|from)$/i],
  ['shown', /^(count|shown|returned|results?|length|size|number_?of_?elements)$/i],
]

/** What the members beside a list say of it: those whose name and every value agree with one meaning. */
export function envelopeOf(
  lists: readonly ListSeen[],
  paging: Paging | undefined,
): Record<string, Meaning> {
  const places = new Set(
    lists.flatMap(({ envelope, headers }) => [
      ...scalarPlaces(envelope),
      ...Object.keys(headers).map((name) => `header ${name}`),
    ]),
  )
  const out = new Map<string, Meaning>()
  for (const place of places) {
    const name = place.slice(place.lastIndexOf('/') + 1).replace(/^header x-/, '')
    const values = lists.map((list) => ({ list, value: valueAt(list, place) }))
    for (const [meaning, pattern] of named) {
      if (!pattern.test(name.replaceAll('-', '_')) || out.has(place)) continue
      if (agrees(meaning, values, paging)) out.set(place, meaning)
    }
  }
  return Object.fromEntries(out)
}

function valueAt({ envelope, headers }: ListSeen, place: string): unknown {
  if (!place.startsWith('header ')) return readPointer(envelope, place)
  const text = headers[place.slice(7)]
  return text === undefined || text === '' ? undefined : Number(text)
}

/** Every value is as it would be with this meaning, and some of them could have been otherwise. */
function agrees(
  meaning: Meaning,
  values: readonly { list: ListSeen; value: unknown }[],
  paging: Paging | undefined,
): boolean {
  let [sure, open] = [0, 0]
  for (const { list, value } of values) {
    const isLast = list.at.hasMore === false
    const reached = list.at.start + list.at.shown
    if (meaning === 'total') {
      if (typeof value !== 'number' || value < reached) return false
      if (isLast && list.at.shown > 0 && value !== reached) return false
      sure += isLast ? 1 : 0
      open += isLast ? 0 : 1
      continue
    }
    const total = list.total
    const wanted = meant(meaning, { ...list.at, total }, paging?.first ?? 1)
    if (wanted === unknown) {
      open++
      continue
    }
    if ((value ?? null) !== wanted && !(value === undefined && wanted === false)) return false
    sure++
  }
  return sure > 0 || (meaning === 'total' && open > 1)
}

function* scalarPlaces(value: unknown, at = '', depth = 0): Generator<string> {
  if (!isRecord(value) || depth > 2) return
  for (const [key, one] of Object.entries(value)) {
    const place = `${at}/${toPointerToken(key)}`
    if (isRecord(one)) yield* scalarPlaces(one, place, depth + 1)
    else if (!Array.isArray(one)) yield place
  }
}
