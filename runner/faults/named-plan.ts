import type { Fault, FaultAction } from '../../engine/faults.ts'

/** One named kind of trouble: what may strike, how often, and among how many of a twin's calls. */
export interface NamedPlan {
  about: string
  /** What code does that is up to it. */
  careful: string
  /** What it counts where nobody says otherwise: `any`, `read`, `write` or `event`. */
  on: string
  /** How many places. */
  count: readonly [min: number, max: number]
  /** The first so many matching calls of a twin are in play. */
  within: number
  /** Each place draws one of these. */
  choices: readonly Choice[]
  /** What a number stands for, as in `rate-limited*5`: so many places, or a field of the action. */
  number?: 'places' | 'count'
  /** What a time stands for, as in `down*30s`: a field of the fault or of its action, in ms. */
  time?: 'forMs' | 'ms' | 'holdMs' | 'behindMs' | 'retryAfterMs' | 'banMs' | 'withinMs' | undefined
  /** Other forms of it, by what stands after the colon: `expired-token:revoked`. */
  variants?: Readonly<Record<string, Pick<NamedPlan, 'about'> & Partial<NamedPlan>>>
  /** Holds for every call instead of at places. */
  standing?: 'typical' | 'recorded'
}

/** A fault without its place. */
export type Choice = Pick<Fault, 'action' | 'forMs' | 'times' | 'stays'>

/** One choice for each action. */
export function does(...actions: FaultAction[]): Choice[] {
  return actions.map((action) => ({ action }))
}

/** What a proxy shows in the place of the service. */
export function pageOf(title: string): string {
  return `<html><body><h1>${title}</h1></body></html>`
}
