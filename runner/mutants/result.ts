import type { LoadedScenario } from '../load-scenarios.ts'
import { wilson } from '../score.ts'
import type { Subject } from '../subject/subject.ts'
import type { TrialResult } from '../trial-result.ts'
import { readVersion } from '../version.ts'
import type { Mutant } from './mutant.ts'
import type { MutantsRequest } from './play.ts'

/** What one trial made of one mutant. */
export interface Noticing {
  mutant: string
  scenario: string
  trial: string
  /** `not reached`: the mutant made no difference to any call; `unclear`: the trial was inconclusive. */
  outcome: 'noticed' | 'missed' | 'not reached' | 'unclear'
  /** What fell short, in words. */
  why?: string
}

/** What became of a mutant. */
export interface MutantFate {
  id: string
  side: Mutant['side']
  twin: string
  op: string
  about: string
  /** `survived`: it made a difference to calls, and no scenario noticed. */
  fate: 'noticed' | 'survived' | 'not reached' | 'unclear'
  noticedBy: string[]
  missedBy: string[]
  /** What the first that noticed said. */
  why?: string
}

/** How much a set of scenarios notices: the file that `--json` prints. Fields are only ever added within one format. */
export interface MutantsResult {
  format: 'backlot.mutants/1'
  versions: { backlot: string; node: string }
  subject: { name: string; kind: string; file: string }
  run: { seeds: string[]; plans: string[] }
  /** Noticed / (noticed + survived); null when there were none. Some survivors may be equivalent: no test could tell them. */
  score: number | null
  /** Wilson's, of 95 %; null likewise. */
  interval: { low: number; high: number } | null
  counts: Record<MutantFate['fate'], number>
  /** How many mutants there are of what the trials use; more than were played where a bound was set. */
  found: number
  mutants: MutantFate[]
  scenarios: { scenario: string; noticed: number; missed: number }[]
  /** Trials that fall short without any mutant: they can't tell one. */
  unsound: { scenario: string; trial: string; why: string }[]
  trials: number
  unplayed: number
  /** Ids that were asked for and are no mutant of these trials. */
  unknown: string[]
}

/** What a result is made from. */
export interface MutantsPlayed {
  subject: Subject
  request: MutantsRequest
  mutants: readonly Mutant[]
  noticings: readonly Noticing[]
  unsound: readonly TrialResult[]
  found: number
  known: readonly string[]
  scenarios: readonly LoadedScenario[]
  unplayed: number
}

/** Counts what was noticed. */
export function toMutantsResult(played: MutantsPlayed): MutantsResult {
  const { subject, request, mutants, noticings, unsound, found, known, unplayed } = played
  const fates = mutants.map((mutant) => fateOf(mutant, noticings))
  const counts = { noticed: 0, survived: 0, 'not reached': 0, unclear: 0 }
  for (const { fate } of fates) counts[fate]++
  const judged = counts.noticed + counts.survived
  const ids = [...new Set(played.scenarios.map(({ id }) => id))]
  return {
    format: 'backlot.mutants/1',
    versions: { backlot: readVersion(), node: process.version },
    subject: { name: subject.name, kind: subject.kind, file: request.subjectFile },
    run: { seeds: [...request.seeds], plans: [...request.plans] },
    score: judged === 0 ? null : counts.noticed / judged,
    interval: judged === 0 ? null : wilson(counts.noticed, judged),
    counts,
    found,
    mutants: fates,
    scenarios: ids.map((scenario) => {
      const own = noticings.filter((one) => one.scenario === scenario)
      const count = (outcome: Noticing['outcome']): number =>
        new Set(own.filter((one) => one.outcome === outcome).map(({ mutant }) => mutant)).size
      return { scenario, noticed: count('noticed'), missed: count('missed') }
    }),
    unsound: unsound.map(({ scenario, id, why }) => ({
      scenario,
      trial: id,
      why: why[0]?.text ?? '',
    })),
    trials: noticings.length,
    unplayed,
    unknown: (request.only ?? []).filter((id) => !known.includes(id)),
  }
}

function fateOf({ id, side, twin, op, about }: Mutant, noticings: readonly Noticing[]): MutantFate {
  const own = noticings
    .filter(({ mutant }) => mutant === id)
    .sort((a, b) => (a.trial < b.trial ? -1 : 1))
  const by = (outcome: Noticing['outcome']): string[] => [
    ...new Set(own.filter((one) => one.outcome === outcome).map(({ scenario }) => scenario)),
  ]
  const first = own.find(({ outcome }) => outcome === 'noticed')
  const has = (outcome: Noticing['outcome']): boolean => own.some((one) => one.outcome === outcome)
  const fate =
    first !== undefined
      ? 'noticed'
      : has('unclear')
        ? 'unclear'
        : has('missed')
          ? 'survived'
          : 'not reached'
  return {
    id,
    side,
    twin,
    op,
    about,
    fate,
    noticedBy: by('noticed'),
    missedBy: by('missed'),
    ...(first?.why === undefined ? {} : { why: first.why }),
  }
}

/** 0: enough was noticed. 1: less than `least`, or a scenario notices nothing. 3: nothing could be judged. 130: interrupted. */
export function exitCodeOfMutants(
  { score, unplayed, scenarios }: MutantsResult,
  least = 0,
): number {
  if (unplayed > 0) return 130
  if (score === null) return 3
  return score < least || scenarios.some(isBlind) ? 1 : 0
}

/** Whether a scenario had mutants before it and noticed none of them. */
export function isBlind({ noticed, missed }: MutantsResult['scenarios'][number]): boolean {
  return noticed === 0 && missed > 0
}
