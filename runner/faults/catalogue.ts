import { callPlans } from './call-plans.ts'
import { eventPlans } from './event-plans.ts'
import { lastingPlans } from './lasting-plans.ts'
import type { NamedPlan } from './named-plan.ts'

/** The named plans. Each place belongs to one twin of the trial, drawn from the seed. */
export const namedPlans: Readonly<Record<string, NamedPlan>> = {
  ...callPlans,
  ...lastingPlans,
  ...eventPlans,
}

/** A named plan, or one of its variants. */
export function planOf(name: string, variant: string | undefined): NamedPlan {
  const plan = namedPlans[name]!
  return variant === undefined ? plan : { ...plan, ...plan.variants![variant] }
}
