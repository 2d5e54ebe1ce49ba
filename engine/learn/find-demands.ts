import { isRecord, typeOf, type Schemas } from '../contract/schema.ts'
import type { Demand } from './knowledge.ts'
import { findLimits } from './find-limits.ts'
import type { Observed } from './observe.ts'
import { isMissing, requiredPlaces, sentOf } from './required.ts'
import { readPointer } from './template.ts'
import { groupsOf, refusalOf, valuesIn, wordingOf, type Refused, type Wording } from './wordings.ts'
import { mapTexts } from './field-words.ts'

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
  const named = new Set(wordings.map(({ place }) => place))
  return ownPlaces(groupsOf(wordings)).map(({ group, own }, i): Demand => {
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
    const places = wrong.map(([place]) => place)
    const wording = wordingOf(one, places)
    return wording === undefined ? [] : [withoutValue(wording)]
  })
  return [...Map.groupBy(wordings, ({ place }) => kinds.get(place)!)].flatMap(([kind, ofKind]) =>
    ownPlaces(groupsOf(ofKind)).map(({ group, own }, i): Demand => {
      const named = new Set(ofKind.map(({ place }) => place))
      const alike = [...kinds].flatMap(([place, one]) => (one === kind ? [place] : []))
      const places = alike.filter((place) => own.has(place) || (i === 0 && !named.has(place)))
      return {
        asks: 'kind',
        kind,
        places,
        ...refusalOf(group),
        evidence: `${[...own].join(', ')} of another kind refused ${group.length}×; always ${kind} in what was taken`,
      }
    }),
  )
}

/** Each group with the places of its own: of two wordings for one place, that which was seen more is kept. */
function ownPlaces(groups: readonly Wording[][]): { group: Wording[]; own: Set<string> }[] {
  const claimed = new Set<string>()
  return groups.flatMap((group) => {
    const own = new Set(group.map(({ place }) => place).filter((place) => !claimed.has(place)))
    for (const place of own) claimed.add(place)
    return own.size === 0 ? [] : [{ group, own }]
  })
}

/** The words without the text that was refused, where they quote it. */
function withoutValue(wording: Wording): Wording {
  const value = readPointer(wording.refused.sent, wording.place)
  if (typeof value !== 'string') return wording
  const template = mapTexts(wording.template, (text) =>
    text.includes('«body')
      ? text
      : text
          .replaceAll(`"${value}"`, '"«field value»"')
          .replaceAll(`'${value}'`, "'«field value»'"),
  ) as Wording['template']
  return { ...wording, template }
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
