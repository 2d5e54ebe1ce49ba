import type { Fault, FaultPlan } from '../../engine/faults.ts'
import { didYouMean } from '../../engine/nearest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import type { World } from '../../engine/world.ts'
import { findFaultProblem } from '../faults/actions.ts'
import { findPlaceProblem } from '../faults/places.ts'
import { AdminError } from './admin-error.ts'

/** What a caller may write: a plan (`flaky`, `slow@okta+flaky@slack`), also as `plan`, or its places. */
export type PlanInput = string | { plan?: string; name?: string; faults?: unknown[] }

/** The same as JSON Schema; the faults themselves are held against their forms by `needPlan`. */
export const planSchema = {
  type: ['object', 'string'],
  additionalProperties: false,
  properties: {
    plan: { type: 'string' },
    name: { type: 'string' },
    faults: { type: 'array', items: { type: 'object' } },
  },
}

/** Draws a named plan from the world's seed, or reads a written one. Throws an AdminError when it is wrong or laid where nothing is. */
export async function needPlan(world: World, input: PlanInput): Promise<FaultPlan> {
  const { plan, name = 'custom', faults = [] } = typeof input === 'string' ? { plan: input } : input
  if (plan !== undefined) return drawNamed(world, plan)
  return { name, faults: faults.map((one, i) => needFault(world, one, `body/faults/${i}`)) }
}

/** The places of a named plan. The plans bring a reader of YAML with them, so they are loaded late. */
async function drawNamed(world: World, plan: string): Promise<FaultPlan> {
  const { findPlan } = await import('../fault-plans.ts')
  const { readPlanText } = await import('../faults/language.ts')
  try {
    // A server reads no file because somebody asks it to over the network.
    if (readPlanText(plan).some((part) => 'file' in part)) {
      const fix = 'Send the places themselves, as { "faults": [...] }.'
      throw new AdminError(400, `"${plan}" is no name of a plan.`, { where: 'body', fix })
    }
    const drawn = (await findPlan(plan)).draw(world, world.seed)
    needTwins(world, plan, drawn)
    return drawn
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new AdminError(400, error.what, { where: 'body', fix: error.fix ?? '' })
  }
}

/** In a run, a plan may name twins that only other scenarios have; a world that is told of one must have it. */
function needTwins(world: World, plan: string, { faults }: FaultPlan): void {
  if (faults.length > 0 || plan === 'none') return
  const fix = `It has ${[...world.twins.keys()].join(', ')}.`
  throw new AdminError(400, `The plan "${plan}" strikes nothing in this world.`, {
    where: 'body',
    fix,
  })
}

function needFault(world: World, input: unknown, where: string): Fault {
  const wrong = findFaultProblem(input, 'may')
  if (wrong !== undefined) {
    throw new AdminError(400, wrong.what, {
      where: [where, ...wrong.path].join('/'),
      ...(wrong.fix === undefined ? {} : { fix: wrong.fix }),
    })
  }
  const fault = input as Omit<Fault, 'at'> & { at?: number }
  const { twin } = fault
  if (twin !== undefined && !world.twins.has(twin)) {
    const fix = didYouMean(twin, world.twins.keys())
    throw new AdminError(400, `This world has no twin "${twin}".`, { where: `${where}/twin`, fix })
  }
  const lost = findPlaceProblem(world, fault)
  if (lost !== undefined) {
    throw new AdminError(400, lost.what, { where: `${where}/${lost.field}`, fix: lost.fix })
  }
  return withSeed({ ...fault, at: fault.at ?? 1 }, world.seed)
}

/** Latency is drawn per call, from the world's seed unless the caller names one. */
function withSeed(fault: Fault, seed: string): Fault {
  const { action } = fault
  if (action.kind !== 'latency' || action.seed !== undefined) return fault
  return { ...fault, action: { ...action, seed } }
}
