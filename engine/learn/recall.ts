import type { Router } from '../contract/route.ts'
import { decodePath, existedBefore, idsIn } from './before.ts'
import { apply, singleSpot, type Places } from './apply.ts'
import { isIdText } from './looks.ts'
import { presenceOf, reachOf } from './reach.ts'
import { asMeant } from './outcome.ts'
import { sentBody, type Recorded } from './recorded.ts'
import type { Store } from './store.ts'

/** Puts into a store what a recording shows to have been there before; returns the exchanges that showed it. */
export function recall(store: Store, entries: readonly Recorded[], router: Router): Set<number> {
  const seeding = new Set<number>()
  for (const { n, as, path, value, id } of existedBefore(entries)) {
    const home = as === 'item' ? path.slice(0, path.lastIndexOf('/')) : path
    const spot =
      as === 'single' || id === undefined
        ? singleSpot(path)
        : { path: `${home}/${id}`, own: id, home }
    const known = store.get(spot.path)
    const elsewhere = store
      .byOwn(spot.own)
      .find((one) => one.path !== spot.path && one.value !== undefined)
    if (as === 'member' && elsewhere !== undefined) {
      if (!elsewhere.also.includes(home))
        store.put({ ...elsewhere, also: [...elsewhere.also, home] })
    } else if (known?.value === undefined || (as === 'item' && known.after[0] === '(listed)')) {
      const after = as === 'member' ? ['(listed)'] : []
      store.put({ ...spot, value, gone: false, after, also: known?.also ?? [] })
    }
    seeding.add(n)
  }
  recallNames(store, entries, router)
  return seeding
}

/** What calls that succeeded speak of, and nothing in the recording made, was there, whatever it looked like. */
function recallNames(store: Store, entries: readonly Recorded[], router: Router): void {
  const made = new Set<string>()
  const seen = new Set<string>()
  for (const { method, pathname, status, json } of entries.map(asMeant)) {
    const found = router.match(method, pathname)
    if (status >= 300 || found === undefined || 'allow' in found) continue
    const reach = reachOf(found.op, decodePath(pathname), found.path)
    // What lies below something that the recording makes can't have been there before.
    const firstMade = reach.spots.findIndex(({ own }) => made.has(own))
    reach.spots.forEach((spot, i) => {
      if (firstMade !== -1 && i >= firstMade) return
      const isLast = i === reach.spots.length - 1
      if (isLast && reach.isItem && method === 'PUT') return
      if (presenceOf(store, spot) !== 'unknown') return
      store.put({ ...spot, value: undefined, gone: false, after: [], also: [] })
    })
    for (const { own } of reach.spots) seen.add(own)
    for (const text of idsIn(json)) {
      // A write that shows a known thing did not make it.
      if (method !== 'GET' && (isIdText(text) || !seen.has(text))) made.add(text)
      seen.add(text)
    }
    if (method === 'GET') continue
    if (method === 'PUT' && reach.isItem) made.add(reach.spots.at(-1)!.own)
  }
}

/** Lets a store live through a recorded call, where the call itself can't be played. */
export function follow(store: Store, recorded: Recorded, router: Router, places: Places): void {
  const { method, pathname, origin, at, status, json } = asMeant(recorded)
  const found = router.match(method, pathname)
  if (found === undefined || 'allow' in found) return
  const reach = reachOf(found.op, decodePath(pathname), found.path)
  const body = sentBody(recorded)
  const nothing = { query: {}, thing: undefined, sibling: undefined, random: () => 0.5 }
  const filling = { ...nothing, origin, now: at ?? 0, path: reach.params, body }
  apply(store, { reach, body, status, json, effect: undefined, filling, places })
}
