import type { RunResult } from '../report/result.ts'
import type { TrialResult } from '../trial-result.ts'

/** What a comparison of two versions proves of one scenario. */
export interface ScenarioProof {
  scenario: string
  name: string
  before: Counts
  after: Counts
  /** The trial to look at: of the version that fails, or the first that failed before. */
  trial?: string
  /** Why that trial fails, in words. */
  why?: string
}

export interface Counts {
  satisfied: number
  unsatisfied: number
  inconclusive: number
}

/** Whether a change does what it is for: the file that `--json` prints. */
export interface Proof {
  format: 'backlot.prove/1'
  before: VersionOf
  after: VersionOf
  run: RunResult['run']
  proved: boolean
  /** What keeps it from being proved, in words. */
  missing: string[]
  /** Failed before, and satisfy throughout now. */
  fixed: ScenarioProof[]
  /** Failed before, and fail now. */
  stillFailing: ScenarioProof[]
  /** Satisfied throughout before, and fail now. */
  newlyBroken: ScenarioProof[]
  /** Satisfied throughout before and now. */
  unchanged: ScenarioProof[]
  /** Of which nothing can be said: a trial was inconclusive, or a subject that does nothing satisfies it. */
  unclear: ScenarioProof[]
  /** Trials that an interruption kept from being played. */
  unplayed: number
}

export interface VersionOf {
  name: string
  commit?: string
}

/** Compares the results of the same trials for two versions of a subject. */
export function compareVersions(
  before: { version: VersionOf; result: RunResult },
  after: { version: VersionOf; result: RunResult },
): Proof {
  const groups = {
    fixed: [],
    stillFailing: [],
    newlyBroken: [],
    unchanged: [],
    unclear: [],
  } as Record<Group, ScenarioProof[]>
  const nothing = new Set([...before.result.measuringNothing, ...after.result.measuringNothing])
  const ids = new Set([...before.result.trials, ...after.result.trials].map((one) => one.scenario))
  for (const id of ids) {
    const [old, now] = [before, after].map(({ result }) =>
      result.trials.filter((one) => one.scenario === id),
    ) as [TrialResult[], TrialResult[]]
    const proof = proofOf(id, old, now)
    groups[nothing.has(id) ? 'unclear' : groupOf(proof)].push(proof)
  }
  const missing = findMissing(groups)
  const unplayed = before.result.unplayed + after.result.unplayed
  return {
    format: 'backlot.prove/1',
    before: before.version,
    after: after.version,
    run: after.result.run,
    proved: missing.length === 0 && unplayed === 0,
    missing,
    ...groups,
    unplayed,
  }
}

type Group = 'fixed' | 'stillFailing' | 'newlyBroken' | 'unchanged' | 'unclear'

function proofOf(
  scenario: string,
  before: readonly TrialResult[],
  after: readonly TrialResult[],
): ScenarioProof {
  const shown = failedIn(after) ?? failedIn(before)
  return {
    scenario,
    name: (after[0] ?? before[0])!.name,
    before: count(before),
    after: count(after),
    ...(shown === undefined ? {} : { trial: shown.id, why: shown.why[0]!.text.split('\n', 1)[0]! }),
  }
}

function failedIn(trials: readonly TrialResult[]): TrialResult | undefined {
  return (
    trials.find(({ verdict }) => verdict === 'unsatisfied') ??
    trials.find(({ verdict }) => verdict === 'inconclusive')
  )
}

function count(trials: readonly TrialResult[]): Counts {
  const counts = { satisfied: 0, unsatisfied: 0, inconclusive: 0 }
  for (const { verdict } of trials) counts[verdict]++
  return counts
}

function groupOf({ before, after }: ScenarioProof): Group {
  const failed = before.unsatisfied > 0
  if (after.unsatisfied > 0) {
    if (failed) return 'stillFailing'
    return before.inconclusive > 0 ? 'unclear' : 'newlyBroken'
  }
  if (after.inconclusive > 0 || after.satisfied === 0) return 'unclear'
  if (failed) return 'fixed'
  return before.inconclusive > 0 ? 'unclear' : 'unchanged'
}

function findMissing({
  fixed,
  stillFailing,
  newlyBroken,
  unclear,
}: Record<Group, ScenarioProof[]>): string[] {
  const missing: string[] = []
  const names = (list: readonly ScenarioProof[]): string =>
    list.map((one) => one.scenario).join(', ')
  if (fixed.length === 0 && stillFailing.length === 0) {
    missing.push('nothing failed before, so that nothing is shown to be repaired')
  }
  if (stillFailing.length > 0) missing.push(`still failing: ${names(stillFailing)}`)
  if (newlyBroken.length > 0) missing.push(`broken by the change: ${names(newlyBroken)}`)
  if (unclear.length > 0) missing.push(`nothing can be said of: ${names(unclear)}`)
  return missing
}

/** 0: proved. 1: not so. 3: only something inconclusive stands in the way. 130: interrupted. */
export function exitCodeOfProof({ proved, unplayed, ...groups }: Proof): number {
  if (unplayed > 0) return 130
  if (proved) return 0
  const { fixed, stillFailing, newlyBroken, unclear } = groups
  const isOnlyUnclear = stillFailing.length === 0 && newlyBroken.length === 0 && unclear.length > 0
  return isOnlyUnclear && (fixed.length > 0 || unclear.some(({ after }) => after.inconclusive > 0))
    ? 3
    : 1
}
