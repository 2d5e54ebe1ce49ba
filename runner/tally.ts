import type { BrokenScenario } from './load-scenarios.ts'
import type { Planned } from './plan-trials.ts'
import type { Outcome } from './play-one.ts'
import type { TrialResult } from './trial-result.ts'

/** Why a run ended before all was played, other than by an interruption. */
export interface Stopped {
  by: 'gate' | 'budget'
  /** In a clause. */
  why: string
  /** What the gate said. */
  passed?: boolean
}

/** Ends a run early. It is shown trials in the order of the run, whatever order they ended in. */
export interface StopRule {
  /** Takes the trials that the run will play; called again, to begin anew, when a scenario turned out to be broken. */
  begin: (planned: readonly Planned[]) => void
  /** Takes the next trial of the order; a reason ends the run after it. */
  take: (result: TrialResult) => Stopped | undefined
}

/**
 * What has been played, told by place. With rules that end a run early, it is read as if trials had been
 * played one after the other: what was played beyond the end is let go, so that the number of jobs changes nothing.
 */
export class Tally {
  readonly #planned: readonly Planned[]
  readonly #order: readonly number[]
  readonly #rules: readonly StopRule[]
  readonly #results: (TrialResult | undefined)[]
  readonly #broken = new Map<string, BrokenScenario>()
  /** Found broken by a trial that the order has not come to yet. */
  readonly #breaks = new Map<number, BrokenScenario>()
  #cursor = 0
  #stopped: Stopped | undefined
  done = 0

  constructor(planned: readonly Planned[], order: readonly number[], rules: readonly StopRule[]) {
    this.#planned = planned
    this.#order = order
    this.#rules = rules
    this.#results = planned.map(() => undefined)
    for (const rule of rules) rule.begin(planned)
  }

  /** Set once a rule has ended the run. */
  get stopped(): Stopped | undefined {
    return this.#stopped
  }

  /** Whether a trial need not be played: its scenario is broken. */
  isLost({ loaded }: Planned): boolean {
    return this.#broken.has(loaded.id)
  }

  /** Takes what came of the trial at a place of the plan. */
  take(index: number, outcome: NonNullable<Outcome>): void {
    if ('error' in outcome) this.#breaks.set(index, outcome)
    else {
      this.#results[index] = outcome
      this.done++
    }
    if (this.#rules.length > 0) this.#follow()
    else if ('error' in outcome && !this.#broken.has(outcome.id)) {
      this.#broken.set(outcome.id, outcome)
    }
  }

  /** What counts, and what does not. */
  end(): { trials: TrialResult[]; broken: BrokenScenario[]; unplayed: number; saved: number } {
    const counted = new Set(this.#stopped === undefined ? this.#order : this.#before())
    const sound = this.#planned.filter((one) => !this.isLost(one)).length
    const trials = this.#results.filter(
      (one, i): one is TrialResult =>
        one !== undefined && counted.has(i) && !this.#broken.has(one.scenario),
    )
    const missing = sound - trials.length
    const isStopped = this.#stopped !== undefined
    return {
      trials,
      broken: [...this.#broken.values()],
      unplayed: isStopped ? 0 : missing,
      saved: isStopped ? missing : 0,
    }
  }

  #before(): readonly number[] {
    return this.#order.slice(0, this.#cursor)
  }

  /** Shows the rules what has become known without a gap. */
  #follow(): void {
    while (this.#stopped === undefined && this.#cursor < this.#order.length) {
      const index = this.#order[this.#cursor]!
      const broken = this.#breaks.get(index)
      const result = this.#results[index]
      const isLost = this.isLost(this.#planned[index]!)
      if (broken !== undefined && !isLost) {
        this.#broken.set(broken.id, broken)
        this.#again()
        continue
      }
      if (result === undefined && !isLost) return
      this.#cursor++
      if (result !== undefined && !isLost) this.#show(result)
    }
  }

  /** The plan has lost a scenario: the rules see what is left from the beginning. */
  #again(): void {
    for (const rule of this.#rules) rule.begin(this.#planned.filter((one) => !this.isLost(one)))
    this.#cursor = 0
  }

  #show(result: TrialResult): void {
    for (const rule of this.#rules) this.#stopped ??= rule.take(result)
  }
}
