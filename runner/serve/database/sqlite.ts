import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { UsageError } from '../../../engine/usage-error.ts'
import { loadSqlite } from '../../history/database.ts'
import type { Database, Sql, Value } from './database.ts'
import { appendOnly, LAYOUT, tables } from './layout.ts'

/** So long a writer waits for another process that writes into the same file. */
const BUSY_MS = 10_000

/** Opens an SQLite file. Throws a UsageError when it can't be used. */
export async function openSqlite(file: string): Promise<Database> {
  const place = resolve(file)
  const database = open(place)
  const sql: Sql = {
    all: async (text, values = []) => database.prepare(text).all(...values) as never,
    run: async (text, values = []) => Number(database.prepare(text).run(...values).changes),
  }
  const inTurn = createTurns()
  let guard: DatabaseSync | undefined
  return {
    place: file,
    all: <Row>(text: string, values?: readonly Value[]) => inTurn(() => sql.all<Row>(text, values)),
    run: (text, values) => inTurn(() => sql.run(text, values)),
    transaction: (body) =>
      inTurn(async () => {
        database.exec('BEGIN IMMEDIATE')
        try {
          const made = await body(sql)
          database.exec('COMMIT')
          return made
        } catch (error) {
          database.exec('ROLLBACK')
          throw error
        }
      }),
    claim: async () => {
      guard ??= claim(`${place}.lock`, file)
    },
    close: () =>
      inTurn(async () => {
        guard?.close()
        database.close()
      }),
  }
}

/** There is one connection: what others ask meanwhile must not end up in somebody's transaction. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
}

function open(place: string): DatabaseSync {
  try {
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 })
    const database = new (loadSqlite().DatabaseSync)(place, { timeout: BUSY_MS })
    // A ticket that was handed out must not be forgotten in a power cut.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON')
    bringUp(database, place)
    return database
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`The service's state can't be used: ${(error as Error).message}.`, {
      file: place,
      fix: 'Name another folder as data in the configuration.',
    })
  }
}

function bringUp(database: DatabaseSync, file: string): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    const { user_version: found } = database.prepare('PRAGMA user_version').get() as {
      user_version: number
    }
    if (found > LAYOUT) {
      throw new UsageError("The service's state was written by a later Backlot.", {
        file,
        fix: 'Use that one.',
      })
    }
    if (found === 0) {
      database.exec(tables)
      for (const name of appendOnly) database.exec(triggers(name))
      database.exec(`PRAGMA user_version = ${LAYOUT}`)
    }
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

function triggers(name: string): string {
  return ['UPDATE', 'DELETE']
    .map(
      (what) => `CREATE TRIGGER ${name}No${what} BEFORE ${what} ON ${name}
        BEGIN SELECT RAISE(ABORT, '${name} is only added to'); END;`,
    )
    .join('\n')
}

/** A lock that the system itself takes back when this process ends, however it does. */
function claim(place: string, file: string): DatabaseSync {
  const guard = new (loadSqlite().DatabaseSync)(place)
  try {
    guard.exec('BEGIN EXCLUSIVE')
    return guard
  } catch {
    guard.close()
    throw new UsageError('Another server has this state open.', {
      file,
      fix: 'End that one first, or name another folder as data.',
    })
  }
}
