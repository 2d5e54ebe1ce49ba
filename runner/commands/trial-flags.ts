import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { UsageError } from '../../engine/usage-error.ts'
import { configuredScenarios, fillFlags } from '../config/fill-flags.ts'
import { planNames } from '../fault-plans.ts'
import { splitPlans } from '../faults/language.ts'
import { readCount, readDepth } from '../flags.ts'
import { ownScenarios } from '../load-scenarios.ts'
import { seedsFrom, type RunRequest } from '../run-subject.ts'
import { readWall } from '../wall/choose.ts'

const text = { type: 'string' } as const

/** The flags of every command that plays trials of its own. */
export const trialFlags = {
  trials: { type: 'string', short: 'n' },
  seed: text,
  faults: { type: 'string', short: 'f' },
  jobs: { type: 'string', short: 'j' },
  'min-depth': text,
  wall: text,
} as const

/** Those that a configuration fills in for every command; seeds and plans are those of backlot run alone. */
const sharedFlags = { seed: text, jobs: text, 'min-depth': text, wall: text }

/** How help tells of them, where a command plays so many seeds when nobody says otherwise. */
export function trialFlagsHelp(trials: number): string {
  return `  --trials N       seeds per scenario (${trials})
  --seed S         the first seed (1)
  --jobs J         trials under way at once (as many as there are cores)
  --min-depth D    operations shallower than this make a trial inconclusive (spec)
  --wall W         lane (the default, on Linux), or environment (unsafe, for code that you trust)`
}

/** What those flags say of a run: which trials, and how. */
export type AskedTrials = Pick<
  RunRequest,
  'paths' | 'seeds' | 'plans' | 'jobs' | 'minDepth' | 'wall' | 'signal'
>

/** What is played when no path is given: what the configuration names, the folder `scenarios`, or ours. */
export function defaultScenarios(): readonly string[] {
  return configuredScenarios() ?? [existsSync('scenarios') ? 'scenarios' : ownScenarios]
}

/** Reads those flags. Throws a UsageError that names the one that is wrong. */
export function readTrials(
  typed: { readonly [K in keyof typeof trialFlags]?: string | undefined },
  paths: readonly string[],
  trials: number,
): AskedTrials {
  const values = fillFlags(typed, sharedFlags)
  const { seed = '1', faults = 'none', jobs = String(availableParallelism()) } = values
  if (seed === '' || /[@+]/.test(seed)) {
    throw new UsageError(`"${seed}" is no seed: it may hold no @ and no +.`, { field: '--seed' })
  }
  const plans = splitPlans(faults)
  if (plans.length === 0) {
    const fix = `Write ${planNames.join(', ')}; backlot faults tells what each does.`
    throw new UsageError('Which fault plan?', { field: '--faults', fix })
  }
  const { 'min-depth': depth, wall } = values
  const asked: AskedTrials = {
    paths: paths.length > 0 ? paths : defaultScenarios(),
    seeds: seedsFrom(seed, readCount('--trials', values.trials ?? String(trials), 1)),
    plans,
    jobs: readCount('--jobs', jobs, 1),
  }
  if (depth !== undefined) asked.minDepth = readDepth('--min-depth', depth)
  const word = readWall(wall)
  if (word !== undefined) asked.wall = word
  return asked
}
