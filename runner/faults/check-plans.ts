import { UsageError } from '../../engine/usage-error.ts'
import type { World } from '../../engine/world.ts'
import { Bases } from '../bases.ts'
import type { PlanSource } from '../fault-plans.ts'
import type { LoadedScenario } from '../load-scenarios.ts'
import { placeTwin } from '../twin-word.ts'
import { filesOfPlan } from './language.ts'

/**
 * Draws every plan that names a twin, an operation or a file once for each set of twins that the
 * scenarios have, so that what is misspelt is told before a run begins, and no plan strikes nothing
 * in all of them. Throws a UsageError.
 */
export async function checkPlans(
  plans: readonly PlanSource[],
  scenarios: readonly LoadedScenario[],
): Promise<void> {
  const particular = plans.filter((one) => one.isParticular === true)
  if (particular.length === 0) return
  const worlds = await worldsOf(scenarios)
  for (const plan of particular) needEffect(plan, worlds)
}

/** Draws a plan for some worlds; throws a UsageError when it strikes nothing in any. */
export function needEffect({ name, draw }: PlanSource, worlds: readonly World[]): void {
  // All are drawn: one world may know an operation that another lacks, and a mistake is told by any.
  const laid = worlds.map((world) => draw(world, 'check').faults.length)
  if (laid.length === 0 || laid.some((count) => count > 0)) return
  // Whoever writes a file may want it to hold no fault.
  if (name === 'none' || filesOfPlan(name).length > 0) return
  const twins = [...new Set(worlds.flatMap((world) => [...world.twins.keys()]))].join(', ')
  const fix = name.includes(':recorded')
    ? `None of ${twins} was learned from recordings that tell times. A plan file may hold quantiles: { kind: latency, quantiles: { p50: 80, p95: 400 } }.`
    : `There are ${twins}.`
  throw new UsageError(`The plan "${name}" strikes nothing here.`, { field: '--faults', fix })
}

async function worldsOf(scenarios: readonly LoadedScenario[]): Promise<World[]> {
  const bases = new Bases()
  const sets = new Map<string, string[]>()
  for (const { file, scenario } of scenarios) {
    const words = scenario.options.twins.map((word) => placeTwin(word, file)).sort()
    sets.set(words.join(), words)
  }
  const worlds = await Promise.all(
    // A scenario whose twins can't be made is told of where it is played.
    [...sets.values()].map((words) => bases.of(words).catch(() => undefined)),
  )
  return worlds.filter((one) => one !== undefined)
}
