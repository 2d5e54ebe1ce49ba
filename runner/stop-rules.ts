import { didYouMean } from '../engine/nearest.ts'
import { UsageError } from '../engine/usage-error.ts'
import { budgetNames } from './check-scenario.ts'
import { roundUsd } from './budget/spend.ts'
import type { Budget } from './scenario.ts'
import { GateTest, type GateOptions } from './statistics/gate-test.ts'
import type { Stopped, StopRule } from './tally.ts'
import type { TrialResult } from './trial-result.ts'

/** Ends a run once it is certain enough whether it reaches its gate. */
export class GateRule implements StopRule {
  readonly #options: GateOptions
  readonly #ignored: ReadonlySet<string>
  #test: GateTest

  /** Trials of `ignored` scenarios measure nothing and do not count. */
  constructor(options: GateOptions, ignored: ReadonlySet<string>) {
    this.#options = options
    this.#ignored = ignored
    this.#test = new GateTest(options, 1)
  }

  begin: StopRule['begin'] = (planned) => {
    const counted = planned.filter(({ loaded }) => !this.#ignored.has(loaded.id)).length
    this.#test = new GateTest(this.#options, counted)
  }

  take: StopRule['take'] = ({ scenario, verdict }) => {
    if (this.#ignored.has(scenario)) return undefined
    this.#test.add(verdict === 'inconclusive' ? undefined : verdict === 'satisfied')
    const { answer } = this.#test
    if (answer === undefined) return undefined
    const said = answer === 'pass' ? 'reaches' : 'falls short of'
    return { by: 'gate', passed: answer === 'pass', why: `it ${said} the gate, surely enough` }
  }
}

/** What was spent over many trials. */
export type Spending = Partial<Record<keyof Budget, number>>

/** Ends a run when it has spent more than it may. */
export class BudgetRule implements StopRule {
  readonly #budget: Budget
  #spent: Spending = {}

  constructor(budget: Budget) {
    this.#budget = budget
  }

  begin: StopRule['begin'] = () => {
    this.#spent = {}
  }

  take: StopRule['take'] = (result): Stopped | undefined => {
    this.#spent = sumUp([result], this.#spent)
    for (const name of budgetNames) {
      const [used = 0, most] = [this.#spent[name], this.#budget[name]]
      if (most === undefined || used <= most) continue
      return { by: 'budget', why: `the run's budget is spent: ${used} ${name} of ${most}` }
    }
    return undefined
  }
}

/** What trials spent together. */
export function sumUp(trials: readonly TrialResult[], from: Spending = {}): Spending {
  const sums = { ...from }
  for (const { budget } of trials) {
    for (const name of budgetNames) {
      const used = budget[name]?.used
      // Rounded each time: thousands of cents must not gather dust.
      if (used !== undefined) sums[name] = roundUsd((sums[name] ?? 0) + used)
    }
  }
  return sums
}

/** Reads `calls=10000,usd=5`. Throws a UsageError for what no budget has. */
export function readBudget(flag: string, text: string): Budget {
  const budget: Budget = {}
  for (const part of text.split(',')) {
    const [name = '', most = ''] = part.split('=', 2).map((one) => one.trim())
    if (!(budgetNames as readonly string[]).includes(name)) {
      const fix = `${didYouMean(name, budgetNames)} Write calls=10000,usd=5.`
      throw new UsageError(`A budget has no "${name}".`, { field: flag, fix })
    }
    if (!/^\d+(?:\.\d+)?$/.test(most)) {
      throw new UsageError(`"${most}" is no number of ${name}.`, { field: flag })
    }
    budget[name as keyof Budget] = Number(most)
  }
  return budget
}
