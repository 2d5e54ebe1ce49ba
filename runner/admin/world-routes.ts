import { depths, type Depth } from '../../engine/depth.ts'
import { didYouMean } from '../../engine/nearest.ts'
import type { ForkOptions } from '../../engine/world-options.ts'
import type { World } from '../../engine/world.ts'
import { defaultId, isWorldId, type OpenWorld } from '../../fronts/worlds.ts'
import { placesOf, viewPlaces } from '../place-view.ts'
import type { AdminContext } from './admin.ts'
import { AdminError } from './admin-error.ts'
import { needPlan, planSchema, type PlanInput } from './fault-input.ts'
import type { AdminRoute } from './route.ts'

interface NewWorld {
  id?: string
  from?: string
  seed?: string
  limits?: boolean
  minDepth?: Depth
  faults?: PlanInput
  settings?: Record<string, Record<string, unknown>>
  clock?: 'wall' | 'frozen'
}

const newWorldSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 40 },
    from: { type: 'string' },
    seed: { type: 'string' },
    limits: { type: 'boolean' },
    minDepth: { enum: depths },
    faults: planSchema,
    settings: { type: 'object', additionalProperties: { type: 'object' } },
    clock: { enum: ['wall', 'frozen'] },
  },
}

const restoreSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['snapshot'],
  properties: { snapshot: { type: 'string' } },
}

/** Worlds come, go, and go back. */
export const worldRoutes: readonly AdminRoute[] = [
  {
    method: 'GET',
    path: '/worlds',
    act: ({ context }) => ({ status: 200, body: { worlds: context.worlds.list().map(viewWorld) } }),
  },
  {
    method: 'POST',
    path: '/worlds',
    schema: newWorldSchema,
    act: async ({ context, input }) => {
      const open = await openWorld(context, input as NewWorld)
      return { status: 201, body: viewWhole(context, open) }
    },
  },
  {
    method: 'GET',
    path: '/worlds/{world}',
    act: ({ context, open }) => ({ status: 200, body: viewWhole(context, open) }),
  },
  {
    method: 'DELETE',
    path: '/worlds/{world}',
    act: ({ context, open }) => {
      if (open.id === defaultId) {
        throw new AdminError(409, 'The default world stays as long as the server.', {
          fix: 'Reset it instead: POST /worlds/default/reset.',
        })
      }
      context.worlds.remove(open.id)
      return { status: 204 }
    },
  },
  {
    method: 'POST',
    path: '/worlds/{world}/reset',
    act: ({ context, open }) => {
      context.snapshots.restore(open, 'start')
      open.world.journal.clear()
      return { status: 200, body: viewWorld(open) }
    },
  },
  {
    method: 'GET',
    path: '/worlds/{world}/snapshots',
    act: ({ context, open }) => ({
      status: 200,
      body: { snapshots: context.snapshots.list(open) },
    }),
  },
  {
    method: 'POST',
    path: '/worlds/{world}/snapshots',
    act: ({ context, open }) => ({ status: 201, body: { snapshot: context.snapshots.take(open) } }),
  },
  {
    method: 'POST',
    path: '/worlds/{world}/restore',
    schema: restoreSchema,
    act: ({ context, open, input }) => {
      context.snapshots.restore(open, (input as { snapshot: string }).snapshot)
      return { status: 200, body: viewWorld(open) }
    },
  },
]

async function openWorld(context: AdminContext, options: NewWorld): Promise<OpenWorld> {
  const { worlds, base, snapshots } = context
  const { id, from = 'base', clock } = options
  if (id !== undefined && !isWorldId(id)) {
    throw new AdminError(400, `"${id}" can't be the id of a world.`, {
      where: 'body/id',
      fix: 'Use lower case letters, digits and single hyphens: "trial-7".',
    })
  }
  if (id !== undefined && worlds.get(id) !== undefined) {
    throw new AdminError(409, `There is a world "${id}" already.`, { where: 'body/id' })
  }
  const origin = from === 'base' ? base : worlds.get(from)?.world
  if (origin === undefined) {
    throw new AdminError(404, `There is no world "${from}" to fork.`, { where: 'body/from' })
  }
  const world = await forkWorld(origin, options)
  if (clock === 'frozen') world.freeze()
  const open = worlds.add(world, id)
  snapshots.begin(open)
  return open
}

/** A setting that no twin has would change nothing, in silence. */
function needSettings(world: World, settings: NonNullable<NewWorld['settings']>): void {
  for (const [twin, values] of Object.entries(settings)) {
    const where = `body/settings/${twin}`
    const known = world.twins.get(twin)
    if (known === undefined) {
      const fix = didYouMean(twin, world.twins.keys())
      throw new AdminError(400, `This world has no twin "${twin}".`, { where, fix })
    }
    const names = Object.keys(known.definition.settings ?? {})
    for (const name of Object.keys(values)) {
      if (names.includes(name)) continue
      const fix = didYouMean(name, names)
      throw new AdminError(400, `${twin} has no setting "${name}".`, { where, fix })
    }
  }
}

async function forkWorld(origin: World, options: NewWorld): Promise<World> {
  const { seed, limits, minDepth, faults, settings, clock } = options
  const fork: ForkOptions = { journalMax: origin.journal.entriesMax }
  if (seed !== undefined) fork.seed = seed
  if (limits !== undefined) fork.limits = limits
  if (minDepth !== undefined) fork.minDepth = minDepth
  if (faults !== undefined) fork.faults = await needPlan(origin, faults)
  if (settings !== undefined) {
    needSettings(origin, settings)
    fork.settings = settings
  }
  if (clock === 'wall') fork.wall = Date.now
  return origin.fork(fork)
}

function viewWorld({ id, world }: OpenWorld) {
  return {
    id,
    twins: [...world.twins.keys()],
    seed: world.seed,
    now: new Date(world.now()).toISOString(),
    limits: world.limited,
    minDepth: world.minDepth,
    faults: world.faultLine.plan.name,
    entries: world.journal.last,
  }
}

function viewWhole(context: AdminContext, open: OpenWorld) {
  const places = placesOf(context.worlds, open, context.serverUrl)
  return { ...viewWorld(open), places: viewPlaces(open, places) }
}
