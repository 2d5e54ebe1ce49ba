import type { RunResult } from '../report/result.ts'
import { compareRuns, type Change } from '../statistics/compare-runs.ts'
import type { History, RunRecord } from './history.ts'

/** A run held against the one before it. */
export interface RunComparison extends Change {
  /** The run of the history that it is held against. */
  with: { run: number; startedAt: string; satisfaction: number | null; digest?: string }
  /** Scenarios of both runs that were rewritten in between, and are left out. */
  rewritten: string[]
}

/** Compares with the last whole run of the same subject; undefined when there is none. Shards are compared with nothing. */
export function compareWithLast(
  history: History,
  id: number,
  result: RunResult,
): RunComparison | undefined {
  if (result.run.shard !== undefined || result.unplayed > 0) return undefined
  const last = history.runs().find((one) => one.id < id && isLike(one, result))
  if (last === undefined) return undefined
  const { scenarios = {} } = result.sources ?? {}
  const rewritten = Object.keys(scenarios).filter(
    (scenario) =>
      last.sources[scenario] !== undefined && last.sources[scenario] !== scenarios[scenario],
  )
  const left = new Set([
    ...rewritten,
    ...result.measuringNothing,
    ...(last.result?.measuringNothing ?? []),
  ])
  const counts = ({ scenario }: { scenario: string }): boolean => !left.has(scenario)
  const then = history.verdicts(last.id).filter(counts)
  const { satisfaction } = last.result!.score
  const { startedAt, digest } = last
  return {
    ...compareRuns(then, result.trials.filter(counts)),
    with: { run: last.id, startedAt, satisfaction, ...(digest === undefined ? {} : { digest }) },
    rewritten,
  }
}

function isLike({ subject, finishedAt, result }: RunRecord, now: RunResult): boolean {
  const isWhole = finishedAt !== undefined && result !== undefined && result.run.shard === undefined
  return isWhole && subject.name === now.subject.name && subject.kind === now.subject.kind
}
