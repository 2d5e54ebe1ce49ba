import { createRouter, type Router } from '../contract/route.ts'
import type { Contract, Operation } from '../contract/contract.ts'
import { membersOf } from '../generic/members.ts'
import { successOf } from '../generic/shapes.ts'
import { apply, type Places } from './apply.ts'
import { decodePath, idsIn } from './before.ts'
import { featuresOf } from './features.ts'
import type { Filling } from './instantiate.ts'
import type { Case, Effect, SideEffects } from './knowledge.ts'
import { toListTemplate } from './list-template.ts'
import { byIds, reachOf, siblingOf, targetOf, type Reach } from './reach.ts'
import { recall } from './recall.ts'
import { asMeant } from './outcome.ts'
import { procedureOf } from './procedures.ts'
import { pairsOf, sentBody, type Recorded } from './recorded.ts'
import { memoryStore, type Store } from './store.ts'
import { noteEffects, type Pending } from './effects.ts'
import { SideEffectFinder, usualSideEffects, type SideEffect } from './side-effects.ts'
import { toTemplate, type Sources } from './template.ts'

/** One recorded exchange with all that was known when it took place. */
export interface Observed {
  recorded: Recorded
  reach: Reach
  query: Readonly<Record<string, unknown>>
  body: unknown
  /** What was known of the thing before. */
  known: unknown
  /** Members of the list that lies at the path, as known. */
  listed: number
  /** Of these, the ids of those that were made in the recording, in that order. */
  made: readonly string[]
  learned: Case
  /** What it changed of other things, as later exchanges show. */
  others?: Record<string, SideEffects> | undefined
}

/** A recording lived through. */
export interface Lived {
  observed: Observed[]
  /** What was seen to happen to things that calls merely named. */
  sideEffects: SideEffect[]
}

/** Matches calls to operations; the same for learning and for answering. */
export function routerOf(contract: Contract): Router {
  return createRouter(contract.operations, { collapseSlashes: true })
}

/** Goes through one recording as if it lived through it, and tells a case of every exchange. */
export function observe(
  entries: readonly Recorded[],
  router: Router,
  places: Places,
  isWord: (id: string) => boolean,
): Lived {
  const own = new Map<number, Effect>()
  const found: SideEffect[] = []
  // What a write did shows later: the second time it is known when it happens. What it did to other things
  // shows only once it is known what came before, so that is looked for twice.
  for (let round = 0; round < 2; round++) {
    const finder = new SideEffectFinder(round > 0)
    const known = { own, others: usualSideEffects(found) }
    for (const { recorded, learned } of walk(entries, router, places, isWord, known, finder))
      if (learned.effect !== undefined) own.set(recorded.n, learned.effect)
    found.push(...finder.found)
    if (finder.found.length === 0) break
  }
  const known = { own, others: usualSideEffects(found) }
  const observed = walk(entries, router, places, isWord, known, undefined)
  return { observed, sideEffects: found }
}

/** What exchanges did, by their numbers; and to other things, by their operations. */
interface Known {
  own: ReadonlyMap<number, Effect>
  others: ReadonlyMap<string, Record<string, SideEffects>>
}

function walk(
  entries: readonly Recorded[],
  router: Router,
  places: Places,
  isWord: (id: string) => boolean,
  effects: Known,
  finder: SideEffectFinder | undefined,
): Observed[] {
  const store = memoryStore()
  recall(store, entries, router)
  const known = new Set<string>()
  const seen = {
    has: (id: string) => isWord(id) || known.has(id),
    add: (id: string) => known.add(id),
  }
  const pending = new Map<string, Pending>()
  const out: Observed[] = []
  for (const entry of entries) {
    const recorded = asMeant(entry)
    const found = router.match(recorded.method, recorded.pathname)
    if (found !== undefined && !('allow' in found)) {
      const reach = byIds(store, reachOf(found.op, decodePath(recorded.pathname), found.path))
      const sent = recorded === entry ? undefined : entry.status
      const observed = lookAt(recorded, reach, store, seen, sent)
      const effect = effects.own.get(recorded.n)
      if (effect !== undefined) observed.learned.effect = effect
      if (recorded.status < 300) observed.others = effects.others.get(reach.op.id)
      if (finder !== undefined) {
        finder.note(observed, store)
        noteEffects(observed, store, pending)
      }
      if (!recorded.isBodyLost || finder !== undefined) out.push(observed)
      live(observed, store, places)
    }
    for (const id of idsIn(recorded.json)) seen.add(id)
    for (const part of recorded.pathname.split('/')) seen.add(part)
  }
  return out
}

