import { isShallower } from '../../engine/depth.ts'
import type { Gap } from '../holdout/gap.ts'
import { gapBetween } from '../holdout/gap.ts'
import type { HoldoutScore } from '../holdout/score-holdout.ts'
import { percent, plural, span } from '../report/words.ts'
import type { Score } from '../score.ts'
import { lengthOf, policyWalls, type Policy } from './policy.ts'

/** One rule, and whether it held. */
export interface Finding {
  /** The field of the policy; of a tag `tagFloors.offboarding`. */
  rule: string
  held: boolean
  /** In a sentence, with the figures. */
  sentence: string
}

/** What rules look at besides the policy. */
export interface Evidence {
  score: HoldoutScore
  /** The last accepted version's scoring, where there is one. */
  last?: HoldoutScore | undefined
  now: Date
}

type Rule<K extends keyof Policy> = (asked: NonNullable<Policy[K]>, seen: Evidence) => Finding[]

const one = (rule: string, held: boolean, sentence: string): Finding[] => [{ rule, held, sentence }]

/** Every rule that a policy may name, in the order in which they are told. */
const rules: { readonly [K in Exclude<keyof Policy, '$schema'>]-?: Rule<K> } = {
  minSatisfaction: (asked, { score }) =>
    floor('minSatisfaction', 'The holdout is satisfied', score.holdout, asked),
  tagFloors: (asked, { score }) =>
    Object.entries(asked).flatMap(([tag, least]) => {
      const found = score.byTag.find(({ name }) => name === tag)?.score
      const rule = `tagFloors.${tag}`
      if (found === undefined) return one(rule, false, `No sealed case has the tag ${tag}.`)
      return floor(rule, `Of the cases with the tag ${tag}, the holdout is satisfied`, found, least)
    }),
  maxGap: (asked, { score: { gap } }) =>
    gap === null
      ? one('maxGap', false, 'There is no gap to be told: one part has no conclusive trial.')
      : one('maxGap', gap.value <= asked, `${tellGap(gap)}; at most ${percent(asked)} is allowed.`),
  noSignificantGap: (asked, { score: { gap } }) => {
    if (!asked) return []
    if (gap === null) return one('noSignificantGap', false, 'There is no gap to be told.')
    const how = gap.significant ? 'which is more than luck' : 'which luck explains'
    return one('noSignificantGap', !gap.significant, `${tellGap(gap)}, ${how}.`)
  },
  noEscapes: (asked, { score: { escapes, wall } }) => {
    if (!asked) return []
    const count = escapes.length + (wall?.strays.length ?? 0)
    const [first] = [...escapes, ...(wall?.strays ?? [])]
    const said =
      first === undefined
        ? 'Nothing tried to get out.'
        : `${plural(count, 'attempt')} to get out, the first to ${first.target}.`
    return one('noEscapes', count === 0, said)
  },
  noLeaks: (asked, { score: { leaks } }) => {
    if (!asked) return []
    if (leaks === undefined) {
      return one('noLeaks', false, 'Nobody looked for traces of sealed cases; score it anew.')
    }
    const cases = new Set(leaks.map((leak) => leak.case)).size
    const said =
      leaks.length === 0
        ? 'Nothing of a sealed case was found in what the subject said and sent.'
        : `Traces of ${plural(cases, 'sealed case')} were found in the subject's ${[...new Set(leaks.map(({ where }) => where))].join(' and ')}: somebody has seen ${cases === 1 ? 'it' : 'them'}.`
    return one('noLeaks', leaks.length === 0, said)
  },
  minWall: (asked, { score: { wall } }) => {
    const rank = policyWalls.indexOf((wall?.name ?? 'none') as never)
    const held = rank >= policyWalls.indexOf(asked)
    return one(
      'minWall',
      held,
      `The wall that stood is ${wall?.name ?? 'none'}; ${asked} or stronger is asked.`,
    )
  },
  minDepth: (asked, { score }) => {
    const shallow = new Set<string>()
    for (const trial of score.result.trials) {
      for (const { twin, op, depth } of trial.shallow) {
        if (isShallower(depth, asked)) shallow.add(`${twin} ${op} (${depth})`)
      }
    }
    const named = [...shallow].sort()
    const rest = named.length > 3 ? ` and ${named.length - 3} more` : ''
    const said =
      named.length === 0
        ? `No operation that the subject leaned on is shallower than ${asked}.`
        : `The subject leaned on operations shallower than ${asked}: ${named.slice(0, 3).join(', ')}${rest}.`
    return one('minDepth', named.length === 0, said)
  },
  maxInconclusive: (asked, { score: { holdout } }) => {
    const part = inconclusiveShare(holdout)
    return one(
      'maxInconclusive',
      part <= asked,
      `${percent(part)} of the sealed trials were inconclusive; at most ${percent(asked)} may be.`,
    )
  },
  maxHoldoutAge: (asked, { score, now }) =>
    age('maxHoldoutAge', 'The holdout was sealed', score.set.sealed, { asked, now }),
  maxScoringAge: (asked, { score, now }) =>
    age('maxScoringAge', 'The scoring began', score.startedAt, { asked, now }),
  plans: (asked, { score }) => {
    const missing = asked.filter((plan) => !score.result.run.plans.includes(plan))
    const said =
      missing.length === 0
        ? 'Every fault plan that is asked was played.'
        : `Fault plans that were not played: ${missing.join(', ')}.`
    return one('plans', missing.length === 0, said)
  },
  minTrials: (asked, { score }) => {
    const seeds = score.result.run.seeds.length
    return one(
      'minTrials',
      seeds >= asked,
      `Each case was played with ${plural(seeds, 'seed')} per plan; at least ${asked} are asked.`,
    )
  },
  minCases: (asked, { score }) => {
    const { count } = score.set
    return one(
      'minCases',
      count >= asked,
      `The set has ${plural(count, 'case')}; at least ${asked} are asked.`,
    )
  },
  noWorseThanLast: (asked, { score, last }) => {
    if (!asked) return []
    const rule = 'noWorseThanLast'
    if (last === undefined)
      return one(rule, true, 'There is no last accepted version to compare with.')
    if (Date.parse(score.startedAt) <= Date.parse(last.startedAt)) {
      return one(rule, false, 'The scoring is not newer than that of the last accepted version.')
    }
    const drop = gapBetween(last.holdout, score.holdout)
    if (drop === null)
      return one(rule, false, 'It can not be compared with the last accepted version.')
    const [was, is] = [percent(last.holdout.satisfaction), percent(score.holdout.satisfaction)]
    const how = drop.significant
      ? 'which is worse by more than luck'
      : 'which is not worse by more than luck'
    return one(
      rule,
      !drop.significant,
      `The last accepted version had ${was}, this one has ${is}, ${how}.`,
    )
  },
}

