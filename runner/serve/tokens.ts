import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { UsageError } from '../../engine/usage-error.ts'
import { note } from './audit.ts'
import type { Database, Sql } from './database/database.ts'

/** A token as it is kept: without its secret. */
export interface TokenRow {
  id: string
  author: string
  created: number
  expires: number | null
  revoked: number | null
}

const columns = 'id, author, created, expires, revoked'

/** Who may be an author: a name that goes anywhere unescaped all the same. */
const named = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/**
 * Issues a token for an author. The secret has 256 bits, so that one round of SHA-256 keeps it: there is
 * nothing to guess. Returns the token, which is kept nowhere. Throws a UsageError when the name is none.
 */
export async function addToken(
  database: Database,
  author: string,
  { now = new Date(), lifeDays }: { now?: Date; lifeDays?: number | undefined } = {},
): Promise<{ id: string; token: string }> {
  if (!named.test(author)) {
    throw new UsageError(`"${author}" can't be an author's name.`, {
      fix: 'Up to 64 letters, digits, dots, hyphens and underscores.',
    })
  }
  const id = randomBytes(6).toString('hex')
  const secret = randomBytes(32).toString('base64url')
  const created = now.getTime()
  const expires = lifeDays === undefined ? null : created + lifeDays * 86_400_000
  await database.transaction(async (sql) => {
    await sql.run(
      'INSERT INTO tokens (id, author, hash, created, expires) VALUES (?, ?, ?, ?, ?)',
      [id, author, hashOf(secret), created, expires],
    )
    await sql.run('INSERT INTO authors (name, served) VALUES (?, 0) ON CONFLICT DO NOTHING', [
      author,
    ])
    await note(sql, { who: 'operator', what: 'token-added', on: id, detail: { author } }, now)
  })
  return { id, token: `backlot_${id}_${secret}` }
}

/** The author of a token; undefined when it opens nothing (any more). It takes as long either way. */
export async function authorOf(
  sql: Sql,
  token: string,
  now: number,
): Promise<{ author: string; id: string } | undefined> {
  const [, id = '', secret = ''] = /^backlot_([0-9a-f]{12})_([\w-]{43})$/.exec(token) ?? []
  const [row] = await sql.all<TokenRow & { hash: string }>(
    `SELECT ${columns}, hash FROM tokens WHERE id = ?`,
    [id],
  )
  const isRight = timingSafeEqual(
    Buffer.from(row?.hash ?? '0'.repeat(64), 'hex'),
    Buffer.from(hashOf(secret), 'hex'),
  )
  const isOpen = row?.revoked === null && (row.expires === null || row.expires > now)
  return isRight && isOpen ? { author: row.author, id } : undefined
}

/** Takes back a token by its id, or all of an author. Returns how many there were; throws a UsageError when none. */
export async function revokeTokens(
  database: Database,
  name: string,
  now = new Date(),
): Promise<number> {
  return database.transaction(async (sql) => {
    const rows = await sql.all<TokenRow>(
      `SELECT ${columns} FROM tokens WHERE (id = ? OR author = ?) AND revoked IS NULL`,
      [name, name],
    )
    if (rows.length === 0) {
      throw new UsageError(`There is no open token of "${name}".`, {
        fix: 'See backlot serve token list.',
      })
    }
    for (const { id, author } of rows) {
      await sql.run('UPDATE tokens SET revoked = ? WHERE id = ?', [now.getTime(), id])
      await note(sql, { who: 'operator', what: 'token-revoked', on: id, detail: { author } }, now)
    }
    return rows.length
  })
}

/** All tokens, the oldest first. */
export function listTokens(sql: Sql): Promise<TokenRow[]> {
  return sql.all<TokenRow>(`SELECT ${columns} FROM tokens ORDER BY created, id`)
}

function hashOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
