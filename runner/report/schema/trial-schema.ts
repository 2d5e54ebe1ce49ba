import type { Depth } from '../../../engine/depth.ts'
import type { UnexpectedChange } from '../../collateral.ts'
import type { CheckResult } from '../../comparison.ts'
import type { ExchangeView } from '../../exchange-view.ts'
import type { SubjectProblem, SubjectReply, SubjectRequest } from '../../subject/subject.ts'
import type {
  BudgetUse,
  PlanResult,
  Reason,
  RequestResult,
  Spent,
  StepResult,
  TrialResult,
  Verdict,
} from '../../trial-result.ts'
import {
  always,
  anything,
  count,
  list,
  maybe,
  named,
  number,
  record,
  text,
  told,
  word,
  yesNo,
} from './shape.ts'

export const depth = named<Depth>(
  'depth',
  told(
    'How well an operation is known.',
    word<Depth>({ spec: true, learned: true, behaved: true, checked: true }),
  ),
)

export const verdict = named<Verdict>(
  'verdict',
  told(
    'unsatisfied: the subject fell short. inconclusive: we did, or the scenario; it counts as neither.',
    word<Verdict>({ satisfied: true, unsatisfied: true, inconclusive: true }),
  ),
)

const numbers = list<number[]>(count)
const atMs = told('Virtual milliseconds since the trial began.', number)

const order = told('Its place among the steps, requests and checks of its trial.', count)

const reason = record<Reason>({
  kind: word<Reason['kind']>({
    check: true,
    change: true,
    budget: true,
    escape: true,
    answer: true,
    scenario: true,
    ours: true,
  }),
  text,
  key: told('The same in other trials of the scenario that fell short in the same way.', text),
  exchanges: told('Numbers of the exchanges that it rests on.', numbers),
})

const plan = record<PlanResult>({
  name: text,
  places: told('Where faults were laid, in words.', list<string[]>(text)),
  struck: told('How many calls were struck.', count),
})

const check = record<CheckResult>({
  sentence: text,
  ok: yesNo,
  actual: anything,
  expected: anything,
  step: maybe(told('The step that it stands in.', text)),
  restsOn: told('Numbers of the exchanges that it rests on.', numbers),
  atMs,
  after: told('Number of the last exchange before it; 0 where there is none.', count),
  order,
  must: maybe(told('Failing it ended the trial.', always)),
})

const step = record<StepResult>({
  sentence: text,
  before: told('Number of the last exchange before it.', count),
  last: told('Number of the last exchange in it.', count),
  atMs,
  endMs: atMs,
  order,
  failed: maybe(text),
})

const reply = record<SubjectReply>({
  status: told('0 when it gave no reply.', number),
  body: maybe(anything),
  problem: maybe(
    record<SubjectProblem>({
      kind: word<SubjectProblem['kind']>({
        crashed: true,
        'timed-out': true,
        'bad-reply': true,
        'too-much-output': true,
        'not-started': true,
        'endless-events': true,
        'held-up': true,
      }),
      why: text,
    }),
  ),
  exitCode: maybe(number),
  stderr: text,
})

const request = record<RequestResult>({
  request: record<SubjectRequest>({ method: text, path: text, body: maybe(anything) }),
  reply,
  before: told('Number of the last exchange before it.', count),
  last: told('Number of the last exchange until it was answered.', count),
  atMs,
  endMs: atMs,
  order,
  endOrder: order,
})

const spent = record<Spent>({ used: number, most: maybe(number) })

const exchange = record<ExchangeView>({
  n: told('Its number in the journal, from 1.', count),
  atMs,
  kind: word<ExchangeView['kind']>({ call: true, event: true, delivery: true, escape: true }),
  by: word<ExchangeView['by']>({ subject: true, scenario: true, service: true }),
  twin: text,
  what: told("The operation's id, the event's type, or where an escape went.", text),
  method: maybe(text),
  path: maybe(text),
  status: maybe(number),
  depth: maybe(text),
  refusal: maybe(told('Why the twin said no, in neutral words.', text)),
  fault: maybe(told('The fault that struck, in words.', text)),
  lateMs: maybe(told('By how many virtual ms the answer was late.', number)),
  lost: maybe(told('The caller never got this answer.', always)),
  divergences: maybe(list<string[]>(text)),
  crash: maybe(text),
  request: maybe(told('What was sent, cut where it is long; of an event, what it tells.', text)),
  reply: maybe(text),
})

const change = record<UnexpectedChange>({
  table: text,
  id: text,
  kind: word<UnexpectedChange['kind']>({ made: true, changed: true, removed: true }),
  fields: list(
    record<UnexpectedChange['fields'][number]>({ path: text, before: anything, after: anything }),
  ),
  by: told('Numbers of the exchanges that did it.', numbers),
  word: told('What `changes.allow` would have to name.', text),
})

export const trial = named<TrialResult>(
  'trial',
  record<TrialResult>({
    id: told('What `backlot replay` takes.', text),
    scenario: told("The scenario's id: its path without the ending.", text),
    name: text,
    tags: list<readonly string[]>(text),
    twins: list<readonly string[]>(text),
    seed: text,
    plan,
    verdict,
    why: told('What fell short; empty when satisfied.', list<Reason[]>(reason)),
    checks: list<CheckResult[]>(named('check', check)),
    steps: list<StepResult[]>(step),
    requests: told('What the subject was asked and what it said.', list<RequestResult[]>(request)),
    budget: record<BudgetUse>({
      calls: spent,
      writes: spent,
      seconds: spent,
      bytes: maybe(told('Of bodies, there and back; counted where a budget asks.', spent)),
      tokens: maybe(told('Of language models, as their answers say.', spent)),
      usd: maybe(told('US dollars by the price list.', spent)),
    }),
    unexpected: told(
      'Changes that nothing in the scenario accounts for.',
      list<UnexpectedChange[]>(change),
    ),
    escapes: list<TrialResult['escapes']>(
      record<TrialResult['escapes'][number]>({
        n: count,
        target: text,
        how: text,
        sent: maybe(text),
      }),
    ),
    shallow: list<TrialResult['shallow']>(
      record<TrialResult['shallow'][number]>({ twin: text, op: text, depth, calls: count }),
    ),
    exchanges: told(
      'The journal, in order. Bodies are kept for trials that show a failure, and a passing one beside each.',
      list<ExchangeView[]>(named('exchange', exchange)),
    ),
    wallMs: told('Milliseconds on the wall; all else is the same in every play.', number),
  }),
)
