import type { Schema } from '../contract/contract.ts'
import { sampleSchema } from '../contract/sample.ts'
import { defaultStart } from '../clock.ts'
import { createChance, drawFraction, type Chance } from '../chance.ts'
import type { OpenTwin } from '../twin.ts'
import type { World } from '../world.ts'

/** What making up values takes: the contract, a stream of chance of its own, the time. */
export interface Maker {
  twin: OpenTwin
  /** Depends on the world's seed and on what is made, and on nothing else: the same call, the same answer. */
  random: () => number
  now: number
}

/** A maker for something new in a world: its chance follows from the seed, its time is now. */
export function makerFor(world: World, twin: OpenTwin, purpose: string): Maker {
  return maker(twin, `${world.seed} ${twin.definition.name} ${purpose}`, world.now())
}

/** A maker for what is looked at again and again: neither the hour nor earlier calls show in what it makes. */
export function lastingMaker(world: World, twin: OpenTwin, purpose: string): Maker {
  return maker(twin, `${world.seed} ${twin.definition.name} ${purpose}`, defaultStart)
}

/** A maker for what a thing looks like, in every world that has it: worlds share what was found out once. */
export function viewMaker(
  twin: OpenTwin,
  thing: { id: string; at: number },
  purpose: string,
): Maker {
  return maker(twin, `${thing.id} ${purpose}`, thing.at)
}

// The chance is only set up when something must be made up.
function maker(twin: OpenTwin, seed: string, now: number): Maker {
  let chance: Chance | undefined
  const random = (): number => drawFraction((chance ??= createChance(seed)))
  return { twin, random, now }
}

/** A plausible value of a schema; `hint` is the name of the property that it is for. At depth 0, only what is required. */
export function sampleOf(maker: Maker, schema: Schema, hint: string, depthMax = 1): unknown {
  const { twin, random, now } = maker
  return sampleSchema(twin.contract, schema, { random, now, hint, direction: 'reply', depthMax })
}
