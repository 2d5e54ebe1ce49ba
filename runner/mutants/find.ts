import { createChance, drawFraction } from '../../engine/chance.ts'
import type { World } from '../../engine/world.ts'
import { layAlways, type Mutant } from './mutant.ts'
import type { Observed } from './observe.ts'
import { subjectMutants, swapMutants } from './subject-mutants.ts'
import { twinMutants, type Usage } from './twin-mutants.ts'

/** What the trials without mutants were, each with its base world. */
export interface Ground {
  seen: Observed
  base: World
}

/** Every mutant of what these trials use, in an order that only depends on them. */
export function findMutants(trials: readonly Ground[]): Mutant[] {
  const usages = [...findUsages(trials).values()]
  return [
    ...usages.flatMap(twinMutants),
    ...eventMutants(trials.map(({ seen }) => seen)),
    ...usages.flatMap(subjectMutants),
    ...swapMutants(trials.map(({ seen }) => seen)),
  ]
}

/** Whether a trial uses what a mutant breaks. */
export function concerns({ twin, op }: Mutant, { calls, events }: Observed): boolean {
  if (op.startsWith('event:')) return events.get(twin)?.has(op.slice('event:'.length)) === true
  return calls.some((one) => one.twin === twin && one.op === op)
}

/** So many of the mutants, drawn from the seed; in their own order. Another seed draws others. */
export function sample(mutants: readonly Mutant[], most: number, seed: string): Mutant[] {
  if (mutants.length <= most) return [...mutants]
  const chance = createChance(`mutants:${seed}`)
  const drawn = mutants.map((_one, i) => ({ i, at: drawFraction(chance) }))
  const chosen = new Set(
    drawn
      .sort((a, b) => a.at - b.at)
      .slice(0, most)
      .map(({ i }) => i),
  )
  return mutants.filter((_one, i) => chosen.has(i))
}

function findUsages(trials: readonly Ground[]): Map<string, Usage> {
  const usages = new Map<string, Usage>()
  for (const { seen, base } of trials) {
    for (const entry of seen.calls) {
      const { twin, op } = entry
      const open = base.twins.get(twin)!
      const known = op === undefined ? undefined : open.operations.get(op)
      if (op === undefined || known === undefined) continue
      const key = `${twin} ${op}`
      let usage = usages.get(key)
      if (usage === undefined) {
        usage = { twin, op, writes: open.writes(known), calls: [], required: requiredOf(known) }
        usages.set(key, usage)
      }
      usage.calls.push({ entry, effects: seen.effects.get(entry.n) ?? [] })
    }
  }
  return usages
}

function requiredOf({
  params,
  body,
}: NonNullable<ReturnType<World['twins']['get']>>['contract']['operations'][number]): Set<string> {
  const inBody = Object.values(body?.types ?? {}).flatMap((schema) =>
    typeof schema === 'object' && Array.isArray(schema['required'])
      ? (schema['required'] as string[])
      : [],
  )
  return new Set([...params.filter((one) => one.required).map((one) => one.name), ...inBody])
}

function eventMutants(trials: readonly Observed[]): Mutant[] {
  const kinds = new Map<string, { twin: string; type: string }>()
  for (const { events } of trials) {
    for (const [twin, types] of events) {
      for (const type of types) kinds.set(`${twin} ${type}`, { twin, type })
    }
  }
  return [...kinds.values()].flatMap(({ twin, type }): Mutant[] => {
    const op = `event:${type}`
    const mutant = { side: 'twin' as const, twin, op }
    const lay =
      (action: Parameters<typeof layAlways>[1]['action']): Mutant['lay'] =>
      (world, strike) => {
        layAlways(world, { twin, on: op, action })
        strike()
      }
    return [
      {
        ...mutant,
        id: `${twin}.${op}:unsent`,
        about: 'is never sent',
        lay: lay({ kind: 'drop-before' }),
      },
      {
        ...mutant,
        id: `${twin}.${op}:twice`,
        about: 'is sent twice',
        lay: lay({ kind: 'duplicate', copies: 2 }),
      },
    ]
  })
}
