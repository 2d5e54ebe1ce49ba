import { board } from '../../test/small-twin.ts'
import { Bases } from '../bases.ts'
import { findPlan, type PlanSource } from '../fault-plans.ts'
import type { LoadedScenario } from '../load-scenarios.ts'
import type { Scenario } from '../scenario.ts'
import type { SingleTrial } from '../single-trial.ts'
import type { Subject } from '../subject/subject.ts'
import type { Fault } from '../../engine/faults.ts'

/** Base worlds with the small twin, whatever a scenario names. */
export function boardBases(): Bases {
  return new Bases(() => Promise.resolve(board))
}

/** A scenario as if it had been loaded from a file: this one. */
export function loaded(scenario: Scenario, id = 'test/one'): LoadedScenario {
  return { id, file: import.meta.filename, scenario }
}

/** A plan with these places. */
export function planOf(name: string, faults: Fault[]): PlanSource {
  return { name, draw: () => ({ name, faults }) }
}

/** One trial on the small twin, ready to be played. */
export async function singleTrial(
  scenario: Scenario,
  subject: Subject,
  plan?: PlanSource,
): Promise<SingleTrial> {
  const none = await findPlan('none')
  return { scenario: loaded(scenario), seed: '1', plan: plan ?? none, subject, bases: boardBases() }
}
