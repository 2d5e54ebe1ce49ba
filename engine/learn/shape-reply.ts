import { isRecord } from '../contract/schema.ts'
import type { Places } from './apply.ts'
import { idOf } from './before.ts'
import { instantiate, type Filling } from './instantiate.ts'
import type { Case, OperationFacts, ParamFact } from './knowledge.ts'
import { applyMask, isStocked, listPlace } from './lists.ts'
import { overThing, overWrite } from './overlay.ts'
import type { Reach } from './reach.ts'
import type { LearnedThing, Store } from './store.ts'
import { isIdText } from './looks.ts'
import { linksOf, showList } from './show-list.ts'
import { maskOf } from './template.ts'

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
  headers?: Record<string, string>
}

/** Fills a case's reply with what is so now. */
export function shape(now: Now, chosen: Case, facts: OperationFacts | undefined): Shaped {
  const { reach, filling, thing, body } = now
  const params = facts?.params ?? {}
  if (chosen.status >= 300) return { json: instantiate(chosen.json, filling) }
  const hides = new Set(facts?.hides)
  if (reach.op.method === 'GET') {
    const place = listPlace(chosen.json)
    const isHeld = place !== undefined && !reach.isItem && now.store.isHome(reach.pathname)
    if (place !== undefined && !reach.isItem && (isHeld || isStocked(chosen.json, place)))
      return masked(showList(now, chosen, place, facts), now, params)
    const filled = instantiate(chosen.json, filling)
    const known = thing?.value
    const isListed = thing?.after[0] === '(listed)'
    const isWhole = known !== undefined && thing?.after.length === 0
    const json = isWhole ? known : overThing(filled, known, isListed ? new Set() : hides)
    const shaped: Shaped = { json: maskBy(json, now.query, params) }
    const links = linksOf(now, undefined, undefined, facts?.paging)
    if (links.length > 0) shaped.link = links
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

function masked(
  shaped: Shaped,
  { query }: Now,
  params: Readonly<Record<string, ParamFact>>,
): Shaped {
  return { ...shaped, json: maskBy(shaped.json, query, params) }
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
