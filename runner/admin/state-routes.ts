import { readDuration } from '../../engine/clock.ts'
import type { World } from '../../engine/world.ts'
import { makeGivenRows } from '../given-rows.ts'
import { AdminError } from './admin-error.ts'
import { needPlan, planSchema, type PlanInput } from './fault-input.ts'
import type { AdminRoute } from './route.ts'

const advanceSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['by'],
  properties: { by: { type: ['number', 'string'] } },
}

/** What a world holds: rows, time, faults. */
export const stateRoutes: readonly AdminRoute[] = [
  {
    method: 'POST',
    path: '/worlds/{world}/rows',
    act: ({ open, input }) => ({ status: 201, body: { rows: makeGivenRows(open.world, input) } }),
  },
  {
    method: 'GET',
    path: '/worlds/{world}/changes',
    act: ({ open }) => ({ status: 200, body: { changes: open.world.changes() } }),
  },
  {
    method: 'GET',
    path: '/worlds/{world}/clock',
    act: ({ open }) => ({ status: 200, body: viewClock(open.world) }),
  },
  {
    method: 'POST',
    path: '/worlds/{world}/clock/freeze',
    act: ({ open }) => {
      open.world.freeze()
      return { status: 200, body: viewClock(open.world) }
    },
  },
  {
    method: 'POST',
    path: '/worlds/{world}/clock/advance',
    schema: advanceSchema,
    act: ({ open, input }) => {
      advance(open.world, (input as { by: number | string }).by)
      return { status: 200, body: viewClock(open.world) }
    },
  },
  {
    method: 'GET',
    path: '/worlds/{world}/faults',
    act: ({ open }) => ({ status: 200, body: open.world.faultLine.plan }),
  },
  {
    method: 'PUT',
    path: '/worlds/{world}/faults',
    schema: planSchema,
    act: async ({ open, input }) => {
      open.world.setFaults(await needPlan(open.world, input as PlanInput))
      return { status: 200, body: open.world.faultLine.plan }
    },
  },
  {
    method: 'DELETE',
    path: '/worlds/{world}/faults',
    act: ({ open }) => {
      open.world.setFaults({ name: 'none', faults: [] })
      return { status: 204 }
    },
  },
]

/** Beyond it dates are spelled otherwise, and soon not at all. */
const latestMs = Date.UTC(9999, 11, 31)

function viewClock(world: World) {
  const now = world.now()
  return { now: new Date(now).toISOString(), ms: now, followsWall: world.followsWall }
}

function advance(world: World, by: number | string): void {
  try {
    if (world.now() + readDuration(by) > latestMs) {
      throw new RangeError('Time ends with the year 9999.')
    }
    world.advance(by)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new AdminError(400, error.message, { where: 'body/by' })
  }
}
