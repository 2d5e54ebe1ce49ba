import { isRecord, typeOf, type Schemas } from '../contract/schema.ts'
import type { Demand } from './knowledge.ts'
import { findLimits } from './find-limits.ts'
import type { Observed } from './observe.ts'
import { isMissing, requiredPlaces, sentOf } from './required.ts'
import { readPointer } from './template.ts'
import { groupsOf, refusalOf, valuesIn, wordingOf, type Refused } from './wordings.ts'

/** What refusals tell of what a body must be; empty where none names what is wrong with it. */
export function demandsOf(
  all: readonly Observed[],
  schemas: Schemas,
  isProcedure: boolean,
): Demand[] {
  const { op } = all[0]!.reach
  if (op.method === 'GET' && !isProcedure) return []
  const withSent = all.map((one) => ({ one, sent: sentOf(one.query, one.body, isProcedure) }))
  const refused = withSent.filter(
    ({ one, sent }) =>
      (one.recorded.status === 400 || one.recorded.status === 422) && isRecord(sent),
  )
  if (refused.length === 0) return []
  const taken = withSent
    .filter(({ one, sent }) => one.recorded.status < 300 && isRecord(sent))
    .map(({ sent }) => sent)
  const required = requiredPlaces(op, schemas, taken, isProcedure)
  const whole = refused.filter(({ sent }) => !required.some((place) => isMissing(sent, place)))
  return [
    ...filledDemands(refused, required, taken.length),
    ...kindDemands(whole, taken),
    ...findLimits(whole, taken),
  ]
}

function filledDemands(
  refused: readonly Refused[],
  required: readonly string[],
  takenCount: number,
): Demand[] {
  const wordings = refused.flatMap((one) => {
    const missing = required.filter((place) => isMissing(one.sent, place))
    return missing.length === 0 ? [] : (wordingOf(one, missing) ?? [])
  })
  const groups = groupsOf(wordings)
  const named = new Set(wordings.map(({ place }) => place))
  return groups.map((group, i): Demand => {
    const own = new Set(group.map(({ place }) => place))
    // The words that were used most are those for places of which no refusal was seen.
    const places = required.filter((place) => own.has(place) || (i === 0 && !named.has(place)))
    const them = places.length === 1 ? 'it' : 'them'
    const told =
      takenCount === 0 ? `the document requires ${them}` : `all ${takenCount} taken had ${them}`
    return {
      asks: 'filled',
      places,
      ...refusalOf(group),
      evidence: `without ${[...own].join(', ')} refused ${group.length}×; ${told}`,
    }
  })
}

function kindDemands(refused: readonly Refused[], taken: readonly unknown[]): Demand[] {
  const kinds = kindsOf(taken)
  const wordings = refused.flatMap((one) => {
    const wrong = [...kinds].filter(([place, kind]) => {
      const value = readPointer(one.sent, place)
      return value !== undefined && typeOf(value) !== kind
    })
    return (
      wordingOf(
        one,
        wrong.map(([place]) => place),
      ) ?? []
    )
  })
  return [...Map.groupBy(wordings, ({ place }) => kinds.get(place)!)].flatMap(([kind, ofKind]) =>
    groupsOf(ofKind).map((group, i): Demand => {
      const own = new Set(group.map(({ place }) => place))
      const named = new Set(ofKind.map(({ place }) => place))
      const alike = [...kinds].flatMap(([place, one]) => (one === kind ? [place] : []))
      const places = alike.filter((place) => own.has(place) || (i === 0 && !named.has(place)))
      return {
        asks: 'kind',
        kind,
        places,
        ...refusalOf(group),
        evidence: `${[...own].join(', ')} of another kind refused ${group.length}×; always a ${kind} in what was taken`,
      }
    }),
  )
}

/** The places that always held the same kind of value, at least twice. */
function kindsOf(taken: readonly unknown[]): Map<string, string> {
  const seen = new Map<string, Map<string, number>>()
  for (const sent of taken) {
    for (const [place, value] of valuesIn(sent, '')) {
      const counts = seen.get(place) ?? new Map<string, number>()
      seen.set(place, counts.set(typeOf(value), (counts.get(typeOf(value)) ?? 0) + 1))
    }
  }
  const out = new Map<string, string>()
  for (const [place, counts] of seen) {
    const [[kind, count] = ['', 0], ...others] = counts
    if (others.length === 0 && count >= 2 && kind !== 'null') out.set(place, kind)
  }
  return out
}
