import { isRecord, toPointerToken } from '../contract/schema.ts'
import { withMember } from './apply.ts'
import { idOf, listIn } from './before.ts'
import { countTemplate } from './counts.ts'
import type { SideEffects } from './knowledge.ts'
import { isIdName, isIdText } from './looks.ts'
import type { Observed } from './observe.ts'
import type { LearnedThing, Store } from './store.ts'
import { toTemplate } from './template.ts'

/** What an operation was seen to do, once, to a thing that it named. */
export interface SideEffect {
  op: string
  /** `body /bookId`. */
  who: string
  /** Empty when somebody looked, and nothing had changed. */
  set: SideEffects
  /** No other call can have done it. */
  isSure: boolean
}

interface Suspect {
  n: number
  observed: Observed
  /** What the write named, and where: id → `body /bookId`. */
  named: ReadonlyMap<string, string>
}

const suspectsMax = 40
const placesMax = 12

/**
 * Finds out which writes change other things than their own: a thing that is read and is otherwise than it was
 * known was changed by the last write that named it.
 */
export class SideEffectFinder {
  readonly found: SideEffect[] = []
  readonly #isAgain: boolean
  readonly #suspects: Suspect[] = []
  readonly #seenAt = new Map<string, number>()

  /** `isAgain`: what was found before is lived through, so that only what is left unexplained counts. */
  constructor(isAgain = false) {
    this.#isAgain = isAgain
  }

