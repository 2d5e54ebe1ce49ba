import { isRecord } from '../contract/schema.ts'
import { withMember, type Places } from './apply.ts'
import { idOf } from './before.ts'
import { instantiate, type Filling } from './instantiate.ts'
import type { Case, OperationFacts, ParamFact } from './knowledge.ts'
import { applyMask, isStocked, itemsMark, listPlace, selectBy } from './lists.ts'
import { overThing, overWrite } from './overlay.ts'
import type { Reach } from './reach.ts'
import type { LearnedThing, Store } from './store.ts'
import { isIdText } from './looks.ts'
import { maskOf, readPointer } from './template.ts'

/** What is asked, and what is known about what it is asked of. */
export interface Now {
  reach: Reach
  store: Store
  query: Readonly<Record<string, unknown>>
  body: unknown
  thing: LearnedThing | undefined
  filling: Filling
  places: Places
}

/** A reply's body, and the link to the next page where there is one. */
export interface Shaped {
  json: unknown
  link?: string[]
}

/** Fills a case's reply with what is so now. */
export function shape(now: Now, chosen: Case, facts: OperationFacts | undefined): Shaped {
  const { reach, filling, thing, body } = now
  const params = facts?.params ?? {}
  if (chosen.status >= 300) return { json: instantiate(chosen.json, filling) }
  const hides = new Set(facts?.hides)
  if (reach.op.method === 'GET') {
    const place = listPlace(chosen.json)
    const isHeld = place !== undefined && !reach.isItem && now.store.at(reach.pathname).length > 0
    if (place !== undefined && !reach.isItem && (isHeld || isStocked(chosen.json, place)))
      return stocked(now, chosen, place, facts)
    const filled = instantiate(chosen.json, filling)
    const known = thing?.value
    const isListed = thing?.after[0] === '(listed)'
    const isWhole = known !== undefined && thing?.after.length === 0
    const json = isWhole ? known : overThing(filled, known, isListed ? new Set() : hides)
    const shaped: Shaped = { json: maskBy(json, now.query, params) }
    if (facts?.paging?.style === 'link') shaped.link = linksOf(now, facts.paging.param, undefined)
    return shaped
  }
  const filled = instantiate(chosen.json, filling)
  const isKnown =
    isRecord(thing?.value) &&
    isRecord(filled) &&
    Object.values(filled).includes(reach.spots.at(-1)?.own)
  const had = chosen.when
    .filter((one) => one.startsWith('body /') && !one.includes(' = '))
    .map((one) => one.slice(5))
  const json = overWrite({
    template: chosen.json,
    filled,
    body,
    known: isKnown ? thing?.value : undefined,
    hadBody: new Set(had),
    echoesAll: facts?.echo?.all === true,
    neverEchoed: new Set(facts?.echo?.never),
    hides,
  })
  return { json: maskBy(unlikeOthers(json, now), now.query, params) }
}

/** Something new is not called what another is called already. */
function unlikeOthers(json: unknown, { reach, store, filling, places }: Now): unknown {
  const own = isRecord(json) ? idOf(json) : undefined
  if (reach.op.method !== 'POST' || own === undefined || !isIdText(own)) return json
  if (!places.isList(reach.pathname)) return json
  const taken = store.get(`${reach.pathname}/${own}`)
  if (taken === undefined || taken.gone) return json
  const fresh = instantiate(`«new ${maskOf(own)}»`, filling)
  return JSON.parse(JSON.stringify(json).replaceAll(own, String(fresh)))
}

function maskBy(
  json: unknown,
  query: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, ParamFact>>,
): unknown {
  let out = json
  for (const [name, value] of Object.entries(query))
    if (typeof value === 'string' && Object.hasOwn(params, name) && params[name]!.does === 'masks')
      out = applyMask(out, value)
  return out
}

/** A list of what the world holds at the path. */
function stocked(now: Now, chosen: Case, place: string, facts: OperationFacts | undefined): Shaped {
  const { store, reach, filling, query } = now
  const params = facts?.params ?? {}
  const list = readPointer(chosen.json, place) as unknown[]
  const template = list[0] === itemsMark ? list[1] : list[0]
  const hides = new Set(facts?.hides)
  const here = store.at(reach.pathname).filter((one) => !one.gone)
  let items = here
    .map((one) => ({ one, json: memberOf(one, template, filling, hides) }))
    .filter(({ json }) => json !== undefined)
  const kept = new Set(
    selectBy(
      items.map(({ json }) => json),
      query,
      params,
    ),
  )
  items = items.filter(({ json }) => kept.has(json))
  const { page, next } = cut(items, now, facts)
  let json = instantiate(withMember(chosen.json, place.split('/').slice(1), []), filling)
  json = withMember(
    json,
    place.split('/').slice(1),
    page.map((one) => one.json),
  )
  const shaped: Shaped = { json: maskBy(json, query, params) }
  if (facts?.paging?.at !== undefined)
    shaped.json = withMember(shaped.json, [facts.paging.at.slice(1)], next)
  if (facts?.paging?.style === 'link') shaped.link = linksOf(now, facts.paging.param, next)
  return shaped
}

function memberOf(
  one: LearnedThing,
  template: unknown,
  filling: Filling,
  hides: ReadonlySet<string>,
): unknown {
  if (one.after.length === 0 || one.after[0] === '(listed)' || template === undefined)
    return one.value
  const filled = instantiate(template, { ...filling, thing: one.value, sibling: one.value })
  return overThing(filled, one.value, hides)
}

function cut(
  items: { one: LearnedThing; json: unknown }[],
  { query }: Now,
  facts: OperationFacts | undefined,
): { page: { one: LearnedThing; json: unknown }[]; next: string | undefined } {
  const cap = Object.entries(facts?.params ?? {}).find(
    ([name, fact]) => fact.does === 'caps' && query[name] !== undefined,
  )
  const limit = cap === undefined ? Infinity : Number(query[cap[0]])
  const cursor = facts?.paging === undefined ? undefined : query[facts.paging.param]
  const at = typeof cursor === 'string' ? items.findIndex(({ one }) => one.own === cursor) + 1 : 0
  const page = items.slice(at, Number.isFinite(limit) ? at + limit : undefined)
  const hasMore = at + page.length < items.length
  return { page, next: hasMore ? page.at(-1)?.one.own : undefined }
}

function linksOf(
  { reach, filling, query }: Now,
  param: string,
  next: string | undefined,
): string[] {
  const base = filling.origin + reach.pathname
  const pairs = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  )
  const self = `<${base}${pairs.size > 0 ? `?${pairs}` : ''}>; rel="self"`
  if (next === undefined || param === '') return [self]
  pairs.set(param, next)
  return [self, `<${base}?${pairs}>; rel="next"`]
}
