import { decide, type Decision } from '../gate/decide.ts'
import { isTooInconclusive } from '../gate-result.ts'
import type { ReadPolicy } from '../gate/policy.ts'
import type { FullScoring } from '../holdout/feedback/ask.ts'
import { Ledger, type Allowance, type Answer, type Question } from '../holdout/feedback/ledger.ts'
import type { HoldoutScore } from '../holdout/score-holdout.ts'
import { readManifest } from '../holdout/seal/manifest.ts'
import { note } from './audit.ts'
import type { ServeConfig } from './config.ts'
import type { Sql } from './database/database.ts'
import { ledgerOn } from './database/ledger-on.ts'
import { figuresOf } from './figures.ts'
import { nextInTurn, settle, type Submission } from './submissions.ts'
import type { Vault } from './vault.ts'

/** A submission that brought its scoring down so often is not begun again. */
const ATTEMPTS_MAX = 3

/** What decides beside the database. */
export interface Rules {
  config: ServeConfig
  policy: ReadPolicy | undefined
  /** What messages call the database. */
  place: string
  vault: Vault
}

/** What a scoring was begun with. */
export interface Begun {
  submission: Submission
  question: Question
  allowance: Allowance
}

/** The ticket of a submission that is done: its files are of no more use. */
export interface Settled {
  settled: string
}

/**
 * In one transaction: takes the next submission and enters its question; one that needs no scoring is
 * settled at once. `empty` when nothing waits that could be begun.
 */
export async function begin(sql: Sql, rules: Rules): Promise<Begun | Settled | 'empty'> {
  const { config, place } = rules
  const submission = await nextInTurn(sql, Math.max(1, (config.workers ?? 1) - 1))
  if (submission === undefined) return 'empty'
  const { ticket, author, digest: subject, attempts } = submission
  const { manifest, digest: set } = await readManifest(config.holdout.set)
  const question: Question = { project: config.project, set, author, subject }
  const allowance = allowanceOf(config, manifest.count)
  const ledger = await Ledger.open(ledgerOn(sql, place))
  if (submission.question === null) {
    const told = await ledger.recall(question)
    if (told !== undefined) return settleWith(sql, submission, { answer: told })
  }
  const number = submission.question ?? (await ledger.ask(question, allowance))?.number
  if (number === undefined) {
    return settleWith(sql, submission, { answer: await ledger.refusal(question) })
  }
  const entered = { ...submission, question: number, attempts: attempts + 1 }
  const begun = { submission: entered, question, allowance }
  if (attempts >= ATTEMPTS_MAX) {
    const problem = `It was begun ${attempts} times, and never ended.`
    await sql.run('UPDATE submissions SET question = ? WHERE ticket = ?', [number, ticket])
    return conclude(sql, rules, begun, { problem })
  }
  await sql.run(
    "UPDATE submissions SET state = 'running', begun = ?, attempts = ?, question = ? WHERE ticket = ?",
    [Date.now(), entered.attempts, number, ticket],
  )
  const detail = { question: number, attempt: entered.attempts }
  await note(sql, { who: 'service', what: 'scoring-begun', on: ticket, detail })
  return begun
}

/** In one transaction: answers the question, keeps the score and ends the submission. All of it or nothing. */
export async function conclude(
  sql: Sql,
  rules: Rules,
  { submission, question, allowance }: Begun,
  { score, problem }: { score?: HoldoutScore; problem?: string },
): Promise<Settled> {
  const ledger = await Ledger.open(ledgerOn(sql, rules.place))
  const { head } = ledger
  const number = submission.question!
  const decision = score && (await decideOn(sql, rules, score))
  const answer = await ledger.answer({ ...question, number }, allowance, {
    score: score === undefined ? null : worthOf(score, decision),
    accepted: decision === undefined ? null : decision.verdict === 'accepted',
  })
  if (score !== undefined) {
    const full: FullScoring = { ...score, asked: { ...question, number, ledgerHead: head } }
    await sql.run('INSERT INTO scores (ticket, score, figures, decision) VALUES (?, ?, ?, ?)', [
      submission.ticket,
      await rules.vault.seal(full),
      JSON.stringify(figuresOf(full)),
      decision === undefined ? null : JSON.stringify(decision),
    ])
  }
  return settleWith(sql, submission, { answer, problem })
}

/** What of a score may be told; null when it says nothing. */
function worthOf(score: HoldoutScore, decision: Decision | undefined): number | null {
  const isWhole = score.unplayed === 0 && score.result.broken.length === 0
  const isUnsure =
    decision === undefined ? isTooInconclusive(score.holdout) : decision.verdict === 'inconclusive'
  return isWhole && !isUnsure ? score.holdout.satisfaction : null
}

async function decideOn(
  sql: Sql,
  { policy, vault }: Rules,
  score: HoldoutScore,
): Promise<Decision | undefined> {
  if (policy === undefined) return undefined
  const [row] = await sql.all<{ score: string }>(
    `SELECT scores.score FROM scores JOIN submissions ON submissions.ticket = scores.ticket
     WHERE decision LIKE '%"verdict":"accepted"%' ORDER BY finished DESC LIMIT 1`,
  )
  const last = row && (await vault.open<HoldoutScore>(row.score))
  return decide(policy, { score, last, now: new Date() })
}

async function settleWith(
  sql: Sql,
  submission: Submission,
  { answer, problem }: { answer: Answer; problem?: string | undefined },
): Promise<Settled> {
  await settle(sql, submission, { answer, problem, at: Date.now() })
  const detail = { verdict: answer.verdict, questionsLeft: answer.questionsLeft }
  await note(sql, { who: 'service', what: 'scoring-ended', on: submission.ticket, detail })
  return { settled: submission.ticket }
}

/** How many questions there are, as the configuration says. */
export function allowanceOf(
  { questions, questionsPerAuthor }: ServeConfig,
  cases: number,
): Allowance {
  const perAuthor = questionsPerAuthor === undefined ? {} : { perAuthor: questionsPerAuthor }
  return { cases, questions, ...perAuthor }
}
