import type { World } from '../engine/world.ts'
import { ChangeWatch } from './collateral.ts'
import { Deliveries } from './events/deliveries.ts'
import { createKit } from './kit.ts'
import type { Kit } from './scenario.ts'
import { StoryLimit } from './story-limit.ts'
import type { SubjectSession } from './subject/subject.ts'
import { Progress } from './trial-progress.ts'
import type { Variations } from './vary.ts'
import type { WaitClock } from './wait-clock.ts'

/** Nobody is asked, and nothing is delivered. */
const session: SubjectSession = {
  send: () => Promise.reject(new Error('There is no subject here to ask.')),
  end: () => Promise.resolve(),
}

/** What a scenario is handed, in a world where no subject is: for rehearsals, and for tests that call their code themselves. */
export function createIdleKit(
  world: World,
  clock: WaitClock,
  vary?: Variations,
): { kit: Kit<string>; watch: ChangeWatch } {
  const limit = new StoryLimit()
  // Whoever plays here has limits of his own.
  limit.end()
  const watch = new ChangeWatch(world)
  const stage = { world, session, clock, progress: new Progress(world), limit }
  const deliveries = new Deliveries({ ...stage, url: 'http://subject.localhost', settleMs: 0 })
  return { kit: createKit({ ...stage, watch, deliveries, vary }), watch }
}
