import type { Operation } from '../contract/contract.ts'
import { isCalled } from './before.ts'
import type { LearnedThing, Store } from './store.ts'

/** One thing that a path speaks of. */
export interface Spot {
  /** The path that reads it. */
  path: string
  own: string
  /** The list that it lies in. */
  home: string
}

/** What a call speaks of, as its path tells. */
export interface Reach {
  op: Operation
  /** Decoded, without a slash at the end. */
  pathname: string
  params: Readonly<Record<string, string>>
  spots: readonly Spot[]
  /** The last segment is nothing but a parameter: the call is about that one thing. */
  isItem: boolean
}

const cut = new WeakMap<Operation, { names: string[]; isItem: boolean }[]>()

function segmentsOf(op: Operation): { names: string[]; isItem: boolean }[] {
  let known = cut.get(op)
  if (known === undefined) {
    known = trim(op.path)
      .split('/')
      .slice(1)
      .map((segment) => ({
        names: [...segment.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!),
        isItem: /^\{[^}]+\}$/.test(segment),
      }))
    cut.set(op, known)
  }
  return known
}

/** Reads a path by its operation's template. */
export function reachOf(
  op: Operation,
  pathname: string,
  params: Readonly<Record<string, string>>,
): Reach {
  const whole = trim(pathname)
  const concrete = whole.split('/').slice(1)
  const spots: Spot[] = []
  let prefix = ''
  const segments = segmentsOf(op)
  segments.forEach(({ names }, i) => {
    for (const name of names) {
      const own = params[name] ?? concrete[i] ?? ''
      spots.push({ path: `${prefix}/${own}`, own, home: prefix })
    }
    prefix += `/${concrete[i] ?? ''}`
  })
  return { op, pathname: whole, params, spots, isItem: segments.at(-1)?.isItem === true }
}

function trim(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

/** The same call, with things that it calls by another name (an account by its address) called by their ids. */
export function byIds(store: Store, reach: Reach): Reach {
  const spots = reach.spots.map((spot) => {
    if (presenceOf(store, spot) !== 'unknown') return spot
    const called = store.at(spot.home).filter((one) => !one.gone && isCalled(one.value, spot.own))
    const [only] = called
    return only === undefined || called.length > 1
      ? spot
      : { path: only.path, own: only.own, home: spot.home }
  })
  return { ...reach, spots }
}

/** Whether a thing is there, as far as is known. */
export type Presence = 'there' | 'gone' | 'unknown'

/** Looks under its own path, then for its id anywhere. */
export function presenceOf(store: Store, spot: Spot): Presence {
  const known = store.get(spot.path)
  if (known !== undefined) return known.gone ? 'gone' : 'there'
  const others = store.byOwn(spot.own)
  if (others.length === 0) return 'unknown'
  return others.some((one) => !one.gone) ? 'there' : 'gone'
}

/** The thing that a call is about: what lies at the path itself, or what it acts upon. */
export function targetOf(store: Store, reach: Reach): LearnedThing | undefined {
  const spot = reach.spots.at(-1)
  if (reach.isItem) return spot && store.get(spot.path)
  const single = store.get(reach.pathname)
  return (
    single ?? (reach.op.method === 'GET' || spot === undefined ? undefined : store.get(spot.path))
  )
}

/** What else is known that a reply may repeat: the same thing in another part of the service, or what it lies below. */
export function siblingOf(store: Store, reach: Reach): unknown {
  const spot = reach.spots.at(-1)
  if (spot === undefined) return undefined
  const above = reach.isItem ? undefined : store.get(spot.path)?.value
  return (
    above ??
    store.byOwn(spot.own).find((one) => one.path !== spot.path && one.value !== undefined)?.value
  )
}
