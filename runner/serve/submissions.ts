import { randomBytes } from 'node:crypto'
import type { Answer } from '../holdout/feedback/ledger.ts'
import { note } from './audit.ts'
import type { Database, Sql } from './database/database.ts'
import { SubmissionError } from './submission/limits.ts'

/** One submission as it is kept. Times are ms since 1970. */
export interface Submission {
  number: number
  /** What its author asks by; 128 bits that nobody can guess. */
  ticket: string
  author: string
  /** What was submitted, in words: `archive`, `desk at main (commit …)`. */
  source: string
  /** SHA-256 of the subject. */
  digest: string
  state: 'waiting' | 'running' | 'done'
  /** Its question in the ledger, once it is entered. */
  question: number | null
  /** How often a scoring of it was begun. */
  attempts: number
  created: number
  begun: number | null
  finished: number | null
  /** JSON of what its author is told. */
  answer: string | null
  /** For release managers: why it came to nothing. */
  problem: string | null
}

/** How many submissions of one author may be there. */
export interface AuthorLimits {
  /** Waiting or being scored. */
  waiting: number
  perDay: number
}

const DAY_MS = 86_400_000

/** A ticket that nobody can guess. */
export function drawTicket(): string {
  return randomBytes(16).toString('hex')
}

/** Throws a SubmissionError when an author has as many submissions as may be. */
export async function checkRoom(
  sql: Sql,
  author: string,
  { limits, now }: { limits: AuthorLimits; now: number },
): Promise<void> {
  const [open] = await sql.all<{ count: number }>(
    "SELECT count(*) AS count FROM submissions WHERE author = ? AND state <> 'done'",
    [author],
  )
  if (open!.count >= limits.waiting) {
    throw new SubmissionError(
      `You have ${open!.count} submissions waiting; wait for an answer.`,
      429,
    )
  }
  const [day] = await sql.all<{ count: number }>(
    'SELECT count(*) AS count FROM submissions WHERE author = ? AND created > ?',
    [author, now - DAY_MS],
  )
  if (day!.count >= limits.perDay) {
    throw new SubmissionError(
      `You submitted ${day!.count} times in a day; come back tomorrow.`,
      429,
    )
  }
}

/** Enters a submission whose files lie where they belong already. */
export async function enter(
  database: Database,
  given: Pick<Submission, 'ticket' | 'author' | 'source' | 'digest' | 'created'>,
  limits: AuthorLimits,
): Promise<void> {
  const { ticket, author, source, digest, created } = given
  await database.transaction(async (sql) => {
    await checkRoom(sql, author, { limits, now: created })
    const [last] = await sql.all<{ number: number | null }>(
      'SELECT max(number) AS number FROM submissions',
    )
    await sql.run(
      `INSERT INTO submissions (number, ticket, author, source, digest, state, attempts, created)
       VALUES (?, ?, ?, ?, ?, 'waiting', 0, ?)`,
      [(last!.number ?? 0) + 1, ticket, author, source, digest, created],
    )
    const detail = { source, digest }
    await note(
      sql,
      { who: `author:${author}`, what: 'submitted', on: ticket, detail },
      new Date(created),
    )
  })
}

/** A submission by its ticket. */
export async function find(sql: Sql, ticket: string): Promise<Submission | undefined> {
  const [row] = await sql.all<Submission>('SELECT * FROM submissions WHERE ticket = ?', [ticket])
  return row
}

/** All submissions, the newest first. */
export function listSubmissions(sql: Sql, limit = 500): Promise<Submission[]> {
  return sql.all<Submission>('SELECT * FROM submissions ORDER BY number DESC LIMIT ?', [limit])
}

/**
 * The submission whose turn it is: the authors come one after the other, whoever waited longest since
 * the last turn first, and each author's submissions in order. No author has more than
 * `perAuthor` under way, and none is begun whose subject is being scored already.
 */
export async function nextInTurn(sql: Sql, perAuthor: number): Promise<Submission | undefined> {
  const [row] = await sql.all<Submission>(
    `SELECT s.* FROM submissions s JOIN authors a ON a.name = s.author
     WHERE s.state = 'waiting'
       AND s.digest NOT IN (SELECT digest FROM submissions WHERE state = 'running')
       AND (SELECT count(*) FROM submissions r WHERE r.author = s.author AND r.state = 'running') < ?
     ORDER BY a.served, s.number LIMIT 1`,
    [perAuthor],
  )
  if (row === undefined) return undefined
  await sql.run(
    'UPDATE authors SET served = 1 + (SELECT max(served) FROM authors) WHERE name = ?',
    [row.author],
  )
  return row
}

/** Writes that a submission is done, and what its author will be told. */
export async function settle(
  sql: Sql,
  { ticket }: Pick<Submission, 'ticket'>,
  { answer, problem, at }: { answer: Answer; problem?: string | undefined; at: number },
): Promise<void> {
  await sql.run(
    "UPDATE submissions SET state = 'done', finished = ?, answer = ?, problem = ? WHERE ticket = ?",
    [at, JSON.stringify(answer), problem ?? null, ticket],
  )
}
