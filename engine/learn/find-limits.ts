import type { Demand } from './knowledge.ts'
import { mapTexts, withoutField } from './field-words.ts'
import { groupsOf, refusalOf, valuesIn, type Refused, type Wording } from './wordings.ts'
import { readPointer } from './template.ts'

/** What is measured of a value, and how it is asked for. */
const measures = [
  { of: (value: unknown) => numberOf(value), most: 'most', least: 'least' },
  { of: (value: unknown) => lengthOf(value), most: 'longest', least: 'shortest' },
] as const

/** Numbers and lengths beyond which calls were refused, and within which they were taken: only where both were seen. */
export function findLimits(refused: readonly Refused[], taken: readonly unknown[]): Demand[] {
  const places = new Set(refused.flatMap(({ sent }) => [...valuesIn(sent, '')].map(([at]) => at)))
  const out: Demand[] = []
  for (const place of places) {
    const wordings = refused.flatMap((one) => namedIn(one, place) ?? [])
    if (wordings.length === 0) continue
    for (const measure of measures) {
      const good = taken.flatMap((sent) => measure.of(readPointer(sent, place)) ?? [])
      if (good.length === 0) continue
      const [low, high] = [Math.min(...good), Math.max(...good)]
      const of = ({ refused: { sent } }: Wording) => measure.of(readPointer(sent, place)) ?? NaN
      const over = wordings.filter((one) => of(one) > high)
      const under = wordings.filter((one) => of(one) < low)
      const found = [
        limitOf(place, measure.most, over, high, Math.min(...over.map(of))),
        limitOf(place, measure.least, under, low, Math.max(...under.map(of))),
      ]
      out.push(...found.filter((one) => one !== undefined))
    }
  }
  return out
}

function limitOf(
  place: string,
  asks: 'most' | 'least' | 'longest' | 'shortest',
  wordings: readonly Wording[],
  taken: number,
  refused: number,
): Demand | undefined {
  const [group] = groupsOf(wordings.map((one) => withoutValue(one, place)))
  if (group === undefined || !Number.isInteger(refused)) return undefined
  const up = asks === 'most' || asks === 'longest' ? 1 : -1
  const told = numbersIn(group[0]!.template)
  const within = told.find((one) => (one - taken) * up >= 0 && (refused - one) * up > 0)
  // "Less than 4" names the first that is refused. One refusal that names no number may have had any other reason.
  if (within === undefined && !told.includes(refused) && group.length < 2) return undefined
  const limit = within ?? refused - up
  const [than, side] = up > 0 ? ['from', 'up to'] : ['down from', 'down to']
  return {
    asks,
    places: [place],
    limit,
    ...refusalOf(group),
    evidence: `${than} ${refused} refused ${group.length}×, ${side} ${taken} taken${within === undefined ? '' : `; the refusal says ${within}`}`,
  }
}

/** A refusal that names a place or, of a place at the top, states a number. */
function namedIn(refused: Refused, place: string): Wording | undefined {
  const { json, text } = refused.one.learned
  const whole = json === undefined ? { text } : { json }
  const template = withoutField(whole, place) as Wording['template'] | undefined
  return template === undefined ? undefined : { place, template, refused }
}

/** The words without the value that was refused. */
function withoutValue(wording: Wording, place: string): Wording {
  const value = readPointer(wording.refused.sent, place)
  if (typeof value !== 'number') return wording
  const pattern = new RegExp(
    `(?<![\\w.«-])${RegExp.escape(String(value))}(?![\\w»])(?!\\.\\d)`,
    'g',
  )
  const isLimit = numbersIn(wording.template).filter((one) => one === value).length !== 1
  const others = numbersIn(wording.template).some((one) => one !== value)
  // A lone number may be the limit itself.
  if (isLimit || !others) return wording
  const template = mapTexts(wording.template, (text) =>
    text.includes('«body') ? text : text.replaceAll(pattern, `«body ${place}»`),
  ) as Wording['template']
  return { ...wording, template }
}

/** Numbers in the words of a refusal. */
function numbersIn(template: unknown): number[] {
  const out: number[] = []
  mapTexts(template, (text) => {
    for (const [one] of text
      .replaceAll(/«[^»]*»/g, ' ')
      .matchAll(/(?<![\w.])-?\d+(?:\.\d+)?(?!\w)/g))
      out.push(Number(one))
    return text
  })
  return out
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function lengthOf(value: unknown): number | undefined {
  return typeof value === 'string' || Array.isArray(value) ? value.length : undefined
}
