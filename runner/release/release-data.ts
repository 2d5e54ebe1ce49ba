import type { Depth } from '../../engine/depth.ts'
import type { ObservedPackage } from '../attest/statement.ts'
import type { Gap } from '../holdout/gap.ts'
import type { Score } from '../score.ts'
import type { SweepResult } from '../sweep/sweep.ts'
import type { WallReport } from '../wall/wall.ts'

/**
 * All that a release manager is shown of a version: what the page is drawn from, and what `--json`
 * prints. It names sealed cases. Fields are only ever added within one format.
 */
export interface ReleaseData {
  format: 'backlot.release/1'
  /** ISO 8601. */
  madeAt: string
  versions: { backlot: string; node: string }
  subject: { name: string; kind: string; file: string; digest?: string }
  set: { digest: string; root: string; count: number; sealed: string }
  /** When the scoring began, ISO 8601. */
  startedAt: string
  /** What was played: seeds and fault plans. */
  run: { seeds: number; plans: string[]; trials: number; unplayed: number }
  verdict: ReleaseVerdict
  public: Score
  holdout: Score
  gap: Gap | null
  /** Scorings before this one, oldest first. */
  former: FormerScoring[]
  byTag: ScoreGroup[]
  byService: ScoreGroup[]
  byPlan: ScoreGroup[]
  /** Every case, those that fell short first. */
  cases: CaseScore[]
  failureModes: FailureMode[]
  /** What the reader must know before believing the score, a sentence each. */
  warnings: string[]
  /** Absent where nobody kept a ledger. */
  questions?: AskedQuestions[]
  contained: Containment
  dependencies: DependencyUse[]
  /** What the subject does when each dependency fails, where that was asked. */
  sweep?: SweepResult
  /** Held against the last accepted version; absent where there is none. */
  changes?: ReleaseChanges
  attestation: AttestationState
}

/** What a gate said. `undecided`: no policy was given. */
export interface ReleaseVerdict {
  word: 'accepted' | 'rejected' | 'inconclusive' | 'undecided'
  rules: { rule?: string; held: boolean; sentence: string }[]
  policy?: { file: string; digest: string }
  /** What is asked of the lower end of the holdout's interval, a fraction. */
  floor?: number
}

/** An earlier scoring of the same subject, as far as a line of scores needs it. */
export interface FormerScoring {
  /** ISO 8601. */
  startedAt: string
  holdout: Score
  public: Score
  /** SHA-256 of the set: scores on another set can't be compared with today's. */
  set: string
  verdict?: ReleaseVerdict['word']
}

/** The scores of one tag, service or fault plan; null where one part has no trial of it. */
export interface ScoreGroup {
  name: string
  holdout: Score | null
  public: Score | null
}

export interface CaseScore {
  /** In words. */
  title: string
  /** Of a public case its id; of a sealed one what its makers call it. */
  name: string
  sealed: boolean
  tags: readonly string[]
  satisfied: number
  unsatisfied: number
  inconclusive: number
  /** Fault plans under which it fell short. */
  under: string[]
  /** Counted in no score: a subject that does nothing satisfies it, or it checks nothing. */
  measuresNothing: boolean
}

/** One cause of falling short, and what came of it. */
export interface FailureMode {
  /** `When Slack loses the answer to a write, 3 of 12 trials fell short: …`. */
  sentence: string
  plan: string
  /** Services that the plan struck. */
  services: string[]
  /** Trials that fell short in a way that is not seen without failures. */
  failed: number
  /** Conclusive trials under the same cause. */
  trials: number
  effects: FailureEffect[]
}

export interface FailureEffect {
  text: string
  trials: number
  /** Titles of the cases. */
  cases: string[]
}

/** How often an author asked for a score, and the best that was told. */
export interface AskedQuestions {
  project: string
  /** SHA-256 of the set's manifest. */
  set: string
  author: string
  questions: number
  best: number | null
}

export interface Containment {
  wall?: Omit<WallReport, 'strays'>
  /** Attempts to reach anything that is no twin, by what was done: `connect`, `lookup`, `POST` …, most frequent first. */
  escapes: { how: string; count: number; targets: { target: string; count: number }[] }[]
}

/** An operation that the subject called. */
export interface DependencyUse {
  twin: string
  op: string
  calls: number
  /** Trials in which it was called. */
  trials: number
  /** The shallowest depth at which it was answered. */
  depth?: Depth
  /** Calls that a fault struck. */
  struck: number
  /** Of the conclusive trials in which one was struck, those that fell short. */
  struckTrials: { failed: number; all: number }
}

export interface ReleaseChanges {
  accepted: { startedAt: string; holdout: Score; digest?: string }
  isSameSubject: boolean
  isSameSet: boolean
  /** Null when one of the two has no score. */
  score: ScoreChange | null
  newlyFailing: CaseChange[]
  newlyPassing: CaseChange[]
  casesAdded: { title: string; sealed: boolean }[]
  casesRemoved: { title: string; sealed: boolean }[]
  operationsAdded: { twin: string; op: string }[]
  operationsDropped: { twin: string; op: string }[]
  /** Absent unless both versions are attested. */
  packages?: PackageChange[]
}

/** Holdout satisfaction now minus then, with its interval of 95 %. */
export interface ScoreChange {
  value: number
  low: number
  high: number
  verdict: 'better' | 'worse' | 'cannot-tell'
}

/** A case that passed every conclusive trial in one version, and not in the other. */
export interface CaseChange {
  title: string
  name: string
  sealed: boolean
  was: { satisfied: number; all: number }
  is: { satisfied: number; all: number }
}

export interface PackageChange {
  name: string
  /** Versions; absent where it was not, or is no longer, loaded. */
  was?: string
  is?: string
  state?: ObservedPackage['state']
}

/** Whether the verdict is signed. `unverified`: signed, and nobody gave a key to check it with. `refused`: it does not hold. */
export interface AttestationState {
  state: 'absent' | 'unverified' | 'verified' | 'refused'
  sentence: string
  /** SHA-256 of the public key, hex: that which verified it, else those that the file claims. */
  keyIds: string[]
  /** What it says of the tests: PASSED, WARNED, FAILED. */
  result?: string
  /** Packages that the subject loaded, as attested. */
  packages?: ObservedPackage[]
}
