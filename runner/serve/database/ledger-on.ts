import type { LedgerRow, LedgerStore } from '../../holdout/feedback/ledger-store.ts'
import type { Sql } from './database.ts'

/** The ledger of questions in the service's database: inside a transaction it is written with the rest or not at all. */
export function ledgerOn(sql: Sql, place: string): LedgerStore {
  return {
    place,
    read: (after) =>
      sql.all<LedgerRow>('SELECT number, body, hash FROM ledger WHERE number > ? ORDER BY number', [
        after,
      ]),
    append: async ({ number, body, hash }) => {
      const written = await sql.run(
        'INSERT INTO ledger (number, body, hash) VALUES (?, ?, ?) ON CONFLICT (number) DO NOTHING',
        [number, body, hash],
      )
      return written === 1
    },
    close: async () => {},
  }
}
