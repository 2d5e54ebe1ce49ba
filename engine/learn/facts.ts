import { isRecord } from '../contract/schema.ts'
import type { Schemas } from '../contract/schema.ts'
import { idOf } from './before.ts'
import { demandsOf } from './find-demands.ts'
import type { OperationFacts } from './knowledge.ts'
import { toLatency } from './latency.ts'
import { listPlace } from './lists.ts'
import type { Observed } from './observe.ts'
import { leavesOf } from './overlay.ts'
import { pagingOf } from './paging.ts'
import { paramFacts } from './param-facts.ts'
import { defaultOrder, sortFacts } from './sorting.ts'
import { readPointer } from './template.ts'

/** What all exchanges of one operation tell of it. */
export function factsOf(
  op: string,
  all: readonly Observed[],
  schemas: Schemas = {},
  isProcedure = false,
): OperationFacts {
  const good = all.filter(({ recorded }) => recorded.status < 300)
  const facts: OperationFacts = { op, role: roleOf(good.length > 0 ? good : all) }
  const echo = echoOf(good)
  if (echo !== undefined) facts.echo = echo
  const hides = hidesOf(good)
  if (hides.length > 0) facts.hides = hides
  // A list that was cut for its length tells nothing of pages.
  const whole = good.filter(({ recorded }) => recorded.cutTo === undefined)
  const lists = listsOf(whole)
  const params = { ...paramFacts(whole), ...sortFacts(lists) }
  if (Object.keys(params).length > 0) facts.params = params
  const { paging, envelope } = pagingOf(whole)
  if (paging !== undefined) facts.paging = paging
  if (Object.keys(envelope).length > 0) facts.envelope = envelope
  const order = defaultOrder(lists, params)
  if (order !== undefined) facts.order = order
  const latency = toLatency(all.flatMap(({ recorded }) => recorded.tookMs ?? []))
  if (latency !== undefined) facts.latencyMs = latency
  const demands = demandsOf(all, schemas, isProcedure)
  if (demands.length > 0) facts.demands = demands
  return facts
}

function roleOf(all: readonly Observed[]): OperationFacts['role'] {
  const { reach, recorded } = all[0]!
  const { method } = reach.op
  if (method === 'GET') {
    const isList = !reach.isItem && all.some((one) => listPlace(one.recorded.json) !== undefined)
    return isList ? 'list' : 'read'
  }
  if (method === 'DELETE') return reach.isItem ? 'delete' : 'other'
  if (reach.isItem) return 'update'
  if (method !== 'POST') return 'update'
  const { json } = recorded
  const isNew = isRecord(json) && idOf(json) !== undefined && idOf(json) !== reach.spots.at(-1)?.own
  return isNew ? 'create' : 'action'
}

function listsOf(good: readonly Observed[]) {
  return good.flatMap(({ recorded, query, made }) => {
    const place = recorded.method === 'GET' ? listPlace(recorded.json) : undefined
    if (place === undefined) return []
    return [{ query, made, items: readPointer(recorded.json, place) as unknown[] }]
  })
}

/** Which places of the body the reply repeats. */
function echoOf(good: readonly Observed[]): OperationFacts['echo'] {
  const counts = new Map<string, { same: number; there: number; all: number }>()
  for (const { body, recorded } of good) {
    if (!isRecord(body) || !isRecord(recorded.json)) continue
    for (const place of leavesOf(body)) {
      const count = counts.get(place) ?? { same: 0, there: 0, all: 0 }
      counts.set(place, count)
      const [sent, got] = [readPointer(body, place), readPointer(recorded.json, place)]
      count.all++
      if (got !== undefined) count.there++
      if (JSON.stringify(sent) === JSON.stringify(got)) count.same++
    }
  }
  if (counts.size === 0) return undefined
  let [same, all] = [0, 0]
  for (const one of counts.values()) [same, all] = [same + one.same, all + one.all]
  const never = [...counts].filter(([, one]) => one.there === 0).map(([place]) => place)
  return { all: same * 2 >= all, never }
}

/** What the thing is known to have, and replies of this operation never show. */
function hidesOf(good: readonly Observed[]): string[] {
  const counts = new Map<string, { hidden: number; shown: number }>()
  for (const { known, recorded } of good) {
    const { json } = recorded
    if (!isRecord(known) || !isRecord(json) || Object.keys(json).length === 0) continue
    countHidden(known, json, '', counts)
  }
  return [...counts].filter(([, one]) => one.hidden > 0 && one.shown === 0).map(([place]) => place)
}

function countHidden(
  known: Record<string, unknown>,
  shown: Record<string, unknown>,
  at: string,
  counts: Map<string, { hidden: number; shown: number }>,
): void {
  for (const [key, value] of Object.entries(known)) {
    const place = `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    const count = counts.get(place) ?? { hidden: 0, shown: 0 }
    counts.set(place, count)
    if (!Object.hasOwn(shown, key)) count.hidden++
    else {
      count.shown++
      const inner = shown[key]
      if (isRecord(value) && isRecord(inner)) countHidden(value, inner, place, counts)
    }
  }
}
