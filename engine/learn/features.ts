import { isRecord, toPointerToken } from '../contract/schema.ts'
import { isDataKey, isIdText, isTimeText } from './looks.ts'
import { conditionsOf, relationsOf } from './relations.ts'
import { presenceOf, targetOf, type Presence, type Reach } from './reach.ts'
import type { Store } from './store.ts'

const featuresMax = 120
const stateName = /^(status|state|type|kind|mode|\w*(Type|Mode|Status|State))$/

/** Headers on which the answer may hang, besides credentials. */
const conditional = [
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'idempotency-key',
  'prefer',
]

/** What was the case when a call came: the words in which a learned case says when it applies. */
export function featuresOf(
  reach: Reach,
  store: Store,
  query: Readonly<Record<string, unknown>>,
  body: unknown,
  { origin, headers }: { origin: string; headers: Readonly<Record<string, string>> },
): string[] {
  // Tenants of one service differ: in edition, age, what is switched on.
  const out: string[] = [`host ${origin.replace(/^https?:\/\//, '')}`]
  const presence = reach.spots.map((spot) => presenceOf(store, spot))
  const last = presence.at(-1)
  if (last !== undefined) out.push(`target ${last}`)
  const parents = presence.slice(0, -1)
  if (parents.length > 0) out.push(`parent ${worst(parents)}`)
  const target = targetOf(store, reach)
  const about = target ?? (last === undefined ? undefined : store.get(reach.spots.at(-1)!.path))
  for (const op of about?.after ?? []) out.push(`after ${op}`)
  if (target === undefined && about?.value !== undefined) out.push(...statesOf(about.value, ''))
  if (target?.value !== undefined) out.push('target known', ...statesOf(target.value, ''))
  if (reach.op.method !== 'GET' && about?.value !== undefined)
    for (const condition of conditionsOf(about.value)) out.push(`is ${condition}`)
  out.push(...relationsOf(reach, store, body))
  if (!reach.isItem && reach.op.method === 'GET' && store.isHome(reach.pathname))
    out.push('list known')
  for (const [name, value] of Object.entries(reach.params))
    if (!isIdText(value) && value.length <= 40) out.push(`path ${name} = ${value}`)
  for (const [name, value] of Object.entries(query)) {
    out.push(`query ${name}`)
    if (isTelling(value)) out.push(`query ${name} = ${String(value)}`)
  }
  for (const name of conditional) if (headers[name] !== undefined) out.push(`header ${name}`)
  if (body === undefined) out.push('body none')
  else out.push(...bodyFeatures(body, ''))
  return [...new Set(out)].slice(0, featuresMax)
}

function worst(list: readonly Presence[]): Presence {
  if (list.includes('gone')) return 'gone'
  return list.includes('unknown') ? 'unknown' : 'there'
}

function* statesOf(value: unknown, at: string, depth = 0): Generator<string> {
  if (!isRecord(value) || depth > 2) return
  for (const [key, one] of Object.entries(value)) {
    const place = `${at}/${toPointerToken(key)}`
    if (typeof one === 'string' && (isWord(one) || (stateName.test(key) && one.length < 40)))
      yield `state ${place} = ${one}`
    else if (isRecord(one) && key !== '_links' && key !== '_embedded')
      yield* statesOf(one, place, depth + 1)
  }
}

function* bodyFeatures(value: unknown, at: string, depth = 0): Generator<string> {
  if (depth > 5) return
  if (Array.isArray(value)) {
    yield `body ${at}[]`
    for (const one of value.slice(0, 3)) yield* bodyFeatures(one, `${at}/*`, depth + 1)
  } else if (isRecord(value)) {
    for (const [key, one] of Object.entries(value))
      yield* bodyFeatures(one, `${at}/${isDataKey(key) ? '{}' : toPointerToken(key)}`, depth + 1)
  } else {
    yield `body ${at}`
    if (isTelling(value)) yield `body ${at} = ${String(value)}`
  }
}

/** A value that says what is wanted, rather than what it is called. */
function isTelling(value: unknown): boolean {
  if (value === null || typeof value === 'boolean') return true
  if (typeof value !== 'string' || value.length > 60 || isTimeText(value)) return false
  return value === '' || isWord(value) || !isIdText(value)
}

/** `OIDC`, `MFA_ENROLL`. */
function isWord(text: string): boolean {
  return /^[A-Z][A-Z0-9_]{1,40}$/.test(text) && (text.includes('_') || !/\d{3}/.test(text))
}

const isRelation = /^(taken|ref|held by) /

/** Words that tell why a call is refused: how things are, rather than what is asked. */
export function isCondition(feature: string): boolean {
  return isRelation.test(feature) || /^(state|is|after|target|parent) /.test(feature)
}

/** What a word tells of, its value left out; undefined for words that have none. */
export function familyOf(feature: string): string | undefined {
  if (feature.startsWith('host ')) return 'host '
  const relation = /^(?:(?:taken|ref) \/[^, ]*|held by \S+ at \/[^, ]*|is \/\S* )/.exec(
    feature,
  )?.[0]
  if (relation !== undefined) return relation
  const cut = feature.indexOf(' = ')
  return cut === -1 ? undefined : feature.slice(0, cut + 3)
}

/** How much it says that two calls share a feature. */
export function weightOf(feature: string): number {
  if (feature.startsWith('target ')) return feature === 'target known' ? 5 : 10
  if (feature.startsWith('parent ')) return 8
  if (feature === 'body none') return 6
  if (feature === 'list known') return 6
  if (feature.startsWith('host ')) return 1.5
  if (feature.startsWith('query ')) return feature.includes(' = ') ? 1.5 : 3
  if (feature.startsWith('after ')) return 1.5
  if (feature.startsWith('is ')) return 0.2
  if (isRelation.test(feature)) return feature.includes(', ') ? 0.3 : 2
  if (feature.startsWith('path ')) return 2
  const cut = feature.indexOf(' = ')
  if (cut === -1) return 1
  return isWord(feature.slice(cut + 3)) || /(type|Type|kind|mode|Mode|name) = /.test(feature)
    ? 2.5
    : 0.4
}
