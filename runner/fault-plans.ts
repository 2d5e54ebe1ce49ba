import type { FaultPlan } from '../engine/faults.ts'
import type { World } from '../engine/world.ts'
import { namedPlans } from './faults/catalogue.ts'
import { drawTerm } from './faults/draw.ts'
import { readPlanText } from './faults/language.ts'
import { readPlanFile } from './faults/plan-file.ts'
import { joinCuts } from './shrink/cut.ts'

/** Something that makes a trial's fault plan: the same world and seed give the same places. */
export interface PlanSource {
  name: string
  draw: (world: World, seed: string) => FaultPlan
  /** Whether it names a twin, an operation or a file, which the scenarios at hand may not have. */
  isParticular?: boolean
}

/** The named plans. */
export const troubles = namedPlans

export const planNames = ['none', ...Object.keys(namedPlans)]

/**
 * Finds a plan by name (`flaky`), by several (`slow@okta+flaky@slack`) or by file; the language is
 * that of `docs/faults.md`. Throws a UsageError that says what is wrong, where, and what was meant.
 */
export async function findPlan(text: string): Promise<PlanSource> {
  const parts = readPlanText(text)
  const sources = await Promise.all(
    parts.map(async (part): Promise<PlanSource> => {
      if ('file' in part) {
        return { name: part.file, draw: await readPlanFile(part.file), isParticular: true }
      }
      const { term } = part
      const name = term.text
      const isParticular = term.twin !== undefined || term.variant === 'recorded'
      const draw = (world: World, seed: string): FaultPlan => ({
        name,
        faults: drawTerm(term, world, seed),
      })
      return { name, draw, isParticular }
    }),
  )
  const [only] = sources
  if (only === undefined) return { name: 'none', draw: () => ({ name: 'none', faults: [] }) }
  if (sources.length === 1) return only
  const name = sources.map((one) => one.name).join('+')
  return {
    name,
    isParticular: sources.some((one) => one.isParticular === true),
    draw: (world, seed) => {
      const drawn = sources.map((one) => one.draw(world, seed))
      return { name, faults: drawn.flatMap(({ faults }) => faults), ...joinCuts(drawn) }
    },
  }
}
