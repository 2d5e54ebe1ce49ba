import { isRecord, toPointerToken } from '../contract/schema.ts'
import { isIdName, isIdText, isTimeText } from './looks.ts'
import type { Reach } from './reach.ts'
import type { LearnedThing, Store } from './store.ts'

const othersMax = 5
const wordsMax = 40

/**
 * What a call has to do with other things than its own: who else is called so (`taken /email`), what it speaks of
 * (`ref /bookId there`), and what speaks of it (`held by /loans at /memberId`); each with how those things are.
 */
export function* relationsOf(reach: Reach, store: Store, body: unknown): Generator<string> {
  let count = 0
  for (const word of allRelations(reach, store, body)) {
    if (++count > wordsMax) return
    yield word
  }
}

function* allRelations(reach: Reach, store: Store, body: unknown): Generator<string> {
  const { method } = reach.op
  if (method === 'GET') return
  if (isRecord(body)) {
    for (const [key, value] of Object.entries(body)) {
      const text = nameText(value)
      if (text === undefined) continue
      const place = `/${toPointerToken(key)}`
      yield* takenBy(reach, store, place, text)
      yield* refersTo(store, key, place, text)
    }
  }
  const own = reach.spots.at(-1)
  if (own === undefined) return
  for (const { thing, place } of store.naming(own.own)) {
    if (thing.gone || thing.path === own.path) continue
    const word = `held by ${kindOf(thing.home)} at ${place}`
    yield word
    for (const condition of conditionsOf(thing.value)) yield `${word}, ${condition}`
  }
}

/** A text or number that may name something. */
function nameText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string' || value.length < 2 || value.length > 200) return undefined
  return isTimeText(value) ? undefined : value
}

function* takenBy(reach: Reach, store: Store, place: string, text: string): Generator<string> {
  const isNew = reach.op.method === 'POST' && !reach.isItem
  const spot = reach.spots.at(-1)
  const home = isNew ? reach.pathname : spot?.home
  if (home === undefined || (!isNew && !reach.isItem)) return
  let seen = 0
  for (const { thing, place: where } of store.naming(text)) {
    if (where !== place || thing.gone || thing.home !== home || thing.own === spot?.own) continue
    if (seen++ >= othersMax) return
    yield `taken ${place}`
    for (const condition of conditionsOf(thing.value)) yield `taken ${place}, ${condition}`
  }
}

function* refersTo(store: Store, key: string, place: string, text: string): Generator<string> {
  const things = store.byOwn(text)
  if (things.length === 0) {
    if (isIdName(key)) yield `ref ${place} unknown`
    return
  }
  if (!isIdName(key) && !isIdText(text)) return
  const thing = things.find((one) => !one.gone)
  yield `ref ${place} ${thing === undefined ? 'gone' : 'there'}`
  if (thing === undefined) return
  for (const op of thing.after) if (op !== '(listed)') yield `ref ${place}, after ${op}`
  for (const condition of conditionsOf(thing.value)) yield `ref ${place}, ${condition}`
}

/** The list that things lie in, ids left out: `/orders/{}/lines`. */
function kindOf(home: string): string {
  return home
    .split('/')
    .map((one) => (isIdText(one) || /\d/.test(one) ? '{}' : one))
    .join('/')
}

const wordName = /^(status|state|type|kind|mode|phase|stage|\w*(Type|Mode|Status|State))$/

/** How a thing is: its states, switches, what it has none of. */
export function* conditionsOf(value: unknown): Generator<string> {
  if (!isRecord(value)) return
  for (const [key, one] of Object.entries(value)) {
    const place = `/${toPointerToken(key)}`
    if (one === null || typeof one === 'boolean') yield `${place} = ${String(one)}`
    else if (typeof one === 'number' && Number.isInteger(one) && one >= 0 && one < 1000) {
      yield one > 0 ? `${place} > 0` : `${place} = 0`
      if (one > 1 && one < 10) yield `${place} = ${one}`
    } else if (Array.isArray(one)) yield `${place} ${one.length === 0 ? '= none' : 'has some'}`
    else if (typeof one === 'string' && one.length < 40 && wordName.test(key))
      yield `${place} = ${one}`
  }
}

/** Every place of a thing whose value may name another, or be looked for by another. */
export function* namesIn(value: unknown): Generator<[place: string, name: string]> {
  if (!isRecord(value)) return
  for (const [key, one] of Object.entries(value)) {
    const text = nameText(one)
    if (text !== undefined) yield [`/${toPointerToken(key)}`, text]
  }
}

/** The places that learned words speak of: what a world must be able to find things by. */
export function placesNamed(words: Iterable<string>): ReadonlySet<string> {
  const out = new Set<string>()
  for (const word of words) {
    const place = /^(?:taken|held by \S+ at) (\/[^,]*)/.exec(word)?.[1]
    if (place !== undefined) out.add(place)
  }
  return out
}

/** A thing, and the place at which it names what was looked for. */
export interface Naming {
  thing: LearnedThing
  place: string
}
