import { setOwn } from '../contract/problem.ts'
import { isRecord } from '../contract/schema.ts'
import { idOf, listIn } from './before.ts'
import { instantiate, type Filling } from './instantiate.ts'
import type { Effect } from './knowledge.ts'
import { isIdText } from './looks.ts'
import type { Reach, Spot } from './reach.ts'
import type { LearnedThing, Store } from './store.ts'
import { readPointer } from './template.ts'

type Thing = Omit<LearnedThing, 'id' | 'twin'>

const afterMax = 3

/** A call and its reply, as far as they tell what is now so. */
export interface Happened {
  reach: Reach
  body: unknown
  status: number
  json: unknown
  effect: Effect | undefined
  filling: Filling
  places: Places
}

/** What a contract tells of paths. */
export interface Places {
  /** Whether a list, or something without an id, can be read at this path. */
  isList: (pathname: string) => boolean
  /** The members of what can be read at this path, where that is known. */
  membersAt: (pathname: string) => ReadonlySet<string> | undefined
}

/** Notes what a successful call changed or showed. The same for recorded calls and for ours. */
export function apply(store: Store, happened: Happened): void {
  const { reach, status, json } = happened
  if (status >= 300) return
  applyElsewhere(store, happened)
  const { method } = reach.op
  if (method === 'GET' || method === 'HEAD') noteShown(store, reach, json)
  else if (method === 'DELETE') applyDelete(store, happened)
  else applyWrite(store, happened)
}

/** Changes other things than the call's own, as far as they are known. */
function applyElsewhere(store: Store, { effect, filling, reach, json }: Happened): void {
  for (const [who, set] of Object.entries(effect?.others ?? {})) {
    const own = nameBy(who, filling, reach, json)
    if (typeof own !== 'string' && typeof own !== 'number') continue
    for (const thing of store.byOwn(String(own))) {
      if (thing.gone || thing.value === undefined) continue
      const value = changed(thing.value, { set }, { ...filling, self: thing.value })
      store.put({ ...thing, value })
    }
  }
}

/** The id that stands where `body /bookId` and the like point to. */
function nameBy(who: string, filling: Filling, reach: Reach, json: unknown): unknown {
  const [from, place = ''] = [who.slice(0, who.indexOf(' ')), who.slice(who.indexOf(' ') + 1)]
  if (from === 'path') return Object.hasOwn(reach.params, place) ? reach.params[place] : undefined
  if (from === 'reply') return readPointer(json, place)
  return readPointer(from === 'body' ? filling.body : filling.thing, place)
}

function noteShown(store: Store, reach: Reach, json: unknown): void {
  if (!isRecord(json)) return
  const list = listIn(json)
  const spot = reach.spots.at(-1)
  if (reach.isItem && spot !== undefined) putValue(store, spot, json)
  else if (list === undefined) putValue(store, singleSpot(reach.pathname), json)
}

/** Something without an id of its own: there is one at its path. */
export function singleSpot(pathname: string): Spot {
  return { path: pathname, own: pathname, home: '' }
}

/** Puts what is known of a thing; what was known and is not repeated stays. */
export function putValue(store: Store, spot: Spot, value: unknown, op?: string): void {
  const known = store.get(spot.path)
  const after = op === undefined ? (known?.after ?? []) : addAfter(known, op)
  store.put({
    path: spot.path,
    own: spot.own,
    home: known?.home ?? spot.home,
    value,
    gone: false,
    after,
    also: known?.also ?? [],
  })
}

function addAfter(known: Thing | undefined, op: string): string[] {
  return [...(known?.after ?? []).filter((one) => one !== op), op].slice(-afterMax)
}

function applyDelete(store: Store, { reach, effect, filling }: Happened): void {
  const spot = reach.spots.at(-1)
  if (spot === undefined || !reach.isItem) {
    const single = store.get(reach.pathname)
    if (single !== undefined) store.put({ ...single, value: undefined })
    return
  }
  const known = store.get(spot.path)
  if (effect?.gone === false) {
    if (known !== undefined) {
      const after = addAfter(known, reach.op.id)
      store.put({ ...known, after, value: changed(known.value, effect, filling) })
    }
    return
  }
  if (known !== undefined) store.put({ ...known, gone: true, after: addAfter(known, reach.op.id) })
  else store.put({ ...blank(spot), gone: true })
  for (const other of store.byOwn(spot.own)) {
    if (other.also.includes(spot.home))
      store.put({ ...other, also: other.also.filter((one) => one !== spot.home) })
    // A thing that other parts of the service show goes with it; one that is merely listed there stays.
    else if (other.path !== spot.path && !isBelow(spot.home, other) && reach.spots.length === 1)
      store.put({ ...other, gone: true })
  }
}

