import { drawPlan, type Fault } from '../../engine/faults.ts'
import { didYouMean } from '../../engine/nearest.ts'
import { UsageError, type Whereabouts } from '../../engine/usage-error.ts'
import type { World } from '../../engine/world.ts'
import { twinNames } from '../../twins/index.ts'
import { readDocument, type ReadDocument } from '../read-document.ts'
import type { Cut, CutPlan } from '../shrink/cut.ts'
import { readCut } from '../shrink/read-cut.ts'
import { findFaultProblem } from './actions.ts'
import { drawTerm } from './draw.ts'
import { readPlanText, type PlanTerm } from './language.ts'
import { findPlaceProblem } from './places.ts'

/**
 * A plan as a person writes it: places (`faults`), a recipe they are drawn from once per trial
 * (`choices`, which have no `at`, with `count` and `within`), and named plans (`plans`).
 */
interface PlanFile {
  name?: string
  about?: string
  plans?: string[]
  faults?: Fault[]
  choices?: Omit<Fault, 'at'>[]
  count?: [min: number, max: number]
  within?: number
  cut?: Cut
}

type Locate = (...path: (string | number)[]) => Whereabouts

/** Reads a plan from a JSON or YAML file. Throws a UsageError with the place of what is wrong. */
export async function readPlanFile(path: string): Promise<(world: World, seed: string) => CutPlan> {
  const document = await readDocument(path)
  const plan = checkPlan(document)
  const terms = readTerms(plan.plans ?? [], document.at)
  const { faults = [], choices = [], count = [1, 1], within = 10, cut } = plan
  return (world, seed) => {
    const { at } = document
    const drawn =
      choices.length === 0 ? [] : drawPlan({ name: path, count, within, choices }, seed).faults
    for (const [i, one] of faults.entries())
      checkPlace(world, one, (name) => at('faults', i, String(name)))
    for (const [i, one] of choices.entries())
      checkPlace(world, one, (name) => at('choices', i, String(name)))
    const own = [...faults, ...drawn].map((one) => withSeed(one, `${seed}/${path}`))
    const named = terms.flatMap(({ term, place }) =>
      located(place, () => drawTerm(term, world, seed)),
    )
    // A plan may serve scenarios with other twins too.
    const here = own.filter(({ twin }) => twin === undefined || world.twins.has(twin))
    return { name: path, faults: [...here, ...named], ...(cut === undefined ? {} : { cut }) }
  }
}

/** Latency is drawn per call, from the trial's seed unless the file names one. */
function withSeed(fault: Fault, seed: string): Fault {
  const { action } = fault
  if (action.kind !== 'latency' || action.seed !== undefined) return fault
  return { ...fault, action: { ...action, seed } }
}

function readTerms(plans: readonly string[], at: Locate): { term: PlanTerm; place: Whereabouts }[] {
  return plans.flatMap((text, i) => {
    const place = at('plans', i)
    return located(place, () => readPlanText(text)).map((part) => {
      if ('term' in part) return { term: part.term, place }
      const fix = 'Write its places into this one.'
      throw new UsageError("A plan file can't name another.", { ...place, fix })
    })
  })
}

/** Does something, and says of a mistake in it where in the file it stands. */
function located<T>(place: Whereabouts, act: () => T): T {
  try {
    return act()
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new UsageError(error.what, { ...place, fix: error.fix })
  }
}

const known = ['name', 'about', 'plans', 'faults', 'choices', 'count', 'within', 'cut']

function checkPlan({ value, at }: ReadDocument): PlanFile {
  const plan = (value ?? {}) as Record<string, unknown>
  const says = ['faults', 'choices', 'plans']
  if (typeof plan !== 'object' || says.every((name) => plan[name] === undefined)) {
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
  for (const list of says) {
    const entries = plan[list] ?? []
    if (!Array.isArray(entries)) {
      throw new UsageError(`"${list}" must be a list.`, at(list))
    }
    for (const [i, one] of entries.entries()) {
      if (list === 'plans') needText(one, at(list, i))
      else checkFault(one, list, (...path) => at(list, i, ...path))
    }
  }
  checkAmounts(plan, at)
  readCut(plan['cut'], (...path) => at('cut', ...path))
  return plan as PlanFile
}

function needText(plan: unknown, at: Whereabouts): void {
  if (typeof plan === 'string') return
  throw new UsageError('A named plan is text.', { ...at, fix: 'Write plans: [flaky@slack, slow].' })
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

function checkFault(fault: unknown, list: string, at: Locate): void {
  const problem = findFaultProblem(fault, list === 'faults' ? 'must' : 'never')
  if (problem === undefined) return
  throw new UsageError(problem.what, { ...at(...problem.path), fix: problem.fix })
}

function checkPlace(world: World, fault: Omit<Fault, 'at'>, at: Locate): void {
  const problem = findPlaceProblem(world, fault, twinNames)
  if (problem === undefined) return
  throw new UsageError(problem.what, { ...at(problem.field), fix: problem.fix })
}
