import type { Fault } from '../../engine/faults.ts'
import { UsageError } from '../../engine/usage-error.ts'
import type { PlanSource } from '../fault-plans.ts'
import { playSingle, type SingleTrial } from '../single-trial.ts'
import type { TrialResult } from '../trial-result.ts'
import type { Cut, CutPlan } from './cut.ts'

/** What a shrunk plan is made of. */
export interface Parts {
  faults: readonly Fault[]
  cut: Cut
}

/** Plays forms of one trial, each once, and not more than it may. */
export class Attempts {
  used = 0
  interrupted = false
  readonly most: number
  readonly #trial: SingleTrial
  readonly #signal: AbortSignal | undefined
  readonly #onTry: (used: number) => void
  readonly #known = new Map<string, TrialResult | undefined>()

  constructor(
    trial: SingleTrial,
    options: { most: number; signal?: AbortSignal | undefined; onTry?: (used: number) => void },
  ) {
    this.most = options.most
    this.#trial = trial
    this.#signal = options.signal
    this.#onTry = options.onTry ?? (() => {})
  }

  /** Whether nothing more is played. */
  get over(): boolean {
    return this.interrupted || this.used >= this.most
  }

  /** Plays the trial with these parts; undefined when they make no trial, when that would be one too many, or when it was interrupted. */
  async play(parts: Parts): Promise<TrialResult | undefined> {
    const name = JSON.stringify(parts)
    if (this.over || this.#known.has(name)) return this.#known.get(name)
    this.#onTry(++this.used)
    const result = await this.#playParts(parts)
    if (this.interrupted) return undefined
    this.#known.set(name, result)
    return result
  }

  async #playParts(parts: Parts): Promise<TrialResult | undefined> {
    try {
      const result = await this.playPlan(toSource(this.#trial.plan.name, parts))
      if (result === undefined) this.interrupted = true
      return result
    } catch (error) {
      // Without a row that everything rests on, the scenario can't be told at all: then the row stays.
      if (error instanceof UsageError && Object.keys(parts.cut).length > 0) return undefined
      throw error
    }
  }

  /** Plays the trial under a plan, whatever has been played. */
  playPlan(plan: PlanSource): Promise<TrialResult | undefined> {
    return playSingle(this.#trial, { plan, signal: this.#signal })
  }
}

function toSource(name: string, { faults, cut }: Parts): PlanSource {
  return { name, draw: (): CutPlan => ({ name, faults, cut }) }
}
