import { isTooInconclusive } from '../../gate-result.ts'
import { decide } from '../../gate/decide.ts'
import type { ReadPolicy } from '../../gate/policy.ts'
import type { HoldoutScore } from '../score-holdout.ts'
import type { Allowance, Answer, Ledger, Outcome, Question } from './ledger.ts'

/** A question with what is needed to answer it. */
export interface Asking {
  ledger: Ledger
  question: Question
  allowance: Allowance
  policy?: ReadPolicy | undefined
  now: () => Date
  /** Plays the holdout; only called when the question is new and paid for. What it throws reaches nobody but `onFailure`. */
  play: () => Promise<HoldoutScore>
  /** Keeps all of it, for release managers, before the answer is given. */
  keep: (full: FullScoring) => Promise<void>
  /** Hears why a scoring failed: for release managers. */
  onFailure: (error: unknown) => Promise<void>
  /** Whether the run was interrupted: then nothing is answered, and the question is spent. */
  isAborted: () => boolean
}

/** A scoring with the question that it answers, and the ledger's last row before the answer. */
export interface FullScoring extends HoldoutScore {
  asked: Question & { number: number; ledgerHead: { number: number; hash: string } }
}

/**
 * Answers a question: from the ledger when the subject was scored before, else by a scoring, which is
 * entered first. Undefined when it was interrupted.
 */
export async function ask(asking: Asking): Promise<Answer | undefined> {
  const { ledger, question, allowance, play, keep, onFailure, isAborted } = asking
  const before = await ledger.recall(question)
  if (before !== undefined) return before
  const ticket = await ledger.ask(question, allowance)
  if (ticket === undefined) return ledger.refusal(question)
  let outcome: Outcome = { score: null, accepted: null }
  try {
    const score = await play()
    if (isAborted()) return undefined
    const asked = { ...question, number: ticket.number, ledgerHead: ledger.head }
    await keep({ ...score, asked })
    outcome = outcomeOf(score, asking)
  } catch (error) {
    if (isAborted()) return undefined
    await onFailure(error)
  }
  return ledger.answer(ticket, allowance, outcome)
}

/** What a scoring comes to. A subject that was changed meanwhile is not the one that was asked about. */
function outcomeOf(score: HoldoutScore, { policy, now, question }: Asking): Outcome {
  const isSame = score.subject.digest === question.subject
  const isWhole = score.unplayed === 0 && score.result.broken.length === 0
  const { satisfaction } = score.holdout
  if (!isSame || !isWhole || satisfaction === null) return { score: null, accepted: null }
  if (policy === undefined) {
    return { score: isTooInconclusive(score.holdout) ? null : satisfaction, accepted: null }
  }
  const { verdict } = decide(policy, { score, now: now() })
  if (verdict === 'inconclusive') return { score: null, accepted: null }
  return { score: satisfaction, accepted: verdict === 'accepted' }
}
