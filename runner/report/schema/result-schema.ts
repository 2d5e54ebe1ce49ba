import type { Whereabouts } from '../../../engine/usage-error.ts'
import type { MutantControl } from '../../mutants/control.ts'
import type { Interval, Score } from '../../score.ts'
import type { TrialResult } from '../../trial-result.ts'
import type { WallReport } from '../../wall/wall.ts'
import type { FormerRun, RunResult } from '../result.ts'
import {
  count,
  exactly,
  list,
  maybe,
  named,
  number,
  orNull,
  record,
  text,
  told,
  toJsonSchema,
  word,
  yesNo,
} from './shape.ts'
import { comparison, gate, history, run, sources, spending, stopped } from './run-schema.ts'
import { trial, verdict } from './trial-schema.ts'

const interval = record<Interval>({
  low: number,
  high: number,
  method: word<Interval['method']>({ bootstrap: true, wilson: true, 'wilson-scenarios': true }),
})

const score = named<Score>(
  'score',
  record<Score>({
    satisfied: count,
    unsatisfied: count,
    inconclusive: count,
    scenarios: count,
    satisfaction: told(
      'satisfied / (satisfied + unsatisfied); null when nothing was conclusive.',
      orNull(number),
    ),
    interval: told('Of 95 %.', orNull(interval)),
    exact: maybe(
      told(
        'Of one scenario’s trials, by Clopper and Pearson: at least 95 %.',
        record<NonNullable<Score['exact']>>({ low: number, high: number }),
      ),
    ),
  }),
)

const groups = list<RunResult['by']['plan']>(
  record<RunResult['by']['plan'][number]>({ name: text, score }),
)

const broken = record<RunResult['broken'][number]>({
  id: text,
  what: text,
  where: record<Whereabouts>({
    file: maybe(text),
    line: maybe(count),
    column: maybe(count),
    field: maybe(text),
  }),
  fix: maybe(text),
})

const wall = record<WallReport>({
  name: word<WallReport['name']>({ lane: true, container: true, environment: true, none: true }),
  about: told('What it holds, in a sentence.', text),
  unsafe: told('Whether hostile code gets out unseen.', yesNo),
  strays: told(
    'Attempts to reach something that is no twin, made when no trial was under way; and calls (“late …”) of trials that had ended.',
    list<WallReport['strays']>(
      record<WallReport['strays'][number]>({ target: text, how: text, sent: maybe(text) }),
    ),
  ),
})

const result = record<RunResult>({
  format: exactly('backlot.result/1'),
  startedAt: told('ISO 8601, UTC.', text),
  wallMs: number,
  versions: record<RunResult['versions']>({ backlot: text, node: text }),
  subject: record<RunResult['subject']>({ name: text, kind: text, file: text }),
  run,
  wall: maybe(wall),
  sources: maybe(sources),
  score: told('Of all trials whose scenario measures something.', score),
  passHat: told(
    'pass^k: the chance that all of k trials of a scenario satisfy.',
    list<RunResult['passHat']>(record<RunResult['passHat'][number]>({ k: count, value: number })),
  ),
  by: record<RunResult['by']>({ scenario: groups, plan: groups, tag: groups, service: groups }),
  controls: told(
    'A subject that does nothing, once through every scenario.',
    list<RunResult['controls']>(record<RunResult['controls'][number]>({ scenario: text, verdict })),
  ),
  mutantControls: maybe(
    told(
      "Whether each scenario notices when the subject's own calls go wrong.",
      list<MutantControl[]>(
        record<MutantControl>({
          scenario: text,
          outcome: word<MutantControl['outcome']>({ noticed: true, blind: true, untried: true }),
          mutant: maybe(text),
          tried: count,
          why: maybe(text),
        }),
      ),
    ),
  ),
  measuringNothing: told('Scenarios whose trials are not counted.', list<string[]>(text)),
  broken: list<RunResult['broken']>(broken),
  unplayed: told('Trials that an interruption kept from being played.', count),
  spending: maybe(spending),
  stopped: maybe(stopped),
  gate: maybe(gate),
  history: maybe(history),
  comparison: maybe(comparison),
  former: maybe(
    told(
      'The scores of former runs of the same subject, oldest first.',
      list<FormerRun[]>(record<FormerRun>({ startedAt: text, score })),
    ),
  ),
  trials: list<TrialResult[]>(trial),
})

/**
 * The JSON Schema (2020-12) of `backlot.result/1`, as `schema/result-1.json` and `backlot report --schema`
 * publish it. Fields are only ever added within one format, so a reader must let unknown ones pass.
 */
export const resultSchema: Record<string, unknown> = toJsonSchema(
  'urn:backlot:result:1',
  'What a run of Backlot found (backlot.result/1)',
  result as never,
)
