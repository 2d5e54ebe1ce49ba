import { isRecord, toPointerToken } from '../contract/schema.ts'
import { mapTexts, withoutField } from './field-words.ts'
import type { Demand } from './knowledge.ts'
import type { Observed } from './observe.ts'

/** A refused call, and what it carried. */
export interface Refused {
  one: Observed
  sent: unknown
}

/** A refusal's words for one place. */
export interface Wording {
  place: string
  /** The reply with marks for the place's name. */
  template: Pick<Demand, 'json' | 'text'>
  each?: string
  refused: Refused
}

/** Words for one of these places, if the refusal names one and no other. */
export function wordingOf(refused: Refused, places: readonly string[]): Wording | undefined {
  const { json, text } = refused.one.learned
  const whole = json === undefined ? { text } : { json }
  const named = places.flatMap((place) => {
    const template = withoutField(whole, place) as Wording['template'] | undefined
    return template === undefined ? [] : [{ place, template, refused }]
  })
  if (named.length === 1) return named[0]
  if (json === undefined || named.length === 0) return undefined
  return wordingOfEach(refused, places, json)
}

/** A reply that holds one entry for each place: `{"errors": [{"field": "name"}, {"field": "item"}]}`. */
function wordingOfEach(
  refused: Refused,
  places: readonly string[],
  json: unknown,
): Wording | undefined {
  for (const [at, list] of listsIn(json, '')) {
    const first = places.find((place) => withoutField(list[0], place) !== undefined)
    if (first === undefined || list.length < 2) continue
    const isEach = list.every((entry) =>
      places.some((place) => withoutField(entry, place) !== undefined),
    )
    if (!isEach) continue
    const entry = withoutField(list[0], first)
    const template = { json: replaceAt(json, at, [entry]) }
    return { place: first, template, each: at, refused }
  }
  return undefined
}

function* listsIn(value: unknown, at: string): Generator<[string, unknown[]]> {
  if (Array.isArray(value)) {
    if (value.length > 0) yield [at, value]
  } else if (isRecord(value)) {
    for (const [key, one] of Object.entries(value))
      yield* listsIn(one, `${at}/${toPointerToken(key)}`)
  }
}

/** A copy with another value at a place. */
export function replaceAt(value: unknown, pointer: string, by: unknown): unknown {
  const [, token, ...rest] = pointer.split('/')
  if (token === undefined || !isRecord(value)) return by
  const key = token.replaceAll('~1', '/').replaceAll('~0', '~')
  const below = rest.length === 0 ? '' : `/${rest.join('/')}`
  return { ...value, [key]: replaceAt(value[key], below, by) }
}

/** Every place of a body outside of lists, with its value. */
export function* valuesIn(value: unknown, at: string, depth = 0): Generator<[string, unknown]> {
  if (!isRecord(value) || depth > 4) return
  for (const [key, one] of Object.entries(value)) {
    const place = `${at}/${toPointerToken(key)}`
    yield [place, one]
    yield* valuesIn(one, place, depth + 1)
  }
}

/** Like wordings together, those that were seen most first. */
export function groupsOf(wordings: readonly Wording[]): Wording[][] {
  const groups = Map.groupBy(wordings, ({ template, refused }) =>
    JSON.stringify([refused.one.learned.status, bare(template)]),
  )
  return [...groups.values()].sort((a, b) => b.length - a.length)
}

/** Ids made for one reply are no part of its words. */
function bare(template: unknown): unknown {
  return mapTexts(template, (text) => text.replaceAll(/«(number )?new [^»]*»/g, '«new»'))
}

/** How a group's refusal reads. */
export function refusalOf(group: readonly Wording[]): Omit<Demand, 'asks' | 'places' | 'evidence'> {
  const { template, each, refused } = group.find((one) => one.each !== undefined) ?? group[0]!
  const { status, sent, headers } = refused.one.learned
  return {
    status,
    ...(sent === undefined ? {} : { sent }),
    ...(headers === undefined ? {} : { headers }),
    ...template,
    ...(each === undefined ? {} : { each }),
  }
}
