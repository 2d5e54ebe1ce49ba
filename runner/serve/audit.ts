import { beginning, follow } from '../holdout/feedback/chain.ts'
import type { LedgerRow } from '../holdout/feedback/ledger-store.ts'
import type { Sql } from './database/database.ts'

/** What happened. `who` is `author:NAME`, `manager:SUBJECT`, `operator` (the command line) or `service`. */
export interface AuditEntry {
  who: string
  what: AuditWord
  /** What it was done to: a ticket, a token's id. */
  on?: string
  detail?: Readonly<Record<string, string | number | boolean | null>>
}

export type AuditWord =
  | 'server-started'
  | 'token-added'
  | 'token-revoked'
  | 'token-refused'
  | 'submitted'
  | 'submission-refused'
  | 'scoring-begun'
  | 'scoring-ended'
  | 'scoring-interrupted'
  | 'manager-logged-in'
  | 'manager-refused'
  | 'manager-logged-out'
  | 'score-read'
  | 'audit-read'

/** An entry as it is kept. */
export interface AuditLine extends AuditEntry {
  number: number
  /** ISO 8601. */
  at: string
}

/** Adds to the audit log; inside a transaction, with what it tells of. Nothing is ever taken from it. */
export async function note(sql: Sql, entry: AuditEntry, now = new Date()): Promise<void> {
  const [last = beginning] = await sql.all<LedgerRow>(
    'SELECT number, body, hash FROM audit ORDER BY number DESC LIMIT 1',
  )
  const { number, body, hash } = follow(last, JSON.stringify({ at: now.toISOString(), ...entry }))
  await sql.run('INSERT INTO audit (number, body, hash) VALUES (?, ?, ?)', [number, body, hash])
}

/** The latest entries, newest first. */
export async function readAudit(sql: Sql, limit: number): Promise<AuditLine[]> {
  const rows = await sql.all<LedgerRow>(
    'SELECT number, body, hash FROM audit ORDER BY number DESC LIMIT ?',
    [limit],
  )
  return rows.map(({ number, body }) => ({ number, ...JSON.parse(body) }) as AuditLine)
}

/** Whether the log is as it was written. */
export interface AuditCheck {
  entries: number
  /** Hash of the last entry: noted elsewhere, it shows a log whose end was cut off. */
  head: string
  /** The first entry that is missing or was changed. */
  broken?: { number: number; how: string }
}

/** Holds the whole log against its hashes, and against a hash that was noted before (`known`). */
export async function verifyAudit(sql: Sql, known?: string): Promise<AuditCheck> {
  let last: Pick<LedgerRow, 'number' | 'hash'> = beginning
  let isKnown = known === undefined || known === beginning.hash
  for (;;) {
    const rows = await sql.all<LedgerRow>(
      'SELECT number, body, hash FROM audit WHERE number > ? ORDER BY number LIMIT 1000',
      [last.number],
    )
    for (const row of rows) {
      const wanted = follow(last, row.body)
      const at = { entries: last.number, head: last.hash }
      if (row.number !== wanted.number) {
        return { ...at, broken: { number: wanted.number, how: 'is missing' } }
      }
      if (row.hash !== wanted.hash) {
        return { ...at, broken: { number: row.number, how: 'is not what was written' } }
      }
      isKnown ||= row.hash === known
      last = row
    }
    if (rows.length === 0) break
  }
  const { number: entries, hash: head } = last
  if (isKnown) return { entries, head }
  const how = 'and those before it are not the log that ended with the hash given'
  return { entries, head, broken: { number: entries, how } }
}
