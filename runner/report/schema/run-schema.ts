import type { GateResult } from '../../gate-result.ts'
import type { RunComparison } from '../../history/compare-with-last.ts'
import type { Shard } from '../../plan-trials.ts'
import type { Sources } from '../../prepare-run.ts'
import type { Budget } from '../../scenario.ts'
import type { Spending } from '../../stop-rules.ts'
import type { RunResult } from '../result.ts'
import {
  count,
  dictionary,
  list,
  maybe,
  number,
  orNull,
  record,
  text,
  told,
  word,
  yesNo,
} from './shape.ts'
import { depth } from './trial-schema.ts'

const amounts = {
  calls: maybe(number),
  writes: maybe(number),
  seconds: maybe(number),
  bytes: maybe(number),
  tokens: maybe(number),
  usd: maybe(number),
}

export const run = record<RunResult['run']>({
  scenarios: maybe(told('Ids, in the order of the trials.', list<string[]>(text))),
  seeds: list<string[]>(text),
  plans: list<string[]>(text),
  jobs: count,
  minDepth: depth,
  shard: maybe(
    told('Which part of the whole run it is, from 1.', record<Shard>({ index: count, of: count })),
  ),
  budget: maybe(told('What the whole run might spend.', record<Budget>(amounts))),
})

export const sources = told(
  'What was played, by sha256.',
  record<Sources>({
    subject: maybe(text),
    scenarios: dictionary(text),
    plans: told('Of plans that are files.', dictionary(text)),
  }),
)

export const spending = told('What all trials spent together.', record<Spending>(amounts))

export const stopped = told(
  'Why the run ended before all was played.',
  record<NonNullable<RunResult['stopped']>>({
    by: word<'gate' | 'budget'>({ gate: true, budget: true }),
    why: text,
    passed: maybe(yesNo),
    saved: told('Trials that need not be played.', count),
  }),
)

export const gate = record<GateResult>({
  at: told('The satisfaction that was asked.', number),
  alpha: told('The chance of passing although the whole run would not, at most.', number),
  beta: told('The chance of failing although the whole run would not, at most.', number),
  passed: yesNo,
  how: told(
    'evidence: certain enough before all was played. undecided: the run ended before either.',
    word<GateResult['how']>({ evidence: true, all: true, undecided: true }),
  ),
  saved: count,
})

export const history = told(
  'Where the run is kept.',
  record<NonNullable<RunResult['history']>>({ file: text, run: count }),
)

const trialIds = list<string[]>(text)

export const comparison = told(
  'Held against the last run of the same subject.',
  record<RunComparison>({
    verdict: word<RunComparison['verdict']>({ better: true, worse: true, 'cannot-tell': true }),
    difference: told('Satisfaction now less satisfaction then.', orNull(number)),
    p: told('Two-sided: how often chance alone would show as much.', number),
    test: word<RunComparison['test']>({
      'cluster-permutation': true,
      mcnemar: true,
      'scenario-permutation': true,
      fisher: true,
      none: true,
    }),
    trials: count,
    scenarios: count,
    won: told('Trials that satisfy now and did not then.', trialIds),
    lost: told('Trials that satisfied then and do not now.', trialIds),
    with: record<RunComparison['with']>({
      run: count,
      startedAt: text,
      satisfaction: orNull(number),
      digest: maybe(told('Of the subject then.', text)),
    }),
    rewritten: told('Scenarios that changed in between and are left out.', list<string[]>(text)),
  }),
)
