import { createChance, drawFraction } from '../../../engine/chance.ts'

/** What an attacker is told for a question; undefined once it may ask no more. */
export type Ask = (answers: Uint8Array) => number | undefined

/**
 * One who has no idea of the work, and wants a high score all the same: each case asks for one of
 * two answers, so the truth of whatever is handed in is one half. Asks until it is refused.
 */
export interface Attacker {
  name: string
  about: string
  attack: (cases: number, ask: Ask, seed: string) => void
}

/** The attackers of the simulation, from the literature on adaptive questions. */
export const attackers: readonly Attacker[] = [
  {
    name: 'bit guessing',
    about: 'changes the answer to one case at a time, and keeps what does not score worse',
    attack: (cases, ask, seed) => {
      const { draw } = chanceOf(seed)
      const answers = randomAnswers(cases, draw)
      let best = ask(answers)
      for (let i = 0; best !== undefined; i = (i + 1) % cases) {
        answers[i]! ^= 1
        const told = ask(answers)
        if (told === undefined) return
        if (told < best) answers[i]! ^= 1
        else best = told
      }
    },
  },
  {
    name: 'boosting',
    about:
      'hands in random answers, and then the majority of those that scored above one half (Blum & Hardt 2015, section 5)',
    attack: (cases, ask, seed) => {
      const { draw } = chanceOf(seed)
      const votes = new Int32Array(cases)
      for (;;) {
        for (let i = 0; i < 9; i++) {
          const answers = randomAnswers(cases, draw)
          const told = ask(answers)
          if (told === undefined) return
          if (told > 0.5) answers.forEach((one, at) => (votes[at]! += one === 1 ? 1 : -1))
          if (told < 0.5) answers.forEach((one, at) => (votes[at]! += one === 1 ? -1 : 1))
        }
        if (ask(Uint8Array.from(votes, (one) => (one > 0 ? 1 : 0))) === undefined) return
      }
    },
  },
  {
    name: 'hill climbing',
    about: 'changes a handful of answers at random, and keeps what scores better',
    attack: (cases, ask, seed) => {
      const { draw } = chanceOf(seed)
      let answers = randomAnswers(cases, draw)
      let best = ask(answers)
      while (best !== undefined) {
        const other = answers.slice()
        const count = 1 + Math.floor(draw() * Math.max(1, Math.sqrt(cases)))
        for (let i = 0; i < count; i++) other[Math.floor(draw() * cases)]! ^= 1
        const told = ask(other)
        if (told === undefined) return
        if (told <= best) continue
        best = told
        answers = other
      }
    },
  },
  {
    name: 'block climbing',
    about:
      'knows the ladder: changes so many answers at once that luck can lift it by a step, and keeps what does',
    attack: (cases, ask, seed) => {
      const { draw } = chanceOf(seed)
      const size = Math.min(cases, Math.ceil(Math.sqrt(cases)))
      let answers = randomAnswers(cases, draw)
      let best = ask(answers)
      while (best !== undefined) {
        const other = answers.slice()
        for (const at of sample(cases, size, draw)) other[at]! ^= 1
        const told = ask(other)
        if (told === undefined) return
        if (told <= best) continue
        best = told
        answers = other
      }
    },
  },
]

/** So many different numbers below `from`. */
function sample(from: number, count: number, draw: () => number): Set<number> {
  const found = new Set<number>()
  while (found.size < count) found.add(Math.floor(draw() * from))
  return found
}

function chanceOf(seed: string): { draw: () => number } {
  const chance = createChance(seed)
  return { draw: () => drawFraction(chance) }
}

function randomAnswers(cases: number, draw: () => number): Uint8Array {
  return Uint8Array.from({ length: cases }, () => (draw() < 0.5 ? 0 : 1))
}