  /** Looks at an exchange before the store lives through it. */
  note(observed: Observed, store: Store): void {
    const { recorded, reach } = observed
    const { status, method, json, n } = recorded
    if (status >= 300) return
    if (method === 'GET') {
      for (const [thing, now, isWhole] of shownThings(observed, store))
        this.#compare(thing, now, isWhole, observed, store)
      return
    }
    const own = reach.spots.at(-1)
    if (own !== undefined) this.#seenAt.set(own.path, n)
    if (isRecord(json) && idOf(json) !== undefined)
      this.#seenAt.set(`${reach.pathname}/${idOf(json)}`, n)
    this.#suspects.unshift({ n, observed, named: namedBy(observed) })
    if (this.#suspects.length > suspectsMax) this.#suspects.pop()
  }

  #compare(
    thing: LearnedThing,
    now: Record<string, unknown>,
    isWhole: boolean,
    { recorded }: Observed,
    store: Store,
  ): void {
    const since = this.#seenAt.get(thing.path) ?? -1
    this.#seenAt.set(thing.path, recorded.n)
    if (!isRecord(thing.value)) return
    const changes = changesOf(thing.value, now, isWhole)
    const by = this.#suspects.filter(({ n, named }) => n > since && named.has(thing.own))
    if (by.length === 0 || changes.length > placesMax) return
    const set: SideEffects = {}
    let value: unknown = thing.value
    let blamed = by.slice(0, 1)
    for (const [place, before, after] of changes) {
      const shared = sharedCount(place, before, after, by)
      set[place] = shared ?? templateOf(place, before, after, by[0]!)
      if (shared !== undefined) blamed = by
      value = withMember(value, place.split('/').slice(1), after)
    }
    // Where several may have done it, nothing to see proves nothing; and it was the last one that did it.
    const isSure = by.length === 1
    if (changes.length > 0) store.put({ ...thing, value })
    else if (!isSure || this.#isAgain) return
    for (const { observed, named } of blamed)
      this.found.push({ op: observed.reach.op.id, who: named.get(thing.own)!, set, isSure })
  }
}

/** A number that went up by as many as there were calls of one operation. */
function sharedCount(
  place: string,
  before: unknown,
  after: unknown,
  by: readonly Suspect[],
): string | undefined {
  if (by.length < 2 || typeof before !== 'number' || typeof after !== 'number') return undefined
  const isOne = new Set(by.map(({ observed }) => observed.reach.op.id)).size === 1
  const step = (after - before) / by.length
  return isOne && Math.abs(step) === 1 ? `«count ${place} ${step > 0 ? '+1' : '-1'}»` : undefined
}

function templateOf(
  place: string,
  before: unknown,
  after: unknown,
  { observed }: Suspect,
): unknown {
  const { recorded, reach, body } = observed
  const count = typeof after === 'number' ? countTemplate(after, place, before, body) : undefined
  if (count !== undefined) return count
  return toTemplate(after, {
    origin: recorded.origin,
    at: recorded.at,
    path: reach.params,
    query: {},
    body,
    thing: undefined,
    sibling: undefined,
    isKnown: () => true,
    isWrite: true,
  })
}

/** The known things that a reply shows, as it shows them. */
function* shownThings(
  { recorded, reach }: Observed,
  store: Store,
): Generator<[LearnedThing, Record<string, unknown>, boolean]> {
  const { json } = recorded
  const spot = reach.spots.at(-1)
  const list = listIn(json)
  if (list === undefined) {
    const thing = reach.isItem && spot !== undefined ? store.get(spot.path) : undefined
    if (thing !== undefined && isRecord(json)) yield [thing, json, true]
    return
  }
  for (const one of list) {
    const own = isRecord(one) ? idOf(one) : undefined
    const thing = own === undefined ? undefined : store.get(`${reach.pathname}/${own}`)
    if (thing !== undefined) yield [thing, one as Record<string, unknown>, false]
  }
}

/** Ids that a write named: in its body, its path, or as members of the thing that it is about. */
function namedBy({ body, known, reach, recorded }: Observed): ReadonlyMap<string, string> {
  const out = new Map<string, string>()
  const own = isRecord(recorded.json) ? idOf(recorded.json) : undefined
  const target = reach.spots.at(-1)?.own
  const isList = recorded.method === 'POST' && own !== undefined && own !== target
  const note = (value: unknown, source: string): void => {
    if (!isRecord(value)) return
    for (const [key, one] of Object.entries(value)) {
      const text = typeof one === 'number' ? String(one) : one
      if (typeof text !== 'string' || text.length < 1 || text.length > 200) continue
      if (!isIdText(text) && !isIdName(key)) continue
      if (text === own || (text === target && !isList)) continue
      if (!out.has(text)) out.set(text, `${source} /${toPointerToken(key)}`)
    }
  }
  note(body, 'body')
  for (const [name, value] of Object.entries(reach.params))
    if ((value !== target || isList) && !out.has(value)) out.set(value, `path ${name}`)
  note(known, 'thing')
  // What it made may name others, too: the service filled that in.
  if (recorded.method === 'POST' && known === undefined) note(recorded.json, 'reply')
  return out
}

/** Members that are otherwise now; those that are not shown tell nothing. */
function changesOf(
  before: Record<string, unknown>,
  now: Record<string, unknown>,
  isWhole: boolean,
  at = '',
): [place: string, before: unknown, after: unknown][] {
  const out: [string, unknown, unknown][] = []
  for (const [key, after] of Object.entries(now)) {
    const place = `${at}/${toPointerToken(key)}`
    if (!Object.hasOwn(before, key)) {
      if (isWhole) out.push([place, undefined, after])
      continue
    }
    const old = before[key]
    if (isRecord(old) && isRecord(after)) out.push(...changesOf(old, after, isWhole, place))
    else if (JSON.stringify(old) !== JSON.stringify(after)) out.push([place, old, after])
  }
  return out
}

/** What the exchanges of each operation agree on that they change elsewhere: `createLoan` → `body /bookId` → … */
export function usualSideEffects(
  found: readonly SideEffect[],
): Map<string, Record<string, SideEffects>> {
  const out = new Map<string, Record<string, SideEffects>>()
  for (const all of Map.groupBy(found, ({ op, who }) => `${op}\n${who}`).values()) {
    const sure = all.filter(({ isSure }) => isSure)
    const agreed = agreedOf((sure.length > 0 ? sure : all).map(({ set }) => set))
    if (Object.keys(agreed).length === 0) continue
    const { op, who } = all[0]!
    out.set(op, { ...out.get(op), [who]: agreed })
  }
  return out
}

/** What most of those who looked saw, and saw alike. */
function agreedOf(effects: readonly SideEffects[]): SideEffects {
  const agreed: SideEffects = {}
  for (const place of new Set(effects.flatMap((one) => Object.keys(one)))) {
    const ways = Map.groupBy(
      effects.filter((one) => Object.hasOwn(one, place)),
      (one) => JSON.stringify(one[place]),
    )
    const most = [...ways.values()].sort((a, b) => b.length - a.length)[0]!
    if (most.length * 2 > effects.length) agreed[place] = most[0]![place]
  }
  return agreed
}