/** A member's own path: `/users/1` beside `/groups/2/users/1`. */
function isBelow(home: string, other: Thing): boolean {
  return home.endsWith(other.home) && home !== other.home
}

function blank(spot: Spot): Thing {
  return { ...spot, value: undefined, gone: false, after: [], also: [] }
}

function applyWrite(store: Store, happened: Happened): void {
  const { reach, json, effect, filling } = happened
  const { isList } = happened.places
  const spot = reach.spots.at(-1)
  const own = isRecord(json) ? idOf(json) : undefined
  const { id } = reach.op
  if (own !== undefined && spot !== undefined && isSame(own, spot, json)) {
    const known = store.get(spot.path)
    putValue(store, spot, merged(known?.value, json as object), id)
    return
  }
  if (reach.isItem && spot !== undefined) {
    writeItem(store, spot, happened)
    return
  }
  if (own !== undefined && (isIdText(own) || isList(reach.pathname))) {
    const home = isList(reach.pathname) || spot === undefined ? reach.pathname : spot.home
    putValue(store, { path: `${home}/${own}`, own, home }, json, id)
    return
  }
  if (isList(reach.pathname) || spot === undefined) {
    if (isRecord(json) && listIn(json) === undefined && Object.keys(json).length > 0)
      putValue(store, singleSpot(reach.pathname), json, id)
    return
  }
  const known = store.get(spot.path)
  const base = known ?? blank(spot)
  const value = effect === undefined ? base.value : changed(base.value, effect, filling)
  store.put({ ...base, value, gone: effect?.gone === true, after: addAfter(known, id) })
}

/** PUT or POST to one thing that the reply does not show, or shows under another name. */
function writeItem(store: Store, spot: Spot, happened: Happened): void {
  const { json, body, effect, filling, reach, places } = happened
  const known = store.get(spot.path)
  const base = known ?? blank(spot)
  const elsewhere = store.byOwn(spot.own).find((one) => one.path !== spot.path && !one.gone)
  if (body === undefined && !isRecord(json) && elsewhere !== undefined) {
    if (!elsewhere.also.includes(spot.home))
      store.put({ ...elsewhere, also: [...elsewhere.also, spot.home] })
    return
  }
  let value = base.value
  const members = places.membersAt(reach.pathname)
  if (isAbout(json, members)) value = merged(value, json)
  else if (isRecord(body) && isAbout(body, members)) value = merged(value, body)
  if (effect !== undefined) value = changed(value, effect, filling)
  store.put({ ...base, value, gone: effect?.gone === true, after: addAfter(known, reach.op.id) })
}

/** Whether a value tells of what can be read at a path: it shares at least half of its members. */
function isAbout(
  value: unknown,
  members: ReadonlySet<string> | undefined,
): value is Record<string, unknown> {
  if (!isRecord(value)) return false
  const keys = Object.keys(value)
  if (keys.length === 0) return false
  return members === undefined || keys.filter((key) => members.has(key)).length * 2 >= keys.length
}

function isSame(own: string, spot: Spot, json: unknown): boolean {
  return own === spot.own || (isRecord(json) && Object.values(json).includes(spot.own))
}

/** What is shown replaces what was known; a mere part of it is laid over. */
function merged(known: unknown, shown: object): unknown {
  if (!isRecord(known)) return shown
  if (Object.keys(shown).length * 2 >= Object.keys(known).length) return shown
  return { ...known, ...shown }
}

/** A value after an effect. */
function changed(value: unknown, effect: Effect, filling: Filling): unknown {
  let out = value
  const now = { ...filling, self: value }
  for (const [pointer, template] of Object.entries(effect.set ?? {}))
    out = withMember(out, pointer.split('/').slice(1), instantiate(template, now))
  for (const pointer of effect.drop ?? [])
    out = withMember(out, pointer.split('/').slice(1), undefined)
  return out
}

/** A copy with one member set, or removed where the new value is undefined. */
export function withMember(value: unknown, tokens: readonly string[], member: unknown): unknown {
  const [token, ...rest] = tokens
  if (token === undefined) return member
  if (Array.isArray(value)) {
    return value.map((one, i) =>
      String(i) === token ? withMember(one, rest, member) : (one as unknown),
    )
  }
  if (!isRecord(value)) return value
  const key = token.replaceAll('~1', '/').replaceAll('~0', '~')
  const inner = withMember(
    Object.hasOwn(value, key) ? value[key] : rest.length > 0 ? {} : undefined,
    rest,
    member,
  )
  const out = { ...value }
  if (inner === undefined) delete out[key]
  else setOwn(out, key, inner)
  return out
}
