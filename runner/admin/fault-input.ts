import { engineRefusals } from '../../engine/call.ts'
import type { Fault, FaultPlan } from '../../engine/faults.ts'
import { didYouMean } from '../../engine/nearest.ts'
import type { World } from '../../engine/world.ts'
import { AdminError } from './admin-error.ts'

const whole = { type: 'integer', minimum: 1 }
const ms = { type: 'number', minimum: 0 }

function action(
  kind: string,
  fields: Record<string, object> = {},
  required: string[] = [],
): object {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['kind', ...required],
    properties: { kind: { const: kind }, ...fields },
  }
}

/** What a caller may write: a plan's name (`flaky`, `flaky+slow`), also as `plan`, or its places. */
export type PlanInput = string | { plan?: string; name?: string; faults?: FaultPlan['faults'] }

/** The same as JSON Schema. */
export const planSchema = {
  type: ['object', 'string'],
  additionalProperties: false,
  properties: {
    plan: { type: 'string' },
    name: { type: 'string' },
    faults: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['on', 'action'],
        properties: {
          twin: { type: 'string' },
          on: { type: 'string', minLength: 1 },
          at: whole,
          times: whole,
          action: {
            type: 'object',
            required: ['kind'],
            discriminator: { propertyName: 'kind' },
            oneOf: [
              action('refuse', { as: { type: 'string' }, retryAfterMs: ms }, ['as']),
              action('delay', { ms }, ['ms']),
              action('drop-before'),
              action('drop-after'),
              action('truncate', { atByte: { type: 'integer', minimum: 0 } }),
              action('malformed'),
              action('slow', { bytesPerSecond: { type: 'number', exclusiveMinimum: 0 } }, [
                'bytesPerSecond',
              ]),
              action('stale', { behindMs: ms }, ['behindMs']),
              action('duplicate', { copies: whole }),
            ],
          },
        },
      },
    },
  },
}

/** Finds or completes a plan that the schema accepted. Throws when it is laid where nothing is. */
export async function needPlan(world: World, input: PlanInput): Promise<FaultPlan> {
  const { plan, name = 'custom', faults = [] } = typeof input === 'string' ? { plan: input } : input
  if (plan !== undefined) return drawNamed(world, plan)
  const placed = faults.map((fault, i): Fault => {
    needPlace(world, fault, `body/faults/${i}`)
    needRefusal(fault.action, `body/faults/${i}/action/as`)
    return { ...fault, at: fault.at ?? 1 }
  })
  return { name, faults: placed }
}

/** The places of a named plan, drawn from the world's seed. The plans bring a reader of YAML with them, so they are loaded late. */
async function drawNamed(world: World, plan: string): Promise<FaultPlan> {
  if (!/^[a-z+-]+$/.test(plan)) {
    const fix = 'Send the places themselves, as { "faults": [...] }.'
    throw new AdminError(400, `"${plan}" is no name of a plan.`, { where: 'body', fix })
  }
  const { findPlan, planNames } = await import('../fault-plans.ts')
  const known = planNames
  const unknown = plan.split('+').find((one) => !known.includes(one))
  if (unknown !== undefined) {
    const fix = didYouMean(unknown, known)
    throw new AdminError(400, `There is no fault plan "${unknown}".`, { where: 'body', fix })
  }
  return (await findPlan(plan)).draw(world, world.seed)
}

function needRefusal(action: Fault['action'], where: string): void {
  if (action.kind !== 'refuse' || action.as.includes('.')) return
  if ((engineRefusals as readonly string[]).includes(action.as)) return
  throw new AdminError(400, `Nothing is refused as "${action.as}".`, {
    where,
    fix: `There are: ${engineRefusals.join(', ')}; a twin's own have a dot.`,
  })
}

function needPlace(world: World, { twin, on }: Fault, where: string): void {
  if (twin !== undefined && !world.twins.has(twin)) {
    const fix = didYouMean(twin, world.twins.keys())
    throw new AdminError(400, `This world has no twin "${twin}".`, { where: `${where}/twin`, fix })
  }
  if (['read', 'write', 'any', 'event'].includes(on) || on.startsWith('event:')) return
  const twins = twin === undefined ? [...world.twins.values()] : [world.twins.get(twin)!]
  const operations = twins.flatMap((one) => [...one.operations.keys()])
  if (operations.includes(on)) return
  throw new AdminError(400, `There is no operation "${on}" to lay a fault on.`, {
    where: `${where}/on`,
    fix: didYouMean(on, operations.length > 40 ? nearby(on, operations) : operations),
  })
}

/** Some operations to show, where all would be a thousand. */
function nearby(on: string, operations: string[]): string[] {
  const near = operations.filter((id) => id.toLowerCase().includes(on.toLowerCase().slice(0, 4)))
  return (near.length > 0 ? near : operations).slice(0, 20)
}
