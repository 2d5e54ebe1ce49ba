import { depths, type Depth } from '../../engine/depth.ts'
import type { TrialResult } from '../trial-result.ts'
import type { DependencyUse } from './release-data.ts'

/** Every operation that the subject called, by service, with how it was answered and what failures struck it. */
export function findDependencies(trials: readonly TrialResult[]): DependencyUse[] {
  const uses = new Map<string, DependencyUse>()
  for (const trial of trials) {
    const seen = new Set<DependencyUse>()
    const struck = new Set<DependencyUse>()
    for (const { kind, by, twin, what, depth, fault } of trial.exchanges) {
      if (kind !== 'call' || by !== 'subject') continue
      const use = useOf(uses, twin, what)
      use.calls++
      const shallowest = shallower(use.depth, depth)
      if (shallowest !== undefined) use.depth = shallowest
      seen.add(use)
      if (fault === undefined) continue
      use.struck++
      struck.add(use)
    }
    for (const use of seen) use.trials++
    if (trial.verdict === 'inconclusive') continue
    for (const { struckTrials } of struck) {
      struckTrials.all++
      if (trial.verdict === 'unsatisfied') struckTrials.failed++
    }
  }
  const keyOf = ({ twin, op }: DependencyUse): string => `${twin} ${op}`
  return [...uses.values()].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

function useOf(uses: Map<string, DependencyUse>, twin: string, op: string): DependencyUse {
  const key = JSON.stringify([twin, op])
  const known = uses.get(key)
  if (known !== undefined) return known
  const struckTrials = { failed: 0, all: 0 }
  const made: DependencyUse = { twin, op, calls: 0, trials: 0, struck: 0, struckTrials }
  uses.set(key, made)
  return made
}

function shallower(known: Depth | undefined, found: string | undefined): Depth | undefined {
  const depth = depths.find((one) => one === found)
  if (depth === undefined || known === undefined) return depth ?? known
  return depths.indexOf(depth) < depths.indexOf(known) ? depth : known
}
