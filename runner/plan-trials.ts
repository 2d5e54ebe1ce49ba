import { createChance, drawFraction } from '../engine/chance.ts'
import type { PlanSource } from './fault-plans.ts'
import type { LoadedScenario } from './load-scenarios.ts'
import { spellTrialId } from './trial-id.ts'

/** One trial of a run, before it is played. */
export interface Planned {
  id: string
  loaded: LoadedScenario
  plan: PlanSource
  seed: string
  /** It has one of the first seeds of the run, whose passing trials are told with bodies. */
  isFirst: boolean
}

/** One of several parts of a run: `index` from 1 to `of`. */
export interface Shard {
  index: number
  of: number
}

/** What trials are made of. */
export interface TrialSpace {
  scenarios: readonly LoadedScenario[]
  plans: readonly PlanSource[]
  seeds: readonly string[]
  shard?: Shard | undefined
}

/** Trials that fall short are held against passing ones, at best of the same seed; what shows a failure is mostly among the first. */
const SEEDS_TOLD = 8

/** All trials in the order in which results are told: by scenario, plan, seed. A shard has every n-th of them. */
export function planTrials({ scenarios, plans, seeds, shard }: TrialSpace): Planned[] {
  const all = scenarios.flatMap((loaded) =>
    plans.flatMap((plan) =>
      seeds.map((seed, n) => {
        const id = spellTrialId({ scenario: loaded.id, seed, plan: plan.name })
        return { id, loaded, plan, seed, isFirst: n < SEEDS_TOLD }
      }),
    ),
  )
  if (shard === undefined) return all
  return all.filter((_one, i) => i % shard.of === shard.index - 1)
}

/**
 * The order in which a run that may end early plays: at random, so that what was played speaks for what
 * was not, and drawn from the trials' own names, so that it is the same every time. A shuffle by R. Durstenfeld (CACM 7 (1964) 420).
 */
export function shuffledOrder(planned: readonly Planned[]): number[] {
  const order = planned.map((_one, i) => i)
  const chance = createChance(`order:${planned.length}:${planned[0]?.id}`)
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(drawFraction(chance) * (i + 1))
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}
