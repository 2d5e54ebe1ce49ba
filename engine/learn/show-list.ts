import { withMember } from './apply.ts'
import { spellRange } from './content-range.ts'
import { meant, unknown, type PagePlace } from './envelope.ts'
import { instantiate } from './instantiate.ts'
import type { Case, OperationFacts } from './knowledge.ts'
import { itemsMark, selectBy } from './lists.ts'
import { overThing } from './overlay.ts'
import { standing } from './page-size.ts'
import type { Now, Shaped } from './shape-reply.ts'
import { orderAsked, readOrder, sortBy } from './sorting.ts'
import type { LearnedThing } from './store.ts'
import { readPointer } from './template.ts'

interface Shown {
  one: LearnedThing
  json: unknown
}

interface Cut {
  page: Shown[]
  at: PagePlace
  /** The own id of the last one shown, when more follow. */
  next: string | undefined
}

/** A list of what the world holds at the path: selected, sorted and cut as the service does. */
export function showList(
  now: Now,
  chosen: Case,
  place: string,
  facts: OperationFacts | undefined,
): Shaped {
  const list = readPointer(chosen.json, place) as unknown[]
  const template = list[0] === itemsMark ? list[1] : list[0]
  const hides = new Set(facts?.hides)
  const toShown = (one: LearnedThing): Shown => ({ one, json: memberOf(one, template, now, hides) })
  const cut = isPlain(now, facts) ? cutRows(now, facts, toShown) : cutAll(now, facts, toShown)
  const tokens = place.split('/').slice(1)
  let json = instantiate(withMember(chosen.json, tokens, []), now.filling)
  json = withMember(
    json,
    tokens,
    cut.page.map((one) => one.json),
  )
  return withEnvelope(json, now, cut, facts)
}

function memberOf(
  one: LearnedThing,
  template: unknown,
  { filling }: Now,
  hides: ReadonlySet<string>,
): unknown {
  if (one.after.length === 0 || one.after[0] === '(listed)' || template === undefined)
    return one.value
  const filled = instantiate(template, { ...filling, thing: one.value, sibling: one.value })
  return overThing(filled, one.value, hides)
}

const selecting = new Set(['equals', 'begins', 'filters', 'sorts', 'directs'])

/** Whether the list comes as it lies: then a page costs the same however long it is. */
function isPlain({ query }: Now, facts: OperationFacts | undefined): boolean {
  const params = facts?.params ?? {}
  return !Object.keys(query).some(
    (name) => Object.hasOwn(params, name) && selecting.has(params[name]!.does),
  )
}

/** The rows of one page, straight from the world. */
function cutRows(
  { store, reach, query }: Now,
  facts: OperationFacts | undefined,
  toShown: (one: LearnedThing) => Shown,
): Cut {
  const { start, size, page } = standing(query, withCap(facts, query))
  const total = store.count(reach.pathname)
  const cursor = cursorOf(query, facts)
  const after =
    cursor === undefined
      ? undefined
      : store
          .byOwn(cursor)
          .find(({ home, also }) => home === reach.pathname || also.includes(reach.pathname))?.path
  const isReverse = facts?.order?.startsWith('-') === true
  const asked = { start, limit: Number.isFinite(size) ? size + 1 : Infinity, isReverse }
  const found = store.page(
    reach.pathname,
    after === undefined ? asked : { ...asked, start: 0, after },
  )
  const shown = found.slice(0, size).map(toShown)
  const hasMore = found.length > shown.length
  const at = { start, size, shown: shown.length, page, total, hasMore }
  return { page: shown, at, next: hasMore ? shown.at(-1)?.one.own : undefined }
}

