import { engineRefusals } from '../engine/call.ts'
import { drawPlan, type Fault, type FaultAction } from '../engine/faults.ts'
import { didYouMean } from '../engine/nearest.ts'
import { UsageError, type Whereabouts } from '../engine/usage-error.ts'
import type { World } from '../engine/world.ts'
import { twinNames } from '../twins/index.ts'
import type { PlanSource } from './fault-plans.ts'
import { readDocument, type ReadDocument } from './read-document.ts'

/**
 * A plan as a person writes it: places (`faults`), or a recipe they are drawn from once per trial
 * (`choices`, which have no `at`, with `count` and `within`).
 */
interface PlanFile {
  faults?: Fault[]
  choices?: Omit<Fault, 'at'>[]
  count?: [min: number, max: number]
  within?: number
}

/** What each kind of trouble needs besides its name. */
const actions: Record<FaultAction['kind'], { needs: string[]; may: string[] }> = {
  refuse: { needs: ['as'], may: ['retryAfterMs'] },
  delay: { needs: ['ms'], may: [] },
  'drop-before': { needs: [], may: [] },
  'drop-after': { needs: [], may: [] },
  truncate: { needs: [], may: ['atByte'] },
  malformed: { needs: [], may: [] },
  slow: { needs: ['bytesPerSecond'], may: [] },
  stale: { needs: ['behindMs'], may: [] },
  duplicate: { needs: [], may: ['copies'] },
}

type Locate = (name: string) => Whereabouts

export function isPlanFile(text: string): boolean {
  return /[/\\]|\.(?:json|ya?ml)$/.test(text)
}

/** Reads a plan from a JSON or YAML file. Throws a UsageError with the place of what is wrong. */
export async function readPlanFile(path: string): Promise<PlanSource> {
  const document = await readDocument(path)
  const plan = checkPlan(document)
  const { faults = [], choices = [], count = [1, 1], within = 10 } = plan
  return {
    name: path,
    draw: (world, seed) => {
      const drawn =
        choices.length === 0 ? [] : drawPlan({ name: path, count, within, choices }, seed).faults
      const all = [...faults, ...drawn]
      for (const [i, one] of all.entries()) {
        // Drawn places stand nowhere in the file.
        const at: Locate =
          i < faults.length
            ? (name) => document.at('faults', i, name)
            : () => document.at('choices')
        checkPlace(world, one, at)
      }
      // A plan may serve scenarios with other twins too.
      return {
        name: path,
        faults: all.filter(({ twin }) => twin === undefined || world.twins.has(twin)),
      }
    },
  }
}

function checkPlan({ value, at }: ReadDocument): PlanFile {
  const plan = (value ?? {}) as Record<string, unknown>
  const known = ['name', 'faults', 'choices', 'count', 'within']
  if (typeof plan !== 'object' || (plan['faults'] ?? plan['choices']) === undefined) {
    throw new UsageError('This is no fault plan.', {
      ...at(),
      fix: 'Write faults: [{ twin: slack, on: chat.postMessage, at: 3, action: { kind: drop-after } }].',
    })
  }
  for (const name of Object.keys(plan)) {
    if (known.includes(name)) continue
    const fix = didYouMean(name, known)
    throw new UsageError(`A fault plan has no field "${name}".`, { ...at(name), fix })
  }
  for (const list of ['faults', 'choices']) {
    const entries = plan[list] ?? []
    if (!Array.isArray(entries)) {
      throw new UsageError(`"${list}" must be a list.`, at(list))
    }
    for (const [i, one] of entries.entries()) {
      checkFault(one as Record<string, unknown>, list, (...path) => at(list, i, ...path))
    }
  }
  checkAmounts(plan, at)
  return plan as PlanFile
}

