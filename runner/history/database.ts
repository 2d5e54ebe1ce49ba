import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { UsageError } from '../../engine/usage-error.ts'
import { withoutWarning } from '../without-warning.ts'

/** So long a writer waits for another run that writes into the same file. */
const BUSY_MS = 10_000

/** The log goes into the file every 10,000 pages: that is when the disk is waited for. */
const settings = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA wal_autocheckpoint = 10000;
  PRAGMA foreign_keys = ON;
`

/** The layout below; a file of a later one was made by a later Backlot. */
const LAYOUT = 1

const layout = `
  CREATE TABLE runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    startedAt TEXT NOT NULL,
    finishedAt TEXT,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT,
    backlot TEXT NOT NULL,
    node TEXT NOT NULL,
    host TEXT NOT NULL,
    pid INTEGER,
    planned INTEGER NOT NULL,
    request TEXT NOT NULL,
    sources TEXT NOT NULL,
    result TEXT
  ) STRICT;
  CREATE INDEX runsBySubject ON runs (subject, id);
  CREATE TABLE trials (
    run INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    scenario TEXT NOT NULL,
    seed TEXT NOT NULL,
    plan TEXT NOT NULL,
    verdict TEXT NOT NULL,
    wallMs REAL NOT NULL,
    result BLOB NOT NULL,
    UNIQUE (run, id)
  ) STRICT;
  PRAGMA user_version = ${LAYOUT};
`

/**
 * Opens a history file, and makes it where there is none. Each write is a transaction of its own in a
 * write-ahead log: what was written outlives this process, however it ends (a power cut may take the last
 * seconds, and leaves the rest whole). Throws a UsageError when the file can't be used.
 */
export function openDatabase(path: string): DatabaseSync {
  const file = resolve(path)
  try {
    makeFolder(dirname(file))
    const database = new (loadSqlite().DatabaseSync)(file, { timeout: BUSY_MS })
    database.exec(settings)
    bringUp(database, path)
    return database
  } catch (error) {
    if (error instanceof UsageError) throw error
    throw new UsageError(`The history can't be used: ${(error as Error).message}.`, {
      file: path,
      fix: 'Name another file with --history, or go without: --no-history.',
    })
  }
}

function bringUp(database: DatabaseSync, path: string): void {
  // Two runs that begin at once must not both make the tables.
  database.exec('BEGIN IMMEDIATE')
  try {
    const { user_version: found } = database.prepare('PRAGMA user_version').get() as {
      user_version: number
    }
    if (found > LAYOUT) {
      throw new UsageError('The history was written by a later Backlot.', {
        file: path,
        fix: 'Use that one, or name another file with --history.',
      })
    }
    const { tables } = database
      .prepare("SELECT count(*) AS tables FROM sqlite_master WHERE type = 'table'")
      .get() as { tables: number }
    if (found === 0 && tables > 0) {
      throw new UsageError('This is a database of something else.', { file: path })
    }
    if (found === 0) database.exec(layout)
    database.exec('COMMIT')
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

/** SQLite as Node brings it, without the warning that it is an experiment. */
export function loadSqlite(): typeof import('node:sqlite') {
  return withoutWarning(/SQLite/, () => process.getBuiltinModule('node:sqlite'))
}

/** One folder after the other: `mkdir` with `recursive` never comes back below /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return
  makeFolder(dirname(path))
  mkdirSync(path)
}
