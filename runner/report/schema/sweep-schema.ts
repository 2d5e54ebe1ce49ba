import type { SweepOutcome } from '../../sweep/classify.ts'
import type { SweepCell, SweepResult, SweepRow } from '../../sweep/sweep.ts'
import {
  count,
  exactly,
  list,
  maybe,
  named,
  orNull,
  record,
  text,
  told,
  toJsonSchema,
  word,
  yesNo,
  type Shape,
} from './shape.ts'

const outcome = named<SweepOutcome>(
  'outcome',
  word<SweepOutcome>({
    'wrong data': true,
    'duplicate writes': true,
    crashed: true,
    stuck: true,
    degraded: true,
    unclear: true,
    correct: true,
    'not struck': true,
  }),
)

/** The same for every outcome. */
function perOutcome<T>(one: Shape<T>): Shape<Record<SweepOutcome, T>> {
  const fields = {
    'wrong data': one,
    'duplicate writes': one,
    crashed: one,
    stuck: one,
    degraded: one,
    unclear: one,
    correct: one,
    'not struck': one,
  }
  return record<Record<SweepOutcome, unknown>>(fields as never) as Shape<Record<SweepOutcome, T>>
}

const cell = record<SweepCell>({
  outcome: told('The worst of its trials.', outcome),
  trial: told('The trial that shows it, as `backlot replay` takes it.', text),
  why: text,
  trials: list<SweepCell['trials']>(record<SweepCell['trials'][number]>({ trial: text, outcome })),
})

const row = record<SweepRow>({
  twin: text,
  op: maybe(text),
  writes: maybe(yesNo),
  cells: told(
    'One for each failure; null where it makes no sense or no trial was played.',
    list<SweepRow['cells']>(orNull(cell)),
  ),
})

const sweep = record<SweepResult>({
  format: exactly('backlot.sweep/1'),
  versions: record<SweepResult['versions']>({ backlot: text, node: text }),
  subject: record<SweepResult['subject']>({ name: text, kind: text, file: text }),
  run: record<SweepResult['run']>({
    scenarios: list<string[]>(text),
    seeds: list<string[]>(text),
    most: count,
  }),
  failures: list<SweepResult['failures']>(
    record<SweepResult['failures'][number]>({ name: text, about: text }),
  ),
  rows: list<SweepRow[]>(row),
  counts: told('How many cells came out so.', perOutcome(count)),
  meanings: perOutcome(text) as Shape<SweepResult['meanings']>,
  notSwept: list<SweepResult['notSwept']>(
    record<SweepResult['notSwept'][number]>({ scenario: text, trial: text, why: text }),
  ),
  trials: count,
  unplayed: count,
})

/** The JSON Schema (2020-12) of `backlot.sweep/1`. */
export const sweepSchema: Record<string, unknown> = toJsonSchema(
  'urn:backlot:sweep:1',
  'What a subject does when each dependency fails in each way (backlot.sweep/1)',
  sweep as never,
)
