import { mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { UsageError } from '../../../engine/usage-error.ts'
import { loadSqlite } from '../../history/database.ts'
import type { LedgerRow, LedgerStore } from './ledger-store.ts'

/** So long a writer waits for another process that writes into the same file. */
const BUSY_MS = 10_000

/** The database itself takes no change of what is written; who opens the file by other means shows in the hashes. */
const layout = `
  CREATE TABLE IF NOT EXISTS ledger (
    number INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE TRIGGER IF NOT EXISTS ledgerIsNotChanged BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
  CREATE TRIGGER IF NOT EXISTS ledgerIsNotCut BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is only added to'); END;
`

/** A ledger in an SQLite file, which is made where there is none. Throws a UsageError when it can't be used. */
export function openSqliteLedger(place: string): LedgerStore {
  const database = openFile(place)
  const find = database.prepare(
    'SELECT number, body, hash FROM ledger WHERE number > ? ORDER BY number',
  )
  // ABORT is the rule for keys that are there already; IGNORE makes it an answer.
  const add = database.prepare('INSERT OR IGNORE INTO ledger (number, body, hash) VALUES (?, ?, ?)')
  return {
    place,
    read: async (after) => find.all(after) as unknown as LedgerRow[],
    append: async ({ number, body, hash }) => add.run(number, body, hash).changes === 1,
    close: async () => database.close(),
  }
}

function openFile(place: string): DatabaseSync {
  try {
    mkdirSync(dirname(resolve(place)), { recursive: true })
    const database = new (loadSqlite().DatabaseSync)(place, { timeout: BUSY_MS })
    // A question that was answered must not be forgotten in a power cut.
    // No write-ahead log: whoever turns it on while another reads is told that the file is locked.
    database.exec('PRAGMA synchronous = FULL')
    database.exec(layout)
    return database
  } catch (error) {
    throw new UsageError(`The ledger can't be used: ${(error as Error).message}.`, {
      file: place,
      fix: 'Name another file with --ledger.',
    })
  }
}
