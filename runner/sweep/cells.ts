import { findPlan, troubles } from '../fault-plans.ts'
import type { PlanSource } from '../fault-plans.ts'
import type { LoadedScenario } from '../load-scenarios.ts'
import type { Planned } from '../plan-trials.ts'
import { spellTrialId } from '../trial-id.ts'
import type { TrialResult } from '../trial-result.ts'

/** Something that the subject depends on: a service, or one of its operations. */
export interface Dependency {
  twin: string
  op?: string
  /** Whether the operation writes. */
  writes?: boolean
}

/** What scenarios do with the services, as their trials without failures show. */
export interface Use {
  dependency: Dependency
  /** The trials that use it. */
  trials: TrialResult[]
}

/** Everything that sound trials use: each service, and behind it its operations in the order of their first use. */
export function findUses(
  trials: readonly TrialResult[],
  writes: (twin: string, op: string) => boolean,
  withOperations: boolean,
): Use[] {
  const uses = new Map<string, Use>()
  for (const trial of trials) {
    for (const { kind, by, twin, what } of trial.exchanges) {
      if (kind !== 'call' || by !== 'subject') continue
      note(uses, twin, { twin }, trial)
      if (!withOperations || what.startsWith('(')) continue
      note(uses, `${twin} ${what}`, { twin, op: what, writes: writes(twin, what) }, trial)
    }
  }
  return [...uses]
    .sort(([a], [b]) =>
      a.split(' ')[0]! < b.split(' ')[0]! ? -1 : a.split(' ')[0] === b.split(' ')[0] ? 0 : 1,
    )
    .map(([, use]) => use)
}

function note(
  uses: Map<string, Use>,
  key: string,
  dependency: Dependency,
  trial: TrialResult,
): void {
  const use = uses.get(key)
  if (use === undefined) uses.set(key, { dependency, trials: [trial] })
  else if (!use.trials.includes(trial)) use.trials.push(trial)
}

/** The plan that lets a dependency fail in one way; undefined where that makes no sense there. */
export async function planFor(
  failure: string,
  { dependency: { twin, op, writes }, trials }: Use,
): Promise<PlanSource | undefined> {
  const on = troubles[/^[a-z-]+/.exec(failure)![0]]?.on
  if (op === undefined) {
    const isOfEvents = on === 'event'
    if (
      isOfEvents &&
      !trials.some((one) =>
        one.exchanges.some((view) => view.kind === 'delivery' && view.twin === twin),
      )
    )
      return undefined
    return findPlan(`${failure}@${twin}`)
  }
  if (on === 'event' || (on === 'write' && !writes) || (on === 'read' && writes)) return undefined
  const name = /^[\w.-]+$/.test(op) ? op : `"${op}"`
  return findPlan(`${failure}@${twin}.${name}`)
}

/** The trials behind a cell: at most so many, spread over the scenarios that use the dependency. */
export function trialsOf(
  use: Use,
  plan: PlanSource,
  scenarios: ReadonlyMap<string, LoadedScenario>,
  most: number,
): { planned: Planned; sound: TrialResult }[] {
  const byScenario = Map.groupBy(use.trials, (one) => one.scenario)
  const rounds = Math.max(...[...byScenario.values()].map((list) => list.length))
  const order = Array.from({ length: rounds }, (_one, i) =>
    [...byScenario.values()].flatMap((list) => list[i] ?? []),
  ).flat()
  return order.slice(0, most).map((sound) => {
    const { scenario, seed } = sound
    const id = spellTrialId({ scenario, seed, plan: plan.name })
    return { sound, planned: { id, loaded: scenarios.get(scenario)!, plan, seed, isFirst: false } }
  })
}
