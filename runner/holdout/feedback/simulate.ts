import { createChance, drawFraction } from '../../../engine/chance.ts'
import type { Attacker } from './attackers.ts'
import { climb, nothingTold, type Ladder } from './ladder.ts'

/** Who answers: with the score as it is, or by a ladder. */
export type Feedback = 'naive' | 'ladder'

/**
 * Plays one attacker against one set. Returns, for every question, how far the best score told by
 * then exceeds the truth, which is one half on fresh cases (a fraction; below 0 when it falls short).
 */
export function playAttack(
  attacker: Attacker,
  ladder: Ladder,
  feedback: Feedback,
  seed: string,
): Float64Array {
  const { cases, questions } = ladder
  const truth = createChance(`truth:${seed}`)
  const right = Uint8Array.from({ length: cases }, () => (drawFraction(truth) < 0.5 ? 0 : 1))
  const excess = new Float64Array(questions)
  let told = nothingTold
  let asked = 0
  let best = 0
  attacker.attack(
    cases,
    (answers) => {
      if (asked >= questions) return undefined
      const score = scoreOf(answers, right)
      let answer = score
      if (feedback === 'ladder') {
        const step = climb(ladder, told, score)
        told = step.told
        answer = step.rung.best ?? 0
      }
      best = Math.max(best, answer)
      excess[asked++] = best - 0.5
      return answer
    },
    `attack:${seed}`,
  )
  return excess
}

function scoreOf(answers: Uint8Array, right: Uint8Array): number {
  let hits = 0
  for (let i = 0; i < right.length; i++) if (answers[i] === right[i]) hits++
  return hits / right.length
}
