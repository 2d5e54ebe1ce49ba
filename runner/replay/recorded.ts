import { UsageError } from '../../engine/usage-error.ts'
import { readDocument } from '../read-document.ts'
import type { RunResult } from '../report/result.ts'
import type { TrialResult } from '../trial-result.ts'

/** What a result file (or the JSON of a replay) holds of one trial. Throws a UsageError when it has no such trial. */
export async function readRecorded(file: string, id: string): Promise<TrialResult> {
  const { value } = await readDocument(file)
  const read = (value ?? {}) as Partial<RunResult> & Partial<TrialResult>
  const trials = Array.isArray(read.trials) ? read.trials : [read as TrialResult]
  const found = trials.find((one) => one?.id === id)
  if (found !== undefined && Array.isArray(found.exchanges)) return found
  throw new UsageError(`The result holds no trial "${id}".`, {
    file,
    field: '--against',
    fix: 'Give the result.json of the run that this trial is from.',
  })
}
