import type { Fault } from '../../engine/faults.ts'
import { didYouMean } from '../../engine/nearest.ts'
import type { World } from '../../engine/world.ts'
import { isEventPlace } from './actions.ts'

/** Why a place can never be reached: the field that is wrong, and what to do. */
export interface PlaceProblem {
  field: 'twin' | 'on'
  what: string
  fix: string
}

/**
 * A place that no call can reach would be a plan that does nothing. `elsewhere` are twins that other
 * worlds may have: what is laid on them is no mistake.
 */
export function findPlaceProblem(
  world: World,
  { twin, on, action }: Omit<Fault, 'at'>,
  elsewhere: readonly string[] = [],
): PlaceProblem | undefined {
  if (twin !== undefined && !world.twins.has(twin)) {
    if (elsewhere.includes(twin)) return undefined
    const fix = didYouMean(twin, new Set([...world.twins.keys(), ...elsewhere]))
    return { field: 'twin', what: `There is no twin "${twin}".`, fix }
  }
  if (['any', 'read', 'write'].includes(on) || isEventPlace(on)) return undefined
  const twins = twin === undefined ? [...world.twins.values()] : [world.twins.get(twin)!]
  const open = twins.find((one) => one.operations.has(on))
  if (open === undefined) {
    const near = didYouMean(
      on,
      twins.flatMap((one) => [...one.operations.keys()]),
    )
    const list = `backlot twins --twin ${twin ?? 'NAME'} lists the operations.`
    const fix = near.startsWith('Did') ? near : list
    return { field: 'on', what: `No operation is named "${on}".`, fix }
  }
  if (action.kind !== 'stale' || !open.writes(open.operations.get(on)!)) return undefined
  const fix = 'Only what reads can answer from the past.'
  return { field: 'on', what: `"${on}" writes.`, fix }
}
