import type { RunResult } from '../report/result.ts'
import type { TrialResult } from '../trial-result.ts'

/** Trials in the order of a run's scenarios, plans and seeds, whatever order they ended in. */
export function planOrder(
  trials: readonly TrialResult[],
  { scenarios = [], plans, seeds }: RunResult['run'],
): TrialResult[] {
  const [byScenario, byPlan, bySeed] = [scenarios, plans, seeds].map(
    (names) => new Map(names.map((name, i) => [name, i])),
  ) as [Map<string, number>, Map<string, number>, Map<string, number>]
  return [...trials].sort(
    (a, b) =>
      byScenario.get(a.scenario)! - byScenario.get(b.scenario)! ||
      byPlan.get(a.plan.name)! - byPlan.get(b.plan.name)! ||
      bySeed.get(a.seed)! - bySeed.get(b.seed)!,
  )
}
