import { isRecord, toPointerToken } from '../contract/schema.ts'
import { withMember } from './apply.ts'
import { countTemplate } from './counts.ts'
import type { Case } from './knowledge.ts'
import type { Observed } from './observe.ts'
import { targetOf } from './reach.ts'
import type { Store } from './store.ts'
import { readPointer, toTemplate } from './template.ts'

/** A write whose effect is not known yet. */
export interface Pending {
  learned: Case
  at: number | undefined
  body: unknown
}

const placesMax = 20

/** Learns what earlier writes did from what the thing looks like now. */
export function noteEffects(observed: Observed, store: Store, pending: Map<string, Pending>): void {
  const { recorded, reach, learned } = observed
  const spot = reach.spots.at(-1)
  if (spot === undefined) return
  const { method, status, json } = recorded
  const before = pending.get(spot.path)
  if (before !== undefined && (reach.isItem || status === 404)) {
    if (status === 404 || status === 410)
      before.learned.effect = { ...before.learned.effect, gone: true }
    else if (status < 300) stays(before, observed, store)
    pending.delete(spot.path)
  }
  if (method === 'GET' || status >= 300) return
  if (method === 'DELETE' ? reach.isItem : !showsTarget(json, spot.own))
    pending.set(spot.path, { learned, at: recorded.at, body: observed.body })
}

function showsTarget(json: unknown, own: string): boolean {
  return isRecord(json) && Object.values(json).includes(own)
}

/** It can still be read, or written: what differs from before is the effect. */
function stays(before: Pending, { recorded, reach }: Observed, store: Store): void {
  const effect = { ...before.learned.effect, gone: false }
  before.learned.effect = effect
  const thing = targetOf(store, reach)
  const spot = reach.spots.at(-1)!
  const revived = thing?.gone === true
  if (revived) store.put({ ...thing, gone: false })
  if (recorded.method !== 'GET' || !isRecord(recorded.json) || !isRecord(thing?.value)) return
  const sources = {
    origin: recorded.origin,
    at: before.at,
    path: reach.params,
    query: {},
    body: before.body,
    thing: undefined,
    sibling: undefined,
    isKnown: () => true,
    isWrite: true,
  }
  const set: Record<string, unknown> = {}
  let value: unknown = thing.value
  const { changed, dropped } = changesOf(thing.value, recorded.json)
  if (changed.length + dropped.length > placesMax) return
  for (const [place, now] of changed) {
    const count = countTemplate(now, place, readPointer(thing.value, place), before.body)
    set[place] = count ?? toTemplate(now, sources)
    value = withMember(value, place.split('/').slice(1), now)
  }
  for (const place of dropped) value = withMember(value, place.split('/').slice(1), undefined)
  // An empty set says that somebody looked, and nothing had changed.
  effect.set = { ...effect.set, ...set }
  if (dropped.length > 0) effect.drop = [...new Set([...(effect.drop ?? []), ...dropped])]
  const known = store.get(spot.path)
  if (known !== undefined) store.put({ ...known, value, gone: false })
}

interface Changes {
  changed: [string, unknown][]
  dropped: string[]
}

/** What is otherwise, new, or no longer there. */
function changesOf(
  before: unknown,
  now: unknown,
  at = '',
  into: Changes = { changed: [], dropped: [] },
): Changes {
  if (isRecord(before) && isRecord(now)) {
    for (const [key, value] of Object.entries(before)) {
      const place = `${at}/${toPointerToken(key)}`
      if (Object.hasOwn(now, key)) changesOf(value, now[key], place, into)
      else into.dropped.push(place)
    }
    for (const [key, value] of Object.entries(now))
      if (!Object.hasOwn(before, key)) into.changed.push([`${at}/${toPointerToken(key)}`, value])
  } else if (JSON.stringify(before) !== JSON.stringify(now)) into.changed.push([at, now])
  return into
}
