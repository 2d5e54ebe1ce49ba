import type { Depth } from '../engine/depth.ts'
import { UsageError } from '../engine/usage-error.ts'
import { Bases } from './bases.ts'
import { findPlan, type PlanSource } from './fault-plans.ts'
import { loadScenarios, type LoadedScenario } from './load-scenarios.ts'
import type { OnWorld } from './play.ts'
import { playOver } from './run-subject.ts'
import { loadSubject } from './subject/load.ts'
import type { Subject } from './subject/subject.ts'
import { readTrialId } from './trial-id.ts'
import type { TrialResult } from './trial-result.ts'
import type { WallChoice } from './wall/choose.ts'

/** One trial as its id names it, with the subject that is to be put through it. */
export interface SingleTrial {
  scenario: LoadedScenario
  seed: string
  plan: PlanSource
  subject: Subject
  bases: Bases
  minDepth?: Depth | undefined
}

/** Finds what a trial's id names. Throws a UsageError when there is no such scenario, plan or subject. */
export async function findTrial(
  id: string,
  subjectFile: string,
  wall?: WallChoice,
): Promise<SingleTrial> {
  const { scenario: scenarioId, seed, plan } = readTrialId(id)
  const { scenarios, broken } = await loadScenarios([scenarioId])
  for (const { error } of broken) throw error
  const [scenario, ...others] = scenarios
  if (scenario === undefined || others.length > 0) {
    const fix = 'A trial is of one scenario, such as offboarding/leaver@3.'
    throw new UsageError(`"${scenarioId}" is a folder of scenarios.`, { fix })
  }
  const source = await findPlan(plan)
  return {
    scenario,
    seed,
    plan: source,
    subject: await loadSubject(subjectFile, wall),
    bases: new Bases(),
  }
}

/** How one play of a trial is to go. */
export interface PlayingOnce {
  /** Another plan than the trial's own. */
  plan?: PlanSource
  signal?: AbortSignal | undefined
  onWorld?: OnWorld | undefined
}

/**
 * Plays one trial, and leaves its subject open for the next: close it at the end. Undefined when it
 * was interrupted. Throws a UsageError when the scenario is wrong.
 */
export async function playSingle(
  trial: SingleTrial,
  { plan = trial.plan, signal, onWorld }: PlayingOnce = {},
): Promise<TrialResult | undefined> {
  const { scenario, seed, bases, minDepth } = trial
  const subject = keepOpen(trial.subject)
  const outcome = await playOver(
    {
      scenarios: [scenario],
      seeds: [seed],
      plans: [plan],
      jobs: 1,
      subject,
      bases,
      minDepth,
      signal,
      onWorld,
    },
    subject,
  )
  for (const { error } of outcome.broken) throw error
  return outcome.trials[0]
}

/** The same subject, which several runs may use one after the other or at once. */
export function keepOpen(subject: Subject): Subject {
  return { ...subject, open: (around) => subject.open(around), close: () => Promise.resolve() }
}
