import { didYouMean } from '../engine/nearest.ts'
import { drawPlan, type Fault, type FaultAction, type FaultPlan } from '../engine/faults.ts'
import { UsageError } from '../engine/usage-error.ts'
import type { World } from '../engine/world.ts'
import { isPlanFile, readPlanFile } from './plan-file.ts'

/** Something that makes a trial's fault plan: the same world and seed give the same places. */
export interface PlanSource {
  name: string
  draw: (world: World, seed: string) => FaultPlan
}

/** One named kind of trouble: what may strike, how often, and among how many of a twin's calls. */
interface Trouble {
  about: string
  count: [min: number, max: number]
  within: number
  on: string
  actions: readonly FaultAction[]
}

/** The named plans. Each place belongs to one twin of the trial, drawn from the seed. */
export const troubles: Readonly<Record<string, Trouble>> = {
  'rate-limited': {
    about: 'the service says "too many requests", and says when to come back',
    count: [2, 3],
    within: 5,
    on: 'any',
    actions: [{ kind: 'refuse', as: 'limited', retryAfterMs: 1000 }],
  },
  flaky: {
    about: 'the service is unavailable, or the connection breaks before anything happened',
    count: [2, 3],
    within: 5,
    on: 'any',
    actions: [{ kind: 'refuse', as: 'unavailable' }, { kind: 'drop-before' }],
  },
  slow: {
    about: 'answers come late, or drop by drop',
    count: [2, 3],
    within: 5,
    on: 'any',
    actions: [
      // Well below the half second that a trial's clock takes for a wait.
      { kind: 'delay', ms: 200 },
      { kind: 'slow', bytesPerSecond: 20_000 },
    ],
  },
  'lost-after-write': {
    about: 'a write happens, and its answer is lost: a retry would do it twice',
    count: [1, 2],
    within: 3,
    on: 'write',
    actions: [{ kind: 'drop-after' }],
  },
  'stale-reads': {
    about: 'a read answers from two seconds ago',
    count: [1, 3],
    within: 6,
    on: 'read',
    actions: [{ kind: 'stale', behindMs: 2000 }],
  },
  malformed: {
    about: 'a proxy answers in the place of the service, with a page of HTML',
    count: [1, 2],
    within: 5,
    on: 'any',
    actions: [{ kind: 'malformed' }],
  },
  truncated: {
    about: 'the connection breaks in the middle of the answer',
    count: [1, 2],
    within: 5,
    on: 'any',
    actions: [{ kind: 'truncate' }],
  },
  'duplicate-events': {
    about: 'events are delivered twice',
    count: [1, 2],
    within: 4,
    on: 'event',
    actions: [{ kind: 'duplicate', copies: 2 }],
  },
}

export const planNames = ['none', ...Object.keys(troubles)]

/** Finds a plan by name (`flaky`), by several (`flaky+slow`) or by file. Throws a UsageError that lists the names. */
export async function findPlan(text: string): Promise<PlanSource> {
  if (isPlanFile(text)) return readPlanFile(text)
  const parts = text.split('+').filter((name) => name !== 'none')
  for (const name of parts) {
    if (Object.hasOwn(troubles, name)) continue
    throw new UsageError(`There is no fault plan "${name}".`, {
      field: '--faults',
      fix: `${didYouMean(name, planNames)} Plans: ${planNames.join(', ')}; several at once with +; or a JSON or YAML file.`,
    })
  }
  const name = parts.length === 0 ? 'none' : parts.join('+')
  return { name, draw: (world, seed) => ({ name, faults: drawAll(parts, world, seed) }) }
}

function drawAll(names: readonly string[], world: World, seed: string): Fault[] {
  return names.flatMap((name) => {
    const { count, within, on, actions } = troubles[name]!
    const choices = [...world.twins.keys()].flatMap((twin) =>
      actions.map((action) => ({ twin, on, action })),
    )
    return drawPlan({ name, count, within, choices }, seed).faults
  })
}