function checkAmounts(plan: Record<string, unknown>, at: ReadDocument['at']): void {
  const { count, within } = plan
  const isWhole = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 1
  if (within !== undefined && !isWhole(within)) {
    const fix = 'Write within: 10 for places among the first ten calls.'
    throw new UsageError('"within" must be a whole number from 1.', { ...at('within'), fix })
  }
  if (count === undefined) return
  const [min, max, ...rest] = Array.isArray(count) ? (count as unknown[]) : []
  if (isWhole(min) && isWhole(max) && min <= max && rest.length === 0) return
  const fix = 'Write count: [1, 3], the least first.'
  throw new UsageError('"count" must be two whole numbers from 1.', { ...at('count'), fix })
}

function checkFault(
  fault: Record<string, unknown>,
  list: string,
  at: (...path: string[]) => Whereabouts,
): void {
  if (typeof fault?.['on'] !== 'string') {
    const fix = 'Write on: any, read, write, an operation id such as chat.postMessage, or event.'
    throw new UsageError('A fault must say what it strikes.', { ...at('on'), fix })
  }
  if (list === 'faults' && !(Number.isInteger(fault['at']) && Number(fault['at']) >= 1)) {
    const fix = 'Write at: 1 for the first matching call.'
    throw new UsageError('A fault must say which call it strikes.', { ...at('at'), fix })
  }
  const fields = ['twin', 'on', 'times', 'action', ...(list === 'faults' ? ['at'] : [])]
  for (const name of Object.keys(fault)) {
    if (fields.includes(name)) continue
    const fix = didYouMean(name, fields)
    throw new UsageError(`A fault has no field "${name}".`, { ...at(name), fix })
  }
  checkAction((fault['action'] ?? {}) as Record<string, unknown>, (...path) =>
    at('action', ...path),
  )
}

function checkAction(
  action: Record<string, unknown>,
  at: (...path: string[]) => Whereabouts,
): void {
  const kind = String(action['kind'])
  if (!Object.hasOwn(actions, kind)) {
    const fix = didYouMean(kind, Object.keys(actions))
    throw new UsageError(`There is no trouble "${kind}".`, { ...at('kind'), fix })
  }
  const { needs, may } = actions[kind as FaultAction['kind']]
  for (const name of needs) {
    if (action[name] !== undefined) continue
    throw new UsageError(`"${kind}" needs "${name}".`, at())
  }
  for (const [name, value] of Object.entries(action)) {
    if (name === 'kind') continue
    if (!needs.includes(name) && !may.includes(name)) {
      const fix = didYouMean(name, [...needs, ...may])
      throw new UsageError(`"${kind}" has no field "${name}".`, { ...at(name), fix })
    }
    if (name === 'as') checkRefusal(value, at)
    else if (typeof value !== 'number' || value < 0) {
      throw new UsageError(`"${name}" must be a number from 0.`, at(name))
    }
  }
}

function checkRefusal(kind: unknown, at: (...path: string[]) => Whereabouts): void {
  if (typeof kind === 'string' && kind.includes('.')) return
  // A twin's own has a dot in it.
  if ((engineRefusals as readonly unknown[]).includes(kind)) return
  throw new UsageError(`Nothing is refused as "${String(kind)}".`, {
    ...at('as'),
    fix: `${didYouMean(String(kind), engineRefusals)} There are ${engineRefusals.join(', ')}.`,
  })
}

/** A place that can never be reached would be a plan that does nothing. */
function checkPlace(world: World, { twin, on }: Fault, at: Locate): void {
  if (twin !== undefined && !world.twins.has(twin) && !(twinNames as string[]).includes(twin)) {
    const fix = didYouMean(twin, [...new Set([...world.twins.keys(), ...twinNames])])
    throw new UsageError(`There is no twin "${twin}".`, { ...at('twin'), fix })
  }
  if (/^(?:any|read|write|event(?::.+)?)$/.test(on)) return
  const twins = twin === undefined ? [...world.twins.values()] : [world.twins.get(twin)]
  const found = twins.filter((one) => one !== undefined)
  if (found.length === 0 || found.some((one) => one.operations.has(on))) return
  const known = found.flatMap((one) => [...one.operations.keys()])
  const near = didYouMean(on, known)
  throw new UsageError(`No operation is named "${on}".`, {
    ...at('on'),
    fix: near.startsWith('Did') ? near : 'backlot twins --twin NAME lists the operations.',
  })
}
