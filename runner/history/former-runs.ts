import { isDeepStrictEqual } from 'node:util'
import type { FormerRun, RunResult } from '../report/result.ts'
import type { History, RunRecord } from './history.ts'

/** So many points make a line that can still be read. */
const RUNS_MAX = 30

/**
 * The scores of the runs before one, oldest first: whole runs of the same subject through the same
 * scenarios and plans, since others would draw a line through things that can't be compared.
 */
export function findFormerRuns(history: History, id: number, result: RunResult): FormerRun[] {
  const former = history.runs().filter((one) => one.id < id && isAlike(one, result))
  return former
    .slice(0, RUNS_MAX)
    .reverse()
    .map(({ startedAt, result: found }) => ({ startedAt, score: found!.score }))
}

function isAlike({ subject, finishedAt, result }: RunRecord, now: RunResult): boolean {
  if (finishedAt === undefined || result === undefined) return false
  const isSameSubject = subject.name === now.subject.name && subject.kind === now.subject.kind
  const shape = ({ run }: { run: RunResult['run'] }): unknown => [
    run.scenarios,
    run.plans,
    run.shard,
  ]
  return isSameSubject && isDeepStrictEqual(shape(result), shape(now))
}
