import type { Decision } from '../gate/decide.ts'
import type { HoldoutScore } from '../holdout/score-holdout.ts'
import { findTroubles } from '../report/troubles.ts'
import type { SweepResult } from '../sweep/sweep.ts'
import { groupScores, scoreCases } from './case-scores.ts'
import { findChanges } from './changes.ts'
import { findDependencies } from './dependencies.ts'
import { findFailureModes } from './failure-modes.ts'
import type {
  AskedQuestions,
  AttestationState,
  Containment,
  FormerScoring,
  ReleaseData,
  ReleaseVerdict,
} from './release-data.ts'

/** What the page of a version is made from. Only the scoring must be there. */
export interface ReleaseSources {
  score: HoldoutScore
  now: Date
  /** What `runner/gate` said; without it nothing is decided. */
  decision?: Pick<Decision, 'verdict' | 'findings' | 'policy'> | undefined
  /** What the policy asks of the lower end of the holdout's interval. */
  floor?: number | undefined
  /** Earlier scorings of the same subject, in any order. */
  former?: readonly FormerScoring[] | undefined
  /** The last accepted version's. */
  accepted?: HoldoutScore | undefined
  /** `Ledger.usage()`. */
  questions?: readonly AskedQuestions[] | undefined
  /** What else the reader must know before believing the page, a sentence each. */
  warnings?: readonly string[] | undefined
  sweep?: SweepResult | undefined
  attestation?: AttestationState | undefined
  acceptedAttestation?: AttestationState | undefined
}

/** Puts together what a release manager is shown of a version. */
export function makeRelease(sources: ReleaseSources): ReleaseData {
  const { score, now, questions, sweep, accepted } = sources
  const { result } = score
  const idle = new Set(result.measuringNothing)
  const counted = result.trials.filter(({ scenario }) => !idle.has(scenario))
  const { attestation = notAttested, acceptedAttestation } = sources
  return {
    format: 'backlot.release/1',
    madeAt: now.toISOString(),
    versions: score.versions,
    subject: score.subject,
    set: score.set,
    startedAt: score.startedAt,
    run: {
      seeds: result.run.seeds.length,
      plans: result.run.plans,
      trials: result.trials.length,
      unplayed: score.unplayed,
    },
    verdict: toVerdict(sources),
    public: score.public,
    holdout: score.holdout,
    gap: score.gap,
    former: orderFormer(sources),
    byTag: groupScores(score, ({ tags }) => tags),
    byService: groupScores(score, ({ twins }) => twins),
    byPlan: groupScores(score, ({ plan }) => [plan.name]),
    cases: scoreCases(score),
    failureModes: findFailureModes(counted),
    warnings: [...(sources.warnings ?? []), ...findTroubles(withRealNames(score))],
    ...(questions !== undefined && { questions: [...questions] }),
    contained: findContained(score),
    dependencies: findDependencies(result.trials),
    ...(sweep !== undefined && { sweep }),
    ...(accepted !== undefined && {
      changes: findChanges(
        { score, packages: attestation.packages },
        { score: accepted, packages: acceptedAttestation?.packages },
      ),
    }),
    attestation,
  }
}

/** A scoring as a point in a line of scores. */
export function toFormer(score: HoldoutScore, verdict?: ReleaseVerdict['word']): FormerScoring {
  const { startedAt, holdout, public: open, set } = score
  return {
    startedAt,
    holdout,
    public: open,
    set: set.digest,
    ...(verdict !== undefined && { verdict }),
  }
}

const notAttested: AttestationState = {
  state: 'absent',
  sentence: 'Nothing is signed: this page is only as good as the file that it was made from.',
  keyIds: [],
}

function toVerdict({ decision, floor }: ReleaseSources): ReleaseVerdict {
  const asked = floor === undefined ? {} : { floor }
  if (decision === undefined) return { word: 'undecided', rules: [], ...asked }
  const { verdict, findings, policy } = decision
  return { word: verdict, rules: findings, policy, ...asked }
}

/** What came before this scoring, the accepted one among it, oldest first and each once. */
function orderFormer({ score, former = [], accepted }: ReleaseSources): FormerScoring[] {
  const all = [...former]
  const keyOf = ({ startedAt, set }: FormerScoring): string => `${startedAt} ${set}`
  if (accepted !== undefined) {
    const point = toFormer(accepted, 'accepted')
    if (!all.some((one) => keyOf(one) === keyOf(point))) all.push(point)
  }
  const seen = new Set<string>()
  return all
    .filter((one) => {
      const isNew = !seen.has(keyOf(one)) && one.startedAt < score.startedAt
      seen.add(keyOf(one))
      return isNew
    })
    .sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1))
}

/** Troubles speak of scenarios by the ids of this scoring, which mean nothing to anybody. */
function withRealNames({ result, names }: HoldoutScore): HoldoutScore['result'] {
  const nameOf = (id: string): string => {
    const known = names[id]
    if (known === undefined) return id
    return known.sealed ? `${known.name} (sealed)` : known.name
  }
  return {
    ...result,
    measuringNothing: result.measuringNothing.map(nameOf),
    broken: result.broken.map((one) => ({ ...one, id: nameOf(one.id) })),
    controls: result.controls.map((one) => ({ ...one, scenario: nameOf(one.scenario) })),
    ...(result.mutantControls !== undefined && {
      mutantControls: result.mutantControls.map((one) => ({
        ...one,
        scenario: nameOf(one.scenario),
      })),
    }),
  }
}

function findContained({ wall, escapes }: HoldoutScore): Containment {
  const all = [...escapes, ...(wall?.strays ?? [])]
  const counted = [...Map.groupBy(all, ({ how }) => how)].map(([how, group]) => ({
    how,
    count: group.length,
    targets: [...Map.groupBy(group, ({ target }) => target)]
      .map(([target, same]) => ({ target, count: same.length }))
      .sort((a, b) => b.count - a.count || (a.target < b.target ? -1 : 1)),
  }))
  const found = { escapes: counted.sort((a, b) => b.count - a.count || (a.how < b.how ? -1 : 1)) }
  if (wall === undefined) return found
  const { strays: _strays, ...about } = wall
  return { wall: about, ...found }
}
