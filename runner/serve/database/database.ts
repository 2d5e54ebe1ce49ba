import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'

/** What goes into and comes out of a column. */
export type Value = string | number | null

/** Statements with `?` for every value: nothing that a user wrote ever becomes part of a statement. */
export interface Sql {
  all: <Row>(text: string, values?: readonly Value[]) => Promise<Row[]>
  /** Returns how many rows it changed. */
  run: (text: string, values?: readonly Value[]) => Promise<number>
}

/** Where the service keeps what it must not lose. */
export interface Database extends Sql {
  /** What messages call it: a file, or an address without its password. */
  readonly place: string
  /** All or nothing, and one at a time. When `body` rejects, nothing of it was written. */
  transaction: <T>(body: (sql: Sql) => Promise<T>) => Promise<T>
  /**
   * Makes this process the only server of the database for as long as it lives, however it ends.
   * Throws a UsageError when there is one already.
   */
  claim: () => Promise<void>
  close: () => Promise<void>
}

/** Opens PostgreSQL by its address, or the SQLite file, and makes the tables where there are none. */
export function openDatabase({
  url,
  file,
}: {
  /** `postgres://…` */
  url?: string | undefined
  file: string
}): Promise<Database> {
  return url === undefined ? openSqlite(file) : openPostgres(url)
}
