import { typeOf } from '../contract/schema.ts'
import type { Case, Demand } from './knowledge.ts'
import { withField } from './field-words.ts'
import { replaceAt } from './wordings.ts'
import { isMissing } from './required.ts'
import { readPointer } from './template.ts'

/** The refusal of a body that is not what was found to be asked for; undefined where nothing is known to be wrong. */
export function refusalFor(
  op: string,
  demands: readonly Demand[] | undefined,
  sent: unknown,
): Case | undefined {
  for (const demand of demands ?? []) {
    const places = demand.places.filter((place) => isBroken(demand, sent, place))
    const [first] = places
    if (first === undefined) continue
    const { status, headers, text } = demand
    return {
      op,
      when: [],
      status,
      seen: 1,
      ...(demand.sent === undefined ? {} : { sent: demand.sent }),
      ...(headers === undefined ? {} : { headers }),
      ...(demand.json === undefined ? {} : { json: worded(demand, places) }),
      ...(text === undefined ? {} : { text: String(withField(text, first)) }),
    }
  }
  return undefined
}

function isBroken({ asks, kind, limit = NaN }: Demand, sent: unknown, place: string): boolean {
  if (asks === 'filled') return isMissing(sent, place)
  const value = readPointer(sent, place)
  if (value === undefined) return false
  if (asks === 'kind') return value !== null && typeOf(value) !== kind
  if (asks === 'most' || asks === 'least')
    return typeof value === 'number' && (asks === 'most' ? value > limit : value < limit)
  const length = typeof value === 'string' || Array.isArray(value) ? value.length : undefined
  return length !== undefined && (asks === 'longest' ? length > limit : length < limit)
}

function worded({ json, each }: Demand, places: readonly string[]): unknown {
  if (each === undefined) return withField(json, places[0]!)
  const entries = readPointer(json, each)
  const entry: unknown = Array.isArray(entries) ? entries[0] : entries
  return replaceAt(
    json,
    each,
    places.map((place) => withField(entry, place)),
  )
}
