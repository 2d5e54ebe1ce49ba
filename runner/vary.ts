import { createChance, drawFraction } from '../engine/chance.ts'

/** What one thing may vary over: one of a list, or a whole number of a range, both ends included. */
export type Variation = readonly unknown[] | { readonly from: number; readonly to: number }

/** What of a story varies from trial to trial, by name. */
export type Variations = Readonly<Record<string, Variation>>

/** What was drawn of each. */
export type Drawn<V extends Variations> = {
  readonly [K in keyof V]: V[K] extends readonly (infer One)[] ? One : number
}

/**
 * Draws each variation from a trial's seed. Every name has chance of its own, so that one more changes
 * none of the others; and none of it changes what the story or the world draws.
 */
export function drawVariations<V extends Variations>(variations: V, seed: string): Drawn<V> {
  const drawn = Object.entries(variations).map(([name, variation]): [string, unknown] => {
    const fraction = drawFraction(createChance(`${seed}/vary/${name}`))
    if (isList(variation)) return [name, variation[Math.floor(fraction * variation.length)]]
    const { from, to } = variation
    return [name, from + Math.floor(fraction * (to - from + 1))]
  })
  return Object.fromEntries(drawn) as Drawn<V>
}

/** What is wrong with a variation; undefined when nothing is. */
export function mistakeInVariation(name: string, variation: unknown): string | undefined {
  if (isList(variation)) {
    return variation.length > 0 ? undefined : `The variation "${name}" has nothing to draw from.`
  }
  const { from, to, ...others } = (variation ?? {}) as { from?: unknown; to?: unknown }
  const isRange =
    typeof variation === 'object' &&
    Number.isSafeInteger(from) &&
    Number.isSafeInteger(to) &&
    Object.keys(others).length === 0
  if (!isRange) return `The variation "${name}" is neither a list nor a range of whole numbers.`
  return (to as number) >= (from as number)
    ? undefined
    : `The variation "${name}" ends before it begins.`
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}
