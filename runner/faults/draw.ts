import { createChance, drawFraction } from '../../engine/chance.ts'
import { drawPlan, type Fault, type FaultAction, type Quantiles } from '../../engine/faults.ts'
import { latencyOf } from '../../engine/learn/latency.ts'
import { UsageError } from '../../engine/usage-error.ts'
import type { World } from '../../engine/world.ts'
import { twinNames } from '../../twins/index.ts'
import { planOf } from './catalogue.ts'
import type { PlanTerm } from './language.ts'
import type { Choice, NamedPlan } from './named-plan.ts'
import { findPlaceProblem } from './places.ts'

/**
 * Draws the places of one term for a world, once, from the seed. Empty where the world has no such
 * twin. Throws a UsageError for a twin or an operation that nobody has.
 */
export function drawTerm(term: PlanTerm, world: World, seed: string): Fault[] {
  const plan = planOf(term.plan, term.variant)
  const on = placeOf(plan, term)
  needPlace(world, term, on, plan)
  const twins = [...world.twins.keys()].filter(
    (name) => term.twin === undefined || term.twin === name,
  )
  if (twins.length === 0) return []
  if (plan.standing !== undefined) return layLatency(term, plan, world, { twins, on, seed })
  const choices = twins.flatMap((twin) =>
    withFigures(plan, term).map((choice) => ({ twin, on, ...choice })),
  )
  const isOne = term.on !== undefined && !generalPlaces.has(term.on)
  const places = term.number !== undefined && plan.number === 'places' ? term.number : undefined
  if (places !== undefined) return drawDistinct(term, choices, { places, seed })
  const count: [number, number] = [plan.count[0], plan.count[1]]
  // Nobody knows how often an operation is called; once is likely.
  const within = isOne ? Math.min(plan.within, count[1]) : plan.within
  const { faults } = drawPlan({ name: term.text, count, within, choices }, seed)
  return isOne ? eachOnce(fromFirst(faults)) : [...faults]
}

const generalPlaces = new Set(['any', 'read', 'write'])

/** What a term counts: `@slack.message` narrows a plan of events to a type, any other to an operation. */
function placeOf(plan: NamedPlan, { on }: PlanTerm): string {
  if (plan.on !== 'event') return on ?? plan.on
  return on === undefined ? 'event' : `event:${on}`
}

function needPlace(world: World, term: PlanTerm, on: string, plan: NamedPlan): void {
  const place = { on, action: plan.choices[0]!.action }
  const { twin } = term
  const fault = twin === undefined ? place : { ...place, twin }
  const problem = findPlaceProblem(world, fault, twinNames)
  if (problem === undefined) return
  const spot = term.text.indexOf(problem.field === 'twin' ? `@${twin}` : `.${term.on}`) + 2
  const what = problem.what.replace(/\.$/, '')
  throw new UsageError(`${what}, at character ${spot} of "${term.text}".`, {
    field: '--faults',
    fix: problem.fix,
  })
}

/** The choices of a plan with the number and the time that somebody asked for. */
function withFigures(plan: NamedPlan, { number, timeMs }: PlanTerm): Choice[] {
  let choices = [...plan.choices]
  if (number !== undefined && plan.number === 'count') {
    choices = choices.map((one) => ({ ...one, action: withField(one.action, 'count', number) }))
  }
  const { time } = plan
  if (timeMs === undefined || time === undefined) return choices
  if (time === 'forMs') return choices.map((one) => ({ ...one, forMs: timeMs }))
  // Choices without that field say nothing of time: `slow*800ms` is only late.
  const timed = choices.filter(({ action }) => time in action)
  return timed.map((one) => ({ ...one, action: withField(one.action, time, timeMs) }))
}

function withField(action: FaultAction, name: string, value: number): FaultAction {
  return name in action ? ({ ...action, [name]: value } as FaultAction) : action
}

/** So many places, no two alike, spread over twice as many calls of a twin. */
function drawDistinct(
  term: PlanTerm,
  choices: readonly Omit<Fault, 'at'>[],
  { places, seed }: { places: number; seed: string },
): Fault[] {
  const chance = createChance(`faults:${term.text}:${seed}`)
  const taken = new Set<string>()
  const faults: Fault[] = []
  while (faults.length < places) {
    const choice = choices[Math.floor(drawFraction(chance) * choices.length)]!
    let at = 1 + Math.floor(drawFraction(chance) * places * 2)
    while (taken.has(`${choice.twin}#${at}`)) at = (at % (places * 2)) + 1
    taken.add(`${choice.twin}#${at}`)
    faults.push({ ...choice, at })
  }
  return faults
}

/** The same places, of which one is the first call: a plan for an operation that is called once must strike it. */
function fromFirst(faults: readonly Fault[]): Fault[] {
  const first = Math.min(...faults.map(({ at }) => at))
  return faults.map((one) => ({ ...one, at: one.at - first + 1 }))
}

/** Without places that were drawn twice; only the first of them would strike. */
function eachOnce(faults: readonly Fault[]): Fault[] {
  return [...new Map(faults.map((one) => [`${one.twin}#${one.at}`, one])).values()]
}

/** Latency is laid on all calls; each call draws its own from the trial's seed. */
function layLatency(
  term: PlanTerm,
  plan: NamedPlan,
  world: World,
  { twins, on, seed }: { twins: readonly string[]; on: string; seed: string },
): Fault[] {
  const lay = (twin: string, place: string, quantiles: Quantiles): Fault => ({
    twin,
    on: place,
    at: 1,
    action: { kind: 'latency', quantiles, seed: `${seed}/${term.text}` },
  })
  if (plan.standing === 'typical') {
    const [{ action }] = plan.choices as [Choice]
    const quantiles = action.kind === 'latency' ? scaled(action.quantiles, term.timeMs) : {}
    return twins.map((twin) => lay(twin, on, quantiles))
  }
  return twins.flatMap((twin) => {
    const { operations, definition, writes } = world.twins.get(twin)!
    return [...operations.values()].flatMap((op) => {
      const isMeant = on === 'any' || on === op.id || on === (writes(op) ? 'write' : 'read')
      const quantiles = isMeant
        ? (definition.latencyOf?.(op) ?? latencyOf(definition, op.id))
        : undefined
      return quantiles === undefined ? [] : [lay(twin, op.id, quantiles)]
    })
  })
}

/** The same distribution with another median. */
function scaled(quantiles: Quantiles, medianMs: number | undefined): Quantiles {
  if (medianMs === undefined) return quantiles
  const factor = medianMs / quantiles['p50']!
  return Object.fromEntries(
    Object.entries(quantiles).map(([name, ms]) => [name, Math.round(ms * factor)]),
  )
}
