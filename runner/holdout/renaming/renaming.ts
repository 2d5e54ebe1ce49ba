import { createChance, drawFraction, type Chance } from '../../../engine/chance.ts'

/** Puts new names in the place of old ones, in texts and in whatever holds texts, and back. */
export interface Renaming {
  /** Old name → new name. */
  readonly names: ReadonlyMap<string, string>
  /** What the subject and the services are handed. */
  there: <T>(value: T) => T
  /** What the scenario reads. */
  back: <T>(value: T) => T
}

/**
 * New names for old ones, drawn from a seed. Each word of a name gets a word of the same length and
 * the same first letter, the same one wherever it stands (`Team Heron`, `team-heron`), so that lengths
 * and rules about signs hold as before.
 */
export function drawRenaming(old: readonly string[], seed: string): Renaming {
  const chance = createChance(`renaming/${seed}`)
  const words = new Map<string, string>()
  const known = new Set(old.flatMap((name) => wordsOf(name).map((word) => word.toLowerCase())))
  const taken = new Set(known)
  for (const word of known) words.set(word, drawWord(word, taken, chance))
  const names = new Map<string, string>()
  for (const name of [...old].sort((a, b) => b.length - a.length)) {
    names.set(
      name,
      name.replaceAll(/\p{L}+/gu, (word) => inCaseOf(word, words.get(word.toLowerCase())!)),
    )
  }
  const back = new Map([...names].map(([from, to]) => [to, from]))
  return { names, there: replacing(names), back: replacing(back) }
}

function wordsOf(name: string): string[] {
  return name.match(/\p{L}+/gu) ?? []
}

const consonants = 'bdfgklmnprstvz'
const vowels = 'aeiou'

function drawWord(word: string, taken: Set<string>, chance: Chance): string {
  for (;;) {
    const drawn = [...word]
      .map((letter, i) => {
        if (i === 0) return letter
        const from = i % 2 === 0 ? consonants : vowels
        return from[Math.floor(drawFraction(chance) * from.length)]!
      })
      .join('')
    // Words of one or two letters have no room to be another.
    if (word.length > 2 && taken.has(drawn)) continue
    taken.add(drawn)
    return drawn
  }
}

function inCaseOf(model: string, word: string): string {
  if (model === model.toUpperCase() && model.length > 1) return word.toUpperCase()
  return model[0] === model[0]!.toUpperCase() ? word[0]!.toUpperCase() + word.slice(1) : word
}

/** Replaces whole names wherever texts stand, also as a part of an address; leaves keys and types alone. */
function replacing(names: ReadonlyMap<string, string>): <T>(value: T) => T {
  const spelt = new Map<string, string>()
  for (const [from, to] of names) {
    for (const spell of [(text: string) => text, encodeURIComponent, encodeForm]) {
      spelt.set(spell(from), spell(to))
    }
  }
  const all = [...spelt.keys()].sort((a, b) => b.length - a.length).map(escape)
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}_])(?:${all.join('|')})(?![\\p{L}\\p{N}_])`, 'gu')
  const replace = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(pattern, (found) => spelt.get(found)!)
    if (Array.isArray(value)) return value.map(replace)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, replace(held)]))
  }
  return names.size === 0 ? (value) => value : (replace as <T>(value: T) => T)
}

function encodeForm(text: string): string {
  return encodeURIComponent(text).replaceAll('%20', '+')
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
