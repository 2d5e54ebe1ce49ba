import type { Depth } from '../engine/depth.ts'
import type { UnexpectedChange } from './collateral.ts'
import type { CheckResult } from './comparison.ts'
import type { ExchangeView } from './exchange-view.ts'
import type { SubjectReply, SubjectRequest } from './subject/subject.ts'

/** How a trial ended: the user is satisfied, the subject fell short, or we did. */
export type Verdict = 'satisfied' | 'unsatisfied' | 'inconclusive'

/** One scenario × one seed × one fault plan, and how it went. */
export interface TrialResult {
  /** `offboarding/leaver@3+lost-after-write`: enough to play it again. */
  id: string
  /** The scenario's id: its path without the ending. */
  scenario: string
  /** The scenario's own name. */
  name: string
  tags: readonly string[]
  twins: readonly string[]
  seed: string
  plan: PlanResult
  verdict: Verdict
  /** What fell short; empty when satisfied. */
  why: Reason[]
  checks: CheckResult[]
  steps: StepResult[]
  /** What the subject was asked and what it said. */
  requests: RequestResult[]
  budget: BudgetUse
  unexpected: UnexpectedChange[]
  /** Attempts to reach something that is not a twin; `sent` is the beginning of what would have left. */
  escapes: { n: number; target: string; how: string; sent?: string }[]
  /** Operations below `checked` hand-written depth that the subject leaned on. */
  shallow: { twin: string; op: string; depth: Depth; calls: number }[]
  /** In order. In a result file, bodies are kept for the trials that a failure is shown by. */
  exchanges: ExchangeView[]
  /** On the wall; the only figure that differs between two plays of one trial. */
  wallMs: number
}

/** One thing that fell short. `ours` and `scenario` are no fault of the subject. */
export interface Reason {
  kind: 'check' | 'change' | 'budget' | 'escape' | 'answer' | 'scenario' | 'ours'
  /** In words. */
  text: string
  /** The same in other trials of the scenario that fell short in the same way. */
  key: string
  /** Numbers of the exchanges that it rests on. */
  exchanges: number[]
}

export interface PlanResult {
  name: string
  /** Every place in words: `slack chat.postMessage #3: drop-after`. */
  places: string[]
  /** How many calls were struck. */
  struck: number
}

export interface StepResult {
  sentence: string
  /** Numbers of the first and last entry of the journal in it; equal to `before` when there is none. */
  before: number
  last: number
  /** Virtual ms since the trial began, and until it ended. */
  atMs: number
  endMs: number
  /** Its place among the steps, requests and checks of its trial. */
  order: number
  failed?: string
}

export interface RequestResult {
  request: SubjectRequest
  reply: SubjectReply
  /** Journal numbers between which it was under way. */
  before: number
  last: number
  /** Virtual ms since the trial began, and until it was answered. */
  atMs: number
  endMs: number
  /** Its place among the steps, requests and checks of its trial, and that of its answer. */
  order: number
  endOrder: number
}

/** What was spent, and what might have been. Seconds are virtual. */
export interface BudgetUse {
  calls: Spent
  writes: Spent
  seconds: Spent
  /** Of bodies, there and back; counted where a budget asks. */
  bytes?: Spent
  /** Of language models, as their answers say; where there were any. */
  tokens?: Spent
  /** US dollars by the price list, where there is one. */
  usd?: Spent
}

export interface Spent {
  used: number
  most?: number
}
