import type { Pool, PoolClient } from 'pg'
import { UsageError } from '../../../engine/usage-error.ts'
import type { Database, Sql } from './database.ts'
import { appendOnly, LAYOUT, tables } from './layout.ts'

/** Names of the locks, which all who use one database share; the numbers mean nothing. */
const WRITING = 7_620_501
const SERVING = 7_620_502

/** Opens a PostgreSQL database by its address. Throws a UsageError when it can't be reached or used. */
export async function openPostgres(url: string): Promise<Database> {
  const place = withoutPassword(url)
  const pool = await connect(url, place)
  let guard: PoolClient | undefined
  const database: Database = {
    ...sqlOn(pool),
    place,
    transaction: (body) => inTransaction(pool, body),
    claim: async () => {
      guard ??= await claim(pool, place)
    },
    close: async () => {
      // With the connection goes its lock.
      guard?.release(true)
      await pool.end()
    },
  }
  try {
    await database.transaction((sql) => bringUp(sql, place))
  } catch (error) {
    await pool.end()
    if (error instanceof UsageError) throw error
    throw unusable(error, place)
  }
  return database
}

async function connect(url: string, place: string): Promise<Pool> {
  const { default: pg } = await import('pg').catch(() => {
    throw new UsageError('PostgreSQL needs the package pg.', { fix: 'npm install pg' })
  })
  const pool = new pg.Pool({
    connectionString: url,
    max: 8,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 60_000,
  })
  // A connection that breaks while nobody uses it is made anew; who uses it is told by the query.
  pool.on('error', () => {})
  try {
    ;(await pool.connect()).release()
    return pool
  } catch (error) {
    await pool.end()
    throw unusable(error, place)
  }
}

function sqlOn(client: Pool | PoolClient): Sql {
  return {
    all: async (text, values = []) => {
      const { rows } = await client.query(numbered(text), [...values])
      return rows.map(plain) as never
    },
    run: async (text, values = []) =>
      (await client.query(numbered(text), [...values])).rowCount ?? 0,
  }
}

/** `$1` for the first `?` and so on; no statement of ours has one in a text. */
function numbered(text: string): string {
  let count = 0
  return text.replaceAll('?', () => `$${++count}`)
}

/** BIGINT comes as text: ours are numbers of ms and of rows. */
function plain(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'string' && bigints.has(name) ? Number(value) : value,
    ]),
  )
}

const bigints = new Set(
  [...tables.matchAll(/^\s+(?:CREATE TABLE \w+ \()?(\w+) BIGINT/gm)]
    .map(([, name]) => name!)
    .concat('number', 'count'),
)

async function inTransaction<T>(pool: Pool, body: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('BEGIN')
    // One at a time, as in SQLite: the chains of hashes have one end, and the queue one next.
    await client.query('SELECT pg_advisory_xact_lock($1)', [WRITING])
    const made = await body(sqlOn(client))
    await client.query('COMMIT')
    return made
  } catch (error) {
    await client.query('ROLLBACK').catch((error: Error) => (broken = error))
    throw error
  } finally {
    client.release(broken)
  }
}

async function bringUp(sql: Sql, place: string): Promise<void> {
  await sql.run('CREATE TABLE IF NOT EXISTS backlotLayout (version INTEGER NOT NULL)')
  const [row] = await sql.all<{ version: number }>('SELECT version FROM backlotLayout')
  if (row !== undefined && row.version > LAYOUT) {
    const what = "The service's state was written by a later Backlot."
    throw new UsageError(what, { file: place, fix: 'Use that one.' })
  }
  if (row !== undefined) return
  for (const one of tables.split(';')) if (one.trim() !== '') await sql.run(one)
  await sql.run(`CREATE FUNCTION backlotOnlyAdds() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '% is only added to', TG_TABLE_NAME; END $$`)
  for (const name of appendOnly) {
    await sql.run(`CREATE TRIGGER ${name}OnlyAdds BEFORE UPDATE OR DELETE OR TRUNCATE ON ${name}
      FOR EACH STATEMENT EXECUTE FUNCTION backlotOnlyAdds()`)
  }
  await sql.run('INSERT INTO backlotLayout (version) VALUES (?)', [LAYOUT])
}

async function claim(pool: Pool, place: string): Promise<PoolClient> {
  const client = await pool.connect()
  const { rows } = await client.query('SELECT pg_try_advisory_lock($1) AS got', [SERVING])
  if (rows[0]?.got === true) return client
  client.release()
  throw new UsageError('Another server has this state open.', {
    file: place,
    fix: 'End that one first, or name another database.',
  })
}

function unusable(error: unknown, place: string): UsageError {
  return new UsageError(`The database can't be used: ${(error as Error).message}.`, {
    field: 'DATABASE_URL',
    fix: `It leads to ${place}.`,
  })
}

function withoutPassword(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url)
    if (/^postgres(?:ql)?:$/.test(protocol)) return `${protocol}//${host}${pathname}`
  } catch {
    // The message below is for both.
  }
  throw new UsageError('This is no address of a PostgreSQL database.', {
    field: 'DATABASE_URL',
    fix: 'Write postgres://user:password@host:5432/name.',
  })
}
