/** What a gate asks, and how sure its answer must be before the run may end early. */
export interface GateOptions {
  /** The satisfaction that is demanded, above 0 and at most 1. */
  at: number
  /** The chance of passing early although the whole run would have failed, at most. */
  alpha: number
  /** The chance of failing early although the whole run would have passed, at most. */
  beta: number
}

export type GateAnswer = 'pass' | 'fail'

/** Where the two bets are laid, as multiples of the odds at the gate, and how much money on each. */
const passBets = { odds: [1.3, 2, 4, 10, 200], weights: [0.1, 0.1, 0.15, 0.25, 0.4] }
const failBets = { odds: [1.3, 2, 4, 10, 50], weights: [0.2, 0.2, 0.2, 0.2, 0.2] }
const CLOSE = 1e-9

/**
 * Says, from trials played in random order, what the whole run of `trials` would say: whether at least `at` of
 * its conclusive trials satisfy. Two bets are kept, one against "it falls short" and one against "it is reached"; a bet
 * that multiplied its stake by 1/alpha (1/beta) has refuted its claim, by J. Ville's inequality at any
 * time of looking. The stakes follow the mean that the trials left must have if the claim is true: P. Stark, "ALPHA",
 * Annals of Applied Statistics 17 (2023) 641–679; I. Waudby-Smith and A. Ramdas, JRSS B 86 (2024) 1–27, §5. Nothing
 * is assumed of the trials themselves, however they hang together: the chance is in the order alone.
 */
export class GateTest {
  readonly #options: GateOptions
  readonly #trials: number
  readonly #pass: Bet
  readonly #fail: Bet
  #seen = 0
  #sum = 0
  #answer: GateAnswer | undefined

  constructor(options: GateOptions, trials: number) {
    this.#options = options
    this.#trials = trials
    this.#pass = new Bet(options.at, passBets)
    this.#fail = new Bet(1 - options.at, failBets)
    this.#answer = this.#certain()
  }

  /** The answer, once it is certain enough. */
  get answer(): GateAnswer | undefined {
    return this.#answer
  }

  /** Takes the next trial of the order: satisfied, unsatisfied, or undefined when it was inconclusive. */
  add(satisfied: boolean | undefined): void {
    if (this.#answer !== undefined) return
    const { at, alpha, beta } = this.#options
    // An inconclusive trial moves the satisfaction neither above the gate nor below it.
    const value = satisfied === undefined ? at : satisfied ? 1 : 0
    const needed = this.#needed()
    this.#pass.lay(value, needed)
    this.#fail.lay(1 - value, 1 - needed)
    this.#seen++
    this.#sum += value
    this.#answer = this.#certain()
    if (this.#answer !== undefined) return
    if (this.#pass.wealth >= 1 / alpha) this.#answer = 'pass'
    else if (this.#fail.wealth >= 1 / beta) this.#answer = 'fail'
  }

  /** The mean that the trials left need for the whole run to reach the gate. */
  #needed(): number {
    return (this.#trials * this.#options.at - this.#sum) / (this.#trials - this.#seen)
  }

  /** The answer where the trials left can't change it. */
  #certain(): GateAnswer | undefined {
    const missing = this.#trials * this.#options.at - this.#sum
    if (missing <= CLOSE) return 'pass'
    return missing > this.#trials - this.#seen + CLOSE ? 'fail' : undefined
  }
}

/** Money laid on "the mean is higher than you say", spread over several ideas of how much higher. */
class Bet {
  readonly #means: number[]
  readonly #stakes: number[]

  constructor(mean: number, { odds, weights }: { odds: number[]; weights: number[] }) {
    this.#means = odds.map((times) => (times * mean) / (times * mean + 1 - mean))
    this.#stakes = [...weights]
  }

  get wealth(): number {
    return this.#stakes.reduce((a, b) => a + b, 0)
  }

  /** A fair bet on the next value where the mean of those left is `mean`. */
  lay(value: number, mean: number): void {
    if (mean <= CLOSE || mean >= 1 - CLOSE) return
    for (let i = 0; i < this.#stakes.length; i++) {
      const idea = Math.max(this.#means[i]!, mean)
      this.#stakes[i]! *= (value * idea) / mean + ((1 - value) * (1 - idea)) / (1 - mean)
    }
  }
}
