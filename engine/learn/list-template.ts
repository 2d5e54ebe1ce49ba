import { isRecord } from '../contract/schema.ts'
import { withMember } from './apply.ts'
import { idOf } from './before.ts'
import { itemsMark, listPlace } from './lists.ts'
import type { Reach } from './reach.ts'
import type { Store } from './store.ts'
import { readPointer, toTemplate, type Sources } from './template.ts'

const membersMax = 12

/**
 * The template of a list: where its members are things that were known, one member stands for all of them;
 * else the members are kept as they were, since they are what such a list is born with.
 */
export function toListTemplate(
  json: unknown,
  sources: Sources,
  store: Store,
  reach: Reach,
): unknown {
  const place = listPlace(json)
  if (place === undefined || reach.isItem) return toTemplate(json, sources)
  const items = readPointer(json, place) as unknown[]
  const known = new Map(store.at(reach.pathname).map((one) => [one.own, one.value]))
  if (known.size === 0) {
    const short = withMember(json, place.split('/').slice(1), items.slice(0, membersMax))
    return toTemplate(short, sources)
  }
  const shown = items.find((one) => isRecord(one) && known.has(idOf(one) ?? ''))
  const first = shown ?? items[0]
  const thing = isRecord(first) ? known.get(idOf(first) ?? '') : undefined
  const envelope =
    place === '' ? [] : toTemplate(withMember(json, place.split('/').slice(1), []), sources)
  const member =
    first === undefined ? [] : [toTemplate(first, { ...sources, thing, isKnown: () => false })]
  return withMember(envelope, place.split('/').slice(1), [itemsMark, ...member])
}
