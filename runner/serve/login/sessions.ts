import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { Sql } from '../database/database.ts'

/** A release manager who is logged in. */
export interface Manager {
  /** Who it is to the identity provider. */
  subject: string
  /** To be shown. */
  name: string
  /** What a form must send along: no other site knows it. */
  csrf: string
}

/** So long a login lasts. */
export const SESSION_MS = 8 * 3_600_000

/** Opens a session; returns what stands in its cookie, which is kept as a hash only. */
export async function openSession(
  sql: Sql,
  { subject, name }: Pick<Manager, 'subject' | 'name'>,
  now: number,
): Promise<string> {
  const secret = randomBytes(32).toString('base64url')
  await sql.run('DELETE FROM sessions WHERE expires <= ?', [now])
  await sql.run('INSERT INTO sessions (id, subject, name, csrf, expires) VALUES (?, ?, ?, ?, ?)', [
    hashOf(secret),
    subject,
    name,
    randomBytes(32).toString('base64url'),
    now + SESSION_MS,
  ])
  return secret
}

/** Whose session a cookie opens. */
export async function findSession(
  sql: Sql,
  secret: string | undefined,
  now: number,
): Promise<Manager | undefined> {
  if (secret === undefined) return undefined
  const [row] = await sql.all<Manager>(
    'SELECT subject, name, csrf FROM sessions WHERE id = ? AND expires > ?',
    [hashOf(secret), now],
  )
  return row
}

/** Ends a session. */
export async function closeSession(sql: Sql, secret: string): Promise<void> {
  await sql.run('DELETE FROM sessions WHERE id = ?', [hashOf(secret)])
}

/** Whether a text is the one that is expected, without telling by time how much of it is. */
export function isSame(given: unknown, expected: string): boolean {
  if (typeof given !== 'string') return false
  return timingSafeEqual(Buffer.from(hashOf(given)), Buffer.from(hashOf(expected)))
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