function lookAt(
  recorded: Recorded,
  reach: Reach,
  store: Store,
  seen: { has: (id: string) => boolean },
  sent: number | undefined,
): Observed {
  const query = pairsOf(recorded.search)
  const body = sentBody(recorded)
  const known = targetOf(store, reach)?.value
  const { json, status, text } = recorded
  const sources: Sources = {
    origin: recorded.origin,
    at: recorded.at,
    path: reach.params,
    query,
    body,
    thing: known,
    sibling: siblingOf(store, reach),
    isKnown: (id) => seen.has(id),
    isWrite: recorded.method !== 'GET' && status < 300,
  }
  const learned: Case = {
    op: reach.op.id,
    when: featuresOf(reach, store, query, body, recorded),
    status,
    seen: 1,
  }
  if (sent !== undefined) learned.sent = sent
  if (recorded.wrapping !== undefined)
    learned.wrapping = {
      name: recorded.wrapping.name,
      rest: toTemplate(recorded.wrapping.rest, { ...sources, thing: undefined }) as Record<
        string,
        unknown
      >,
    }
  const headers = headersOf(recorded)
  if (headers !== undefined) learned.headers = headers
  if (json !== undefined) {
    const isList = recorded.method === 'GET' && status < 300
    learned.json = isList ? toListTemplate(json, sources, store, reach) : toTemplate(json, sources)
  } else if (text !== undefined) learned.text = String(toTemplate(text.slice(0, 20_000), sources))
  const here = recorded.method === 'GET' ? store.at(reach.pathname) : []
  const made = here.flatMap(({ own, after }) =>
    after.length > 0 && after[0] !== '(listed)' ? [own] : [],
  )
  return { recorded, reach, query, body, known, listed: here.length, made, learned }
}

const kept = /^(content-type|location|retry-after|www-authenticate|etag|allow)$/

function headersOf({ replyHeaders, origin }: Recorded): Record<string, string> | undefined {
  const out = Object.entries(replyHeaders)
    .filter(([name]) => kept.test(name))
    .map(([name, values]) => {
      const value = name === 'etag' ? '«etag»' : values[0]!.replaceAll(origin, '«origin»')
      return [name, value] as const
    })
  return out.length === 0 ? undefined : Object.fromEntries(out)
}

/** Lets the store go on to where the recording is. */
function live(
  { recorded, reach, body, query, known, learned, others }: Observed,
  store: Store,
  places: Places,
): void {
  const filling: Filling = {
    origin: recorded.origin,
    now: recorded.at ?? 0,
    path: reach.params,
    query,
    body,
    thing: known,
    sibling: undefined,
    random: () => 0.5,
  }
  const { status, json } = recorded
  apply(store, {
    reach,
    body,
    status,
    json,
    effect: others === undefined ? learned.effect : { ...learned.effect, others },
    filling,
    places,
  })
}

/** What a contract tells of paths. */
export function placesOf(router: Router, schemas: Contract['schemas']): Places {
  const known = new WeakMap<Operation, ReadonlySet<string> | undefined>()
  const readAt = (pathname: string): Operation | undefined => {
    const found = router.match('GET', encodeURI(pathname.toWellFormed()))
    return found === undefined || 'allow' in found ? undefined : found.op
  }
  return {
    isList: (pathname) => {
      // A procedure that may be called by GET is no list that a POST adds to.
      if (procedureOf(pathname) !== undefined) return false
      const op = readAt(pathname)
      if (op !== undefined) return !op.path.endsWith('}')
      // Things may lie there although nobody was seen to list them.
      const below = router.match('GET', `${encodeURI(pathname.toWellFormed())}/~`)
      return below !== undefined && ('allow' in below || below.op.path.endsWith('}'))
    },
    membersAt: (pathname) => {
      const op = readAt(pathname)
      if (op === undefined) return undefined
      if (!known.has(op)) {
        const { schema } = successOf(op)
        const members =
          schema === undefined ? undefined : new Set(membersOf(schema, schemas).keys())
        known.set(op, members === undefined || members.size === 0 ? undefined : members)
      }
      return known.get(op)
    },
  }
}
