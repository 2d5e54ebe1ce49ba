import type { Depth } from '../engine/depth.ts'
import { UsageError } from '../engine/usage-error.ts'
import { Bases } from './bases.ts'
import type { Prices } from './budget/prices.ts'
import { configuredPrices } from './config/fill-flags.ts'
import { findPlan, type PlanSource } from './fault-plans.ts'
import { loadScenarios, type LoadedScenario } from './load-scenarios.ts'
import { overServer } from './over-server.ts'
import { watched } from './play-list.ts'
import type { OnWorld } from './play.ts'
import { playOne, type PlayGround } from './play-one.ts'
import { planTrials, type Planned } from './plan-trials.ts'
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
  accounting?: PlayGround['accounting']
  /** Where the twins stand, for subjects outside this process. */
  server?: PlayGround['server']
}

/** Finds what a trial's id names. Throws a UsageError when there is no such scenario, plan or subject. */
async function findTrial(id: string, subjectFile: string, wall?: WallChoice): Promise<SingleTrial> {
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

/** Plays one trial. Undefined when it was interrupted. Throws a UsageError when the scenario is wrong. */
export async function playSingle(
  trial: SingleTrial,
  { plan = trial.plan, signal, onWorld }: PlayingOnce = {},
): Promise<TrialResult | undefined> {
  const { scenario, seed, ...ground } = trial
  const space = { scenarios: [scenario], seeds: [seed], plans: [plan] }
  const [planned] = planTrials(space) as [Planned]
  const outcome = await playOne(planned, { ...ground, signal, onWorld })
  if (outcome !== undefined && 'error' in outcome) throw outcome.error
  return outcome
}

/** Finds a trial, opens what its subject needs, and closes it all in the end. */
export async function withTrial<T>(
  id: string,
  { subjectFile, wall, minDepth, prices = configuredPrices() }: TrialAsked,
  body: (trial: SingleTrial) => Promise<T>,
): Promise<T> {
  const trial = { ...(await findTrial(id, subjectFile, wall)), minDepth, accounting: { prices } }
  return watched(() => overServer(trial.subject, (server) => body({ ...trial, server })))
}

/** What a person says of a trial besides its id. */
export interface TrialAsked {
  /** The subject's description file. */
  subjectFile: string
  wall?: WallChoice | undefined
  minDepth?: Depth | undefined
  /** What calls cost, as the run had it. Default: as the configuration says. */
  prices?: Prices | undefined
}
