import { isRecord } from '../contract/schema.ts'
import { familyOf, isCondition, weightOf } from './features.ts'
import type { Case } from './knowledge.ts'

const casesMax = 80
const familiesMax = 60
/** Of so many values a word is a name rather than a kind. */
const varietyMin = 8

/**
 * Like cases become one, and what made no difference is left out: a family of words (`body /name = …`, `host …`)
 * goes when the answers are told apart as well without it.
 */
export function generalize(seen: readonly Case[]): Case[] {
  const cases = withUsualEffects(seen)
  const outcomes = new Map(cases.map((one) => [one, outcomeOf(one)]))
  const all = cases.map((one): Kept => ({
    one,
    when: new Set(one.when),
    outcome: outcomes.get(one)!,
  }))
  const families = familiesOf(cases)
  const [conditions, rest] = [
    families.filter(isCondition),
    families.filter((one) => !isCondition(one)),
  ]
  // Whether it matters how things are is asked without what was sent: a name that was sent once tells everything.
  const bare = all.map((one) => ({ ...one, when: withoutValues(one.when) }))
  const telling = new Set(conditions)
  leaveOut(bare, conditions, (family) => telling.delete(family))
  for (const family of tellingAlone(bare, conditions)) telling.add(family)
  const useless = conditions.filter((one) => !telling.has(one))
  const kept = leaveOut(useless.reduce(dropFrom, all), rest, () => undefined)
  const merged = [...groupsOf(kept).values()].map(mergeGroup)
  if (merged.length <= casesMax) return merged
  const worth = (one: Case): number => (one.status >= 300 ? 1000 : 0) + one.seen
  return merged.sort((a, b) => worth(b) - worth(a)).slice(0, casesMax)
}

function withoutValues(when: ReadonlySet<string>): ReadonlySet<string> {
  const isLeft = (one: string): boolean =>
    isCondition(one) ? !one.startsWith('after ') : !one.includes(' = ')
  return new Set([...when].filter(isLeft))
}

/** Families that tell some answers apart if nothing else is known of how things are: of several causes, each is one. */
function tellingAlone(cases: readonly Kept[], families: readonly string[]): string[] {
  const none = families.reduce(dropFrom, [...cases])
  const conflicts = conflictsOf(none)
  if (conflicts === 0) return []
  return families.filter((family) => {
    const only = cases.map((one, i) => {
      const own = [...one.when].filter((word) => word.startsWith(family))
      return { ...one, when: new Set([...none[i]!.when, ...own]) }
    })
    return conflictsOf(only) < conflicts
  })
}

function dropFrom(cases: readonly Kept[], family: string): Kept[] {
  return cases.map((one) => ({ ...one, when: dropFamily(one.when, family) }))
}

/** The cases without the families that make no difference to what is answered. */
function leaveOut(
  cases: readonly Kept[],
  families: readonly string[],
  onDropped: (family: string) => void,
): Kept[] {
  let kept = [...cases]
  let conflicts = conflictsOf(kept)
  for (const family of families) {
    const without = dropFrom(kept, family)
    const now = conflictsOf(without)
    if (now > conflicts) continue
    kept = without
    conflicts = now
    onDropped(family)
  }
  return kept
}

/** A place that few of an operation's effects touch was changed by something else in between. */
function withUsualEffects(cases: readonly Case[]): readonly Case[] {
  const counts = new Map<string, number>()
  let looked = 0
  for (const { effect } of cases) {
    if (effect?.set === undefined) continue
    looked++
    for (const place of [...Object.keys(effect.set), ...(effect.drop ?? [])])
      counts.set(place, (counts.get(place) ?? 0) + 1)
  }
  if (looked < 4) return cases
  const isUsual = (place: string): boolean => counts.get(place)! * 5 >= looked
  return cases.map((one) => {
    const { effect } = one
    if (effect?.set === undefined) return one
    const set = Object.fromEntries(Object.entries(effect.set).filter(([place]) => isUsual(place)))
    const drop = effect.drop?.filter(isUsual)
    const { drop: _drop, ...rest } = effect
    return {
      ...one,
      effect: { ...rest, set, ...(drop === undefined || drop.length === 0 ? {} : { drop }) },
    }
  })
}

interface Kept {
  one: Case
  when: ReadonlySet<string>
  outcome: string
}

function groupsOf(kept: readonly Kept[]): Map<string, Kept[]> {
  return Map.groupBy(kept, ({ one, when }) => `${one.status} ${[...when].sort().join('\n')}`)
}

/** How many cases would be answered otherwise than they were: those that differ from most of their group. */
function conflictsOf(kept: readonly Kept[]): number {
  let conflicts = 0
  const groups = Map.groupBy(kept, ({ when }) => [...when].sort().join('\n'))
  for (const group of groups.values()) {
    const counts = new Map<string, number>()
    for (const { outcome } of group) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
    conflicts += group.length - Math.max(...counts.values())
  }
  return conflicts
}

/** Words that differ in their value only, most values first. */
function familiesOf(cases: readonly Case[]): string[] {
  const values = new Map<string, Set<string>>()
  for (const { when } of cases) {
    for (const feature of when) {
      const family = familyOf(feature)
      if (family === undefined) continue
      const known = values.get(family)
      if (known === undefined) values.set(family, new Set([feature]))
      else known.add(feature)
    }
  }
  return [...values]
    .filter(
      ([family, words]) =>
        words.size >= varietyMin ||
        isCondition(family) ||
        [...words].every((word) => weightOf(word) < 1),
    )
    .sort((a, b) => b[1].size - a[1].size)
    .slice(0, familiesMax)
    .map(([family]) => family)
}

function dropFamily(when: ReadonlySet<string>, family: string): ReadonlySet<string> {
  for (const feature of when)
    if (feature.startsWith(family))
      return new Set([...when].filter((one) => !one.startsWith(family)))
  return when
}

function mergeGroup(group: Kept[]): Case {
  const alike = [...Map.groupBy(group, ({ outcome }) => outcome).values()].sort(
    (a, b) => b.length - a.length,
  )
  const { one, when } = alike[0]!.at(-1)!
  const effect = group.findLast((other) => other.one.effect !== undefined)?.one.effect
  return {
    ...one,
    when: [...when],
    seen: group.length,
    ...(effect === undefined ? {} : { effect }),
  }
}

/** What a case answers and does, made-up ids left out. */
function outcomeOf({ status, json, text, effect }: Case): string {
  return JSON.stringify([status, small(json), text?.slice(0, 200), effect]).replaceAll(
    /«(number )?new [^»]*»/g,
    '«new»',
  )
}

function small(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 2).map(small)
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, small(one)]))
}
