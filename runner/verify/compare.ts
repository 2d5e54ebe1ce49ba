import { isRecord, toPointerToken, typeOf } from '../../engine/contract/schema.ts'
import { isDataKey } from '../../engine/learn/looks.ts'
import type { Unifier } from './unifier.ts'

/** Where two replies differ, both sides shown. */
export interface Difference {
  level: 'status' | 'headers' | 'shape' | 'values'
  /** JSON pointer (`*` for any member of a list), or a header's name. */
  at: string
  recorded: unknown
  ours: unknown
}

/** How far two values agree, from 0 to 1, and where they do not. */
export interface Agreement {
  score: number
  differences: Difference[]
}

const membersMax = 300

/** Every place of a JSON value with its type, members of a list as one. Keys that are data are one place. */
export function shapeOf(value: unknown, at = '', into = new Set<string>()): Set<string> {
  into.add(`${at} ${typeOf(value)}`)
  if (Array.isArray(value)) {
    for (const one of value.slice(0, membersMax) as unknown[]) shapeOf(one, `${at}/*`, into)
  } else if (isRecord(value)) {
    for (const [key, one] of Object.entries(value))
      shapeOf(one, `${at}/${isDataKey(key) ? '{}' : toPointerToken(key)}`, into)
  }
  return into
}

/** Compares places and types: missing, extra and of another type, of all places of both. */
export function compareShapes(recorded: unknown, ours: unknown): Agreement {
  const [theirs, mine] = [shapeOf(recorded), shapeOf(ours)]
  if (recorded === undefined && ours === undefined) return { score: 1, differences: [] }
  const differences: Difference[] = []
  let shared = 0
  const types = (shape: Set<string>, at: string) =>
    [...shape].filter((one) => one.startsWith(`${at} `)).map((one) => one.slice(at.length + 1))
  for (const place of theirs) {
    if (mine.has(place)) shared++
    else {
      const at = place.slice(0, place.lastIndexOf(' '))
      const other = types(mine, at).join(' | ')
      const recordedType = place.slice(at.length + 1)
      differences.push(shapeDifference(at, recordedType, other === '' ? undefined : other))
    }
  }
  for (const place of mine) {
    if (theirs.has(place)) continue
    const at = place.slice(0, place.lastIndexOf(' '))
    if (types(theirs, at).length === 0)
      differences.push(shapeDifference(at, undefined, place.slice(at.length + 1)))
  }
  const all = theirs.size + mine.size - shared
  return { score: all === 0 ? 1 : shared / all, differences }
}

function shapeDifference(at: string, recorded: unknown, ours: unknown): Difference {
  return { level: 'shape', at, recorded, ours }
}

/** Compares values, what was unified counted as equal: the share of equal ones of all that either side has. */
export function compareValues(recorded: unknown, ours: unknown, unifier: Unifier): Agreement {
  const tally = { same: 0, all: 0 }
  const differences: Difference[] = []
  walk(recorded, ours, '', '')
  return { score: tally.all === 0 ? 1 : tally.same / tally.all, differences }

  function walk(theirs: unknown, mine: unknown, at: string, name: string): void {
    if (Array.isArray(theirs) && Array.isArray(mine)) {
      const pairs = unifier.align(theirs.slice(0, membersMax), mine.slice(0, membersMax))
      for (const [one, other] of pairs) walk(one, other, `${at}/*`, name)
      const lost = Math.max(theirs.length, mine.length) - pairs.length
      tally.all += lost
      if (lost > 0) note(at, `${theirs.length} members`, `${mine.length} members`)
      if (theirs.length === 0 && mine.length === 0) count(true)
    } else if (isRecord(theirs) && isRecord(mine)) {
      members(theirs, mine, at)
    } else {
      const isSame = unifier.same(theirs, mine, name)
      count(isSame)
      if (!isSame) note(at, theirs, mine)
    }
  }

  function members(
    theirs: Record<string, unknown>,
    mine: Record<string, unknown>,
    at: string,
  ): void {
    const keys = new Map(Object.keys(theirs).map((key) => [unifier.translate(key), key]))
    for (const key of Object.keys(mine)) if (!keys.has(key)) keys.set(key, key)
    if (keys.size === 0) count(true)
    for (const [ourKey, key] of keys) {
      const place = `${at}/${toPointerToken(key)}`
      const [has, has2] = [Object.hasOwn(theirs, key), Object.hasOwn(mine, ourKey)]
      if (has && has2) walk(theirs[key], mine[ourKey], place, key)
      else {
        count(false)
        note(place, has ? theirs[key] : undefined, has2 ? mine[ourKey] : undefined)
      }
    }
  }

  function count(isSame: boolean): void {
    tally.all++
    if (isSame) tally.same++
  }

  function note(at: string, theirs: unknown, mine: unknown): void {
    if (differences.length < 50)
      differences.push({ level: 'values', at, recorded: theirs, ours: mine })
  }
}

const mattering = ['content-type', 'location', 'link', 'retry-after', 'www-authenticate', 'etag']

/** Compares headers that clients act on. A recorder may drop headers: one that it lacks says nothing. */
export function compareHeaders(
  recorded: Readonly<Record<string, string[]>>,
  ours: Readonly<Record<string, string | string[]>>,
  hasBody = true,
): Agreement {
  const differences: Difference[] = []
  let all = 0
  for (const name of mattering) {
    const theirs = Object.hasOwn(recorded, name) ? recorded[name]! : []
    // A type of nothing, which some servers send with a 204, tells nobody anything.
    if (theirs.length === 0 || (name === 'content-type' && !hasBody)) continue
    all++
    const own = Object.hasOwn(ours, name) ? ours[name]! : []
    const mine = typeof own === 'string' ? [own] : own
    if (essence(name, theirs) === essence(name, mine)) continue
    differences.push({
      level: 'headers',
      at: name,
      recorded: theirs.join(', '),
      ours: mine.length === 0 ? undefined : mine.join(', '),
    })
  }
  return { score: all === 0 ? 1 : 1 - differences.length / all, differences }
}

/** What of a header matters: the media type, which links there are, that there is one at all. */
function essence(name: string, values: readonly string[]): string {
  if (values.length === 0) return ''
  if (name === 'content-type') return values[0]!.split(';', 1)[0]!.trim().toLowerCase()
  if (name !== 'link') return 'there'
  const rels = values.flatMap((one) => [...one.matchAll(/rel="?(\w+)/g)].map((match) => match[1]!))
  return rels.sort().join()
}
