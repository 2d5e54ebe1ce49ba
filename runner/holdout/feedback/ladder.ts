/**
 * What an author may be told of a set: scores on a ladder whose rungs are so far apart that climbing
 * it by asking again and again leads nowhere. A. Blum and M. Hardt, "The Ladder: A Reliable
 * Leaderboard for Machine Learning Competitions", ICML 2015 (arXiv 1502.04585), algorithm 1, with
 * scores (higher is better) in the place of losses.
 */
export interface Ladder {
  /** Independent cases that a score is a mean over. */
  readonly cases: number
  /** How far a score must be above the best so far to be told, and what told scores are rounded to. */
  readonly step: number
  /** How many questions may be asked in all. */
  readonly questions: number
}

/** What has been told so far; plain data, to be kept by whoever keeps the ledger. */
export interface Told {
  /** The best score that was told; null before the first one. */
  readonly best: number | null
  /** Questions asked. */
  readonly asked: number
}

/** What an author is told. */
export interface Rung {
  /** `improved`: by at least a step; `unchanged`: not, or less; `refused`: no questions are left. */
  readonly kind: 'improved' | 'unchanged' | 'refused'
  /** The best score so far, a whole number of steps; null when none was told yet. */
  readonly best: number | null
  readonly questionsLeft: number
}

export const nothingTold: Told = { best: null, asked: 0 }

/**
 * The ladder for a set of so many cases. The step is two standard errors of a score over them at
 * their widest, 2 · 1/(2·√n) = 1/√n: less is no improvement that could be told from luck. It is
 * rounded up to one over a whole number, so that 100 % is a rung.
 */
export function ladderFor(cases: number, questions: number): Ladder {
  if (!(Number.isSafeInteger(cases) && cases > 0))
    throw new RangeError(`${cases} is no number of cases`)
  if (!(Number.isSafeInteger(questions) && questions > 0)) {
    throw new RangeError(`${questions} is no number of questions`)
  }
  const rungs = Math.max(1, Math.floor(Math.sqrt(cases)))
  return { cases, questions, step: 1 / rungs }
}

/** Takes a question: what is told of a score (a fraction), and what has been told from then on. */
export function climb(ladder: Ladder, told: Told, score: number): { rung: Rung; told: Told } {
  const { step, questions } = ladder
  if (told.asked >= questions) {
    return { rung: { kind: 'refused', best: told.best, questionsLeft: 0 }, told }
  }
  const asked = told.asked + 1
  const rungs = Math.round(1 / step)
  // A tenth of a millionth of slack: 0.3 - 0.2 is less than 0.1 to a machine.
  const isHigher = told.best === null || score >= told.best + step - 1e-7
  const best = isHigher ? Math.floor(score * rungs + 1e-7) / rungs : told.best
  const kind = isHigher ? 'improved' : 'unchanged'
  return { rung: { kind, best, questionsLeft: questions - asked }, told: { best, asked } }
}

/**
 * A bound that holds whatever the author asks: with a chance of at least 1 - `delta`, no told score
 * lies further above the truth than this (a fraction; 1 or more says nothing). Theorem 3.1 of the
 * paper, solved for ε + η.
 */
export function worstExcess({ cases, step, questions }: Ladder, delta = 0.05): number {
  const exponent = (1 / step + 2) * Math.log((4 * questions) / step) + 1 + Math.log(1 / delta)
  return Math.sqrt(exponent / (2 * cases)) + step
}

/**
 * What honest authors risk, who do not fit to the answers: with a chance of at least 1 - `delta` none of
 * the told scores lies further above the truth than this. Hoeffding's inequality (1963), over all
 * questions (Bonferroni).
 */
export function plainExcess({ cases, questions }: Ladder, delta = 0.05): number {
  return Math.sqrt(Math.log(questions / delta) / (2 * cases))
}