/** Holds a scoring against every rule that a policy names. */
export function applyRules(policy: Policy, evidence: Evidence): Finding[] {
  return (Object.keys(rules) as (keyof typeof rules)[]).flatMap((name) => {
    const asked = policy[name]
    return asked === undefined ? [] : (rules[name] as Rule<typeof name>)(asked as never, evidence)
  })
}

/** The share of trials that came to nothing; 1 where there was none. */
function inconclusiveShare({ satisfied, unsatisfied, inconclusive }: Score): number {
  const all = satisfied + unsatisfied + inconclusive
  return all === 0 ? 1 : inconclusive / all
}

function floor(
  rule: string,
  what: string,
  { satisfaction, interval }: Score,
  least: number,
): Finding[] {
  if (satisfaction === null || interval === null) {
    return one(rule, false, `${what} in an unknown share of trials: none was conclusive.`)
  }
  const said = `${what} in ${percent(satisfaction)} of trials (${span(interval)}); at least ${percent(least)} is asked of the lower end.`
  return one(rule, interval.low >= least, said)
}

function tellGap({ value, low, high }: Gap): string {
  const points = (part: number): string => (part * 100).toFixed(1)
  return `Public cases go better than the holdout by ${points(value)} points (${points(low)} to ${points(high)})`
}

function age(
  rule: string,
  what: string,
  at: string,
  { asked, now }: { asked: string; now: Date },
): Finding[] {
  const ms = now.getTime() - Date.parse(at)
  // A clock may be a little off; a day in the future is no clock.
  const held = ms <= lengthOf(asked) && ms > -3_600_000
  const days = Math.abs(ms) / 86_400_000
  const long = days >= 2 ? `${Math.floor(days)} days` : `${Math.floor(days * 24)} hours`
  const when = ms < -3_600_000 ? `${long} in the future` : `${long} ago`
  return one(rule, held, `${what} ${when}; at most ${asked} is allowed.`)
}
