import { isRecord, toPointerToken } from '../contract/schema.ts'
import type { ParamFact } from './knowledge.ts'
import { listPlace } from './lists.ts'
import type { Observed } from './observe.ts'
import { readPointer } from './template.ts'

interface Use {
  value: string
  items: readonly unknown[]
  json: unknown
}

/** What each query parameter does, where all exchanges that use it agree. */
export function paramFacts(good: readonly Observed[]): Record<string, ParamFact> {
  const uses = new Map<string, Use[]>()
  for (const { query, recorded } of good) {
    const { json } = recorded
    if (recorded.method !== 'GET' || json === undefined) continue
    const place = listPlace(json)
    const items = place === undefined ? [] : (readPointer(json, place) as unknown[])
    for (const [name, value] of Object.entries(query)) {
      if (typeof value !== 'string' || value === '') continue
      uses.set(name, [...(uses.get(name) ?? []), { value, items, json }])
    }
  }
  const out = new Map<string, ParamFact>()
  const lists = good.flatMap(({ recorded, query }) => {
    const place = listPlace(recorded.json)
    return place === undefined
      ? []
      : [{ query, items: readPointer(recorded.json, place) as unknown[] }]
  })
  for (const [name, list] of uses) {
    const others = lists
      .filter(({ query }) => !Object.hasOwn(query, name))
      .flatMap(({ items }) => items)
    const fact = factOf(name, list, others)
    if (fact !== undefined) out.set(name, fact)
  }
  return Object.fromEntries(out)
}

function factOf(
  name: string,
  uses: readonly Use[],
  others: readonly unknown[],
): ParamFact | undefined {
  if (uses.every(isMask)) return { does: 'masks' }
  if (
    /^(filter|search|query|q)$/.test(name) &&
    uses.every(({ value }) => /\s(eq|sw|co|gt|lt|ge|le|contains|and)\s|=/.test(value))
  )
    return { does: 'filters' }
  const numbers = uses.every(({ value }) => /^\d+$/.test(value))
  if (
    numbers &&
    /limit|size|max|per_?page|count/i.test(name) &&
    uses.every(({ value, items }) => items.length <= Number(value))
  )
    return { does: 'caps' }
  const some = uses.filter(({ items }) => items.length > 0)
  if (some.length === 0 || numbers) return undefined
  // One value that fits everything proves nothing: something must have been left out because of it.
  const isTold = (does: 'equals' | 'begins', member: string): boolean =>
    new Set(some.map(({ value }) => value)).size > 1 ||
    others.some((one) => !fits(does, readPointer(one, member), some[0]!.value))
  for (const does of ['equals', 'begins'] as const) {
    for (const member of placesOf(some[0]!.items[0])) {
      const all = some.every(({ value, items }) =>
        items.every((one) => fits(does, readPointer(one, member), value)),
      )
      if (all && isTold(does, member)) return { does, member }
    }
  }
  return undefined
}

function fits(does: 'equals' | 'begins', is: unknown, value: string): boolean {
  if (typeof is !== 'string') return false
  return does === 'equals' ? is === value : is.toLowerCase().startsWith(value.toLowerCase())
}

/** A mask names every member that the reply has. */
function isMask({ value, json, items }: Use): boolean {
  if (!isRecord(json) || !/^[\w.,()/* -]+$/.test(value) || !/[a-z]/.test(value)) return false
  const words = new Set(value.match(/\w+/g))
  const keys = Object.keys(json)
  if (keys.length === 0 || keys.length > words.size) return false
  const inner = items.flatMap((one) => (isRecord(one) ? Object.keys(one) : []))
  return [...keys, ...inner].every((key) => words.has(key))
}

function* placesOf(value: unknown, at = '', depth = 0): Generator<string> {
  if (!isRecord(value) || depth > 2) return
  for (const [key, one] of Object.entries(value)) {
    const place = `${at}/${toPointerToken(key)}`
    if (typeof one === 'string') yield place
    else yield* placesOf(one, place, depth + 1)
  }
}
