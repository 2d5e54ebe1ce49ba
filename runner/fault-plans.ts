import type { FaultPlan } from '../engine/faults.ts'
import { UsageError } from '../engine/usage-error.ts'
import type { World } from '../engine/world.ts'
import { namedPlans } from './faults/catalogue.ts'
import { drawTerm } from './faults/draw.ts'
import { readPlanText } from './faults/language.ts'
import { readPlanFile } from './faults/plan-file.ts'

/** Something that makes a trial's fault plan: the same world and seed give the same places. */
export interface PlanSource {
  name: string
  draw: (world: World, seed: string) => FaultPlan
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
      if ('file' in part) return { name: part.file, draw: await readPlanFile(part.file) }
      const { term } = part
      const name = term.text
      return { name, draw: (world, seed) => ({ name, faults: drawTerm(term, world, seed) }) }
    }),
  )
  const [only] = sources
  if (only === undefined) return { name: 'none', draw: () => ({ name: 'none', faults: [] }) }
  if (sources.length === 1) return only
  const name = sources.map((one) => one.name).join('+')
  return {
    name,
    draw: (world, seed) => ({
      name,
      faults: sources.flatMap((one) => one.draw(world, seed).faults),
    }),
  }
}

/**
 * Draws every plan once for every base world there is, so that a misspelt operation is told before
 * a run begins, and so that no plan does nothing in all of them. Throws a UsageError.
 */
export function checkPlans(sources: readonly PlanSource[], worlds: readonly World[]): void {
  for (const { name, draw } of sources) {
    if (name === 'none' || worlds.length === 0) continue
    // All are drawn: one world may not know what another does.
    const laid = worlds.map((world) => draw(world, 'check').faults.length)
    if (laid.some((count) => count > 0)) continue
    const twins = new Set(worlds.flatMap((world) => [...world.twins.keys()]))
    throw new UsageError(`The plan "${name}" strikes nothing here.`, {
      field: '--faults',
      fix: `The scenarios have ${[...twins].join(', ')}${name.includes('recorded') ? ', none of which was learned from recordings with times' : ''}.`,
    })
  }
}
