import { existsSync } from 'node:fs'
import { UsageError } from '../../engine/usage-error.ts'
import type { RunResult } from '../report/result.ts'
import { planOrder } from './plan-order.ts'
import { History, type RunRecord } from './history.ts'

/** Opens a history that must be there. Throws a UsageError when it is not. */
export function openExisting(file: string): History {
  if (existsSync(file)) return History.open(file)
  throw new UsageError('There is no history.', {
    file,
    fix: 'backlot run keeps one as it plays; name another with --history.',
  })
}

/** The result of a run of a history: the last one, or the one of a number. Throws a UsageError when it has not ended. */
export function readKeptResult(file: string, id?: number): RunResult {
  const history = openExisting(file)
  try {
    const record = needRun(history, id)
    const result = resultOf(history, record)
    if (result !== undefined) return result
    const fix = 'Go on with it: backlot run --resume.'
    throw new UsageError(`Run ${record.id} has not ended.`, { file, fix })
  } finally {
    history.close()
  }
}

/** The run of a number, or the last. Throws a UsageError when there is none. */
export function needRun(history: History, id: number | undefined): RunRecord {
  const record = id === undefined ? history.runs()[0] : history.run(id)
  if (record !== undefined) return record
  const what = id === undefined ? 'No run is kept.' : `There is no run ${id}.`
  throw new UsageError(what, { file: history.file, fix: 'See backlot history.' })
}

/** A run's result with its trials in their order; undefined where it broke off without a word. */
export function resultOf(history: History, { id, result }: RunRecord): RunResult | undefined {
  if (result === undefined) return undefined
  return { ...result, trials: planOrder(history.trials(id), result.run) }
}
