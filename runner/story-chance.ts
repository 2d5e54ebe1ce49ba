import { createChance, drawFraction } from '../engine/chance.ts'
import { fakerWith } from '../engine/contract/fake.ts'
import type { Person } from '../engine/cast.ts'

/** Somebody who comes in a story, under one name in every service. */
export interface Someone {
  firstName: string
  lastName: string
  /** Both together. */
  name: string
  email: string
}

/** What a scenario draws from its trial's seed. */
export interface StoryChance {
  /** A whole number, both ends included: `random(1, 6)`. */
  random: (least: number, most: number) => number
  /** One of a list. */
  pick: <T>(from: readonly T[]) => T
  /** Somebody whom neither the world nor the story has met before. */
  person: (known?: Partial<Omit<Someone, 'name'>>) => Someone
}

/**
 * Chance of a story's own: what a scenario draws changes no id of the world, and what the subject
 * does changes nothing of what is drawn.
 */
export function createStoryChance(seed: string, cast: readonly Person[] = []): StoryChance {
  const chance = createChance(`${seed}/story`)
  const draw = (): number => drawFraction(chance)
  const random = (least: number, most: number): number => {
    if (!Number.isSafeInteger(least) || !Number.isSafeInteger(most) || most < least) {
      throw new RangeError(`random(${least}, ${most}): write two whole numbers, the least first`)
    }
    return least + Math.floor(draw() * (most - least + 1))
  }
  const met = new Set(cast.map(({ email }) => email))
  return {
    random,
    pick: (from) => {
      if (from.length === 0) throw new RangeError('pick([]): there is nothing to pick from')
      return from[random(0, from.length - 1)]!
    },
    person: (known = {}) => {
      for (;;) {
        const faker = fakerWith(draw)
        const firstName = known.firstName ?? faker.person.firstName()
        const lastName = known.lastName ?? faker.person.lastName()
        const own = `${toLocal(firstName)}.${toLocal(lastName)}`
        // Namesakes get a number, as they do in any company.
        for (let n = 1; n <= 9; n++) {
          const email = known.email ?? `${own}${n === 1 ? '' : n}@acme.example`
          if (known.email === undefined && met.has(email)) continue
          met.add(email)
          return { firstName, lastName, name: `${firstName} ${lastName}`, email }
        }
      }
    },
  }
}

/** A name as the part of an address before the @. */
function toLocal(name: string): string {
  const plain = name.normalize('NFD').toLowerCase()
  return plain.replaceAll(/[^a-z0-9-]/g, '')
}