/** The same where members are chosen or sorted by what they are: all are looked at. */
function cutAll(
  { store, reach, query }: Now,
  facts: OperationFacts | undefined,
  toShown: (one: LearnedThing) => Shown,
): Cut {
  const params = facts?.params ?? {}
  let items = store
    .at(reach.pathname)
    .filter((one) => !one.gone && one.value !== undefined)
    .map(toShown)
  const kept = new Set(
    selectBy(
      items.map(({ json }) => json),
      query,
      params,
    ),
  )
  items = items.filter(({ json }) => kept.has(json))
  const usual = readOrder(facts?.order)
  const keys = orderAsked(query, params, items[0]?.json) ?? (usual === undefined ? [] : [usual])
  if (keys.length > 0) items = sortBy(items, ({ json }) => json, keys)
  else if (facts?.order === '-') items.reverse()
  const { start, size, page } = standing(query, withCap(facts, query))
  const cursor = cursorOf(query, facts)
  const from = cursor === undefined ? start : items.findIndex(({ one }) => one.own === cursor) + 1
  const shown = items.slice(from, from + size)
  const hasMore = from + shown.length < items.length
  const at = { start: from, size, shown: shown.length, page, total: items.length, hasMore }
  return { page: shown, at, next: hasMore ? shown.at(-1)?.one.own : undefined }
}

/** A parameter that was seen to cap the list is its size, whatever it is called. */
function withCap(facts: OperationFacts | undefined, query: Now['query']): OperationFacts['paging'] {
  const paging = facts?.paging
  if (paging?.size?.param !== undefined) return paging
  const param = Object.entries(facts?.params ?? {}).find(
    ([name, fact]) => fact.does === 'caps' && query[name] !== undefined,
  )?.[0]
  if (param === undefined) return paging
  return { style: 'whole', param: '', ...paging, size: { ...paging?.size, param } }
}

function cursorOf(query: Now['query'], facts: OperationFacts | undefined): string | undefined {
  const { style, param = '' } = facts?.paging ?? {}
  if (style !== 'token' && style !== 'link' && style !== 'after') return undefined
  const value = Object.hasOwn(query, param) ? query[param] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Says beside the list what the service says there of its pages. */
function withEnvelope(
  json: unknown,
  now: Now,
  { at, next }: Cut,
  facts: OperationFacts | undefined,
): Shaped {
  const paging = facts?.paging
  const shaped: Shaped = { json, headers: {} }
  for (const [place, meaning] of Object.entries(facts?.envelope ?? {})) {
    const value = meant(meaning, at, paging?.first ?? 1)
    if (value === unknown) continue
    if (place.startsWith('header ')) shaped.headers![place.slice(7)] = String(value ?? '')
    else shaped.json = withMember(shaped.json, place.split('/').slice(1), value)
  }
  if (paging?.range !== undefined) shaped.headers!['content-range'] = spellRange(paging.range, at)
  if (paging?.at !== undefined)
    shaped.json = withMember(shaped.json, paging.at.split('/').slice(1), next ?? paging.end)
  const links = linksOf(now, at, next, paging)
  if (links.length > 0) shaped.link = links
  return shaped
}

/** The `Link` header, with the links that the service was seen to give. */
export function linksOf(
  { reach, filling, query }: Now,
  at: PagePlace | undefined,
  next: string | undefined,
  paging: OperationFacts['paging'],
): string[] {
  if (paging?.links === undefined) return []
  const first = paging.first ?? (paging.style === 'offset' ? 0 : 1)
  const to = (value: string | number | undefined): string => {
    const pairs = new URLSearchParams(
      Object.entries(query).map(([name, one]): [string, string] => [name, String(one)]),
    )
    if (value !== undefined && paging.param !== '') pairs.set(paging.param, String(value))
    return `<${filling.origin}${reach.pathname}${pairs.size > 0 ? `?${pairs}` : ''}>`
  }
  const { page = first, start = 0, size = Infinity, total = 0 } = at ?? {}
  const hasMore = at?.hasMore === true
  const steps: Record<string, string | number | undefined> =
    paging.style === 'page'
      ? {
          next: hasMore ? page + 1 : undefined,
          prev: page > first ? page - 1 : undefined,
          first,
          last: Number.isFinite(size)
            ? Math.max(first, Math.ceil(total / size) - 1 + first)
            : first,
        }
      : paging.style === 'offset'
        ? {
            next: hasMore ? start + size + first : undefined,
            prev: start > 0 ? Math.max(0, start - size) + first : undefined,
            first,
          }
        : { next }
  steps['previous'] = steps['prev']
  return paging.links.flatMap((rel) => {
    if (rel === 'self') return [`${to(undefined)}; rel="self"`]
    const step = Object.hasOwn(steps, rel) ? steps[rel] : undefined
    return step === undefined ? [] : [`${to(step)}; rel="${rel}"`]
  })
}
