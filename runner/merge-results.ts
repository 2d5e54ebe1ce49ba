import { isDeepStrictEqual } from 'node:util'
import { UsageError } from '../engine/usage-error.ts'
import { toResult, type RunResult } from './report/result.ts'
import type { GateOptions } from './statistics/gate-test.ts'
import { spellTrialId } from './trial-id.ts'
import { weakestWall } from './wall/wall.ts'

/** The result of a shard, and where it was read. */
export interface ShardResult {
  file: string
  result: RunResult
}

/**
 * Joins the results of all shards of a run into the one that a single run would have given. Throws a
 * UsageError when they do not belong together, or when one is missing, double or unfinished.
 */
export function mergeResults(shards: readonly ShardResult[], gate?: GateOptions): RunResult {
  const parts = inOrder(shards)
  const [{ result: first }] = parts as [ShardResult]
  for (const part of parts.slice(1)) needSame(parts[0]!, part)
  const results = parts.map(({ result }) => result)
  const broken = new Map(results.flatMap((one) => one.broken).map((one) => [one.id, one]))
  const { shard: _shard, ...run } = first.run
  const isSound = ({ scenario }: { scenario: string }): boolean => !broken.has(scenario)
  const trials = joinTrials(parts).filter(isSound)
  const merged = toResult({
    startedAt: results.map(({ startedAt }) => startedAt).sort()[0]!,
    wallMs: Math.max(...results.map(({ wallMs }) => wallMs)),
    version: first.versions.backlot,
    subject: first.subject,
    subjectFile: first.subject.file,
    ...(first.sources === undefined ? {} : { sources: first.sources }),
    run: { ...run, jobs: Math.max(...results.map(({ run }) => run.jobs)) },
    trials,
    controls: joinControls(parts).filter(isSound),
    mutantControls: joinMutantControls(results, trials)?.filter(isSound),
    broken: [],
    unplayed: 0,
    gate,
  })
  const { versions, subject } = first
  const wall = weakestWall(results.flatMap((one) => one.wall ?? []))
  return {
    ...merged,
    versions,
    subject,
    ...(wall === undefined ? {} : { wall }),
    broken: [...broken.values()],
  }
}

/** All shards, the first first. */
function inOrder(shards: readonly ShardResult[]): ShardResult[] {
  const byIndex = new Map<number, ShardResult>()
  let of: number | undefined
  for (const one of shards) {
    const { file, result } = one
    const { shard } = result.run
    if (shard === undefined) {
      const fix = 'Play parts with backlot run --shard 1/8 --report 1.json.'
      throw new UsageError('This is no shard but a whole run.', { file, fix })
    }
    of ??= shard.of
    if (shard.of !== of) {
      throw new UsageError(`This is one of ${shard.of} shards, the first file one of ${of}.`, {
        file,
      })
    }
    const other = byIndex.get(shard.index)
    if (other !== undefined) {
      throw new UsageError(`Shard ${shard.index} of ${of} is in ${other.file} as well.`, { file })
    }
    if (result.unplayed > 0) {
      const what = `Shard ${shard.index} was interrupted: ${result.unplayed} trials were not played.`
      throw new UsageError(what, {
        file,
        fix: 'Go on with backlot run --resume where it was played.',
      })
    }
    byIndex.set(shard.index, one)
  }
  const missing = Array.from({ length: of! }, (_, i) => i + 1).filter((i) => !byIndex.has(i))
  if (missing.length > 0) {
    throw new UsageError(`Of ${of} shards, ${missing.slice(0, 8).join(', ')} is missing.`, {
      fix: `Play it with --shard ${missing[0]}/${of}.`,
    })
  }
  return [...byIndex.values()].sort((a, b) => a.result.run.shard!.index - b.result.run.shard!.index)
}

/** What must be the same in every shard, and how it is called. */
const aspects: readonly [string, (result: RunResult) => unknown][] = [
  ['versions', ({ versions }) => versions],
  ['subjects', ({ subject, sources }) => [subject.name, subject.kind, sources?.subject]],
  ['walls', ({ wall }) => wall?.name],
  ['scenarios', ({ run, sources }) => [run.scenarios, sources?.scenarios]],
  ['fault plans', ({ run, sources }) => [run.plans, sources?.plans]],
  ['seeds', ({ run }) => run.seeds],
  ['least depths', ({ run }) => run.minDepth],
]

function needSame(first: ShardResult, { file, result }: ShardResult): void {
  for (const [name, of] of aspects) {
    if (isDeepStrictEqual(of(first.result), of(result))) continue
    throw new UsageError(`It is of other ${name} than ${first.file}.`, {
      file,
      fix: 'Merge the shards of one run.',
    })
  }
}

function joinTrials(parts: readonly ShardResult[]): RunResult['trials'] {
  const { scenarios = [], plans, seeds } = parts[0]!.result.run
  const places = new Map<string, number>()
  for (const scenario of scenarios) {
    for (const plan of plans) {
      for (const seed of seeds) places.set(spellTrialId({ scenario, seed, plan }), places.size)
    }
  }
  const seen = new Map<string, string>()
  for (const { file, result } of parts) {
    const { index, of } = result.run.shard!
    for (const { id } of result.trials) {
      const place = places.get(id)
      if (place !== undefined && place % of === index - 1 && !seen.has(id)) {
        seen.set(id, file)
        continue
      }
      throw new UsageError(`The trial ${id} does not belong to shard ${index} of ${of}.`, { file })
    }
  }
  const all = parts.flatMap(({ result }) => result.trials)
  return all.sort((a, b) => places.get(a.id)! - places.get(b.id)!)
}

function joinControls(parts: readonly ShardResult[]): RunResult['controls'] {
  const { scenarios = [] } = parts[0]!.result.run
  const known = new Map<string, RunResult['controls'][number]>()
  for (const { file, result } of parts) {
    for (const control of result.controls) {
      const other = known.get(control.scenario)
      if (other !== undefined && other.verdict !== control.verdict) {
        const what = `Doing nothing is ${control.verdict} in ${control.scenario}, and ${other.verdict} in another shard.`
        throw new UsageError(what, { file })
      }
      known.set(control.scenario, control)
    }
  }
  return scenarios.flatMap((scenario) => known.get(scenario) ?? [])
}

/** Of each scenario the control that the whole run would have played: on the first trial that satisfies, without faults where there is one. */
function joinMutantControls(
  results: readonly RunResult[],
  trials: RunResult['trials'],
): RunResult['mutantControls'] {
  if (results.every(({ mutantControls }) => mutantControls === undefined)) return undefined
  const scenarios = [...new Set(trials.map(({ scenario }) => scenario))]
  return scenarios.flatMap((scenario) => {
    const good = trials.filter((one) => one.scenario === scenario && one.verdict === 'satisfied')
    const chosen = good.find(({ plan }) => plan.name === 'none') ?? good[0]
    const played = results.filter(({ trials }) => chosen === undefined || trials.includes(chosen))
    const found = played.flatMap(({ mutantControls = [] }) => mutantControls)
    return found.find((one) => one.scenario === scenario) ?? []
  })
}
