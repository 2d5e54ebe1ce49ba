import { percent } from './report/words.ts'
import type { Score } from './score.ts'
import type { GateOptions } from './statistics/gate-test.ts'
import type { Stopped } from './tally.ts'

/** What a gate said, and how it came to say so. */
export interface GateResult extends GateOptions {
  passed: boolean
  /** `evidence`: certain enough before all was played. `all`: everything was played. `undecided`: the run ended before either, and counts as not passed. */
  how: 'evidence' | 'all' | 'undecided'
  /** Trials that were not needed. */
  saved: number
}

/** The share of trials that may be inconclusive before a score means little, and no gate is passed by it. */
export const INCONCLUSIVE_MOST = 0.1

/** The gate's answer to what was played. */
export function answerGate(
  options: GateOptions,
  { stopped, saved, unplayed }: { stopped?: Stopped | undefined; saved: number; unplayed: number },
  { satisfaction }: Score,
): GateResult {
  if (stopped?.by === 'gate' && saved > 0) {
    return { ...options, passed: stopped.passed === true, how: 'evidence', saved }
  }
  if (unplayed > 0 || saved > 0) return { ...options, passed: false, how: 'undecided', saved: 0 }
  const passed = satisfaction !== null && satisfaction >= options.at - 1e-9
  return { ...options, passed, how: 'all', saved: 0 }
}

/** The gate in a sentence. */
export function tellGate({ at, alpha, beta, passed, how, saved }: GateResult): string {
  const said = passed ? 'passed' : 'not passed'
  if (how === 'all') return `${said}: at least ${percent(at)} was asked`
  if (how === 'undecided') return `${said}: the run ended before ${percent(at)} could be told`
  const risk = percent(passed ? alpha : beta)
  return `${said}: at least ${percent(at)} was asked; ${saved} trials saved, at a risk of ${risk} that the whole run says otherwise`
}

/** Whether too many trials were inconclusive for their score to mean much. */
export function isTooInconclusive({ satisfied, unsatisfied, inconclusive }: Score): boolean {
  return inconclusive > INCONCLUSIVE_MOST * (satisfied + unsatisfied + inconclusive)
}
