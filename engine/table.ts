/**
 * What a twin remembers: a table of rows in the wire's own shape. The declaration is a constant of
 * the twin; the rows themselves live in a world (`Rows`). Private fields of a row begin with `$`
 * and never go out. A row is never changed in place: `rows.update` puts a new one.
 */
export interface Table<Row = unknown, Index extends string = string> {
  /** `service.things`, unique in a world. */
  readonly name: string
  readonly id: (row: Row) => string
  /**
   * Extra orders to look rows up by. A key function answers with one key, several (the row then
   * stands under each), or undefined (the row is not in the index). Build composite keys with `key`.
   */
  readonly indexes: Readonly<Record<Index, (row: Row) => string | readonly string[] | undefined>>
  /** Book-keeping that nobody outside can see: never counted as a change of the world. */
  readonly internal?: true
  /**
   * What the service itself writes along with other changes: `true` for a log table, or the names of
   * such fields (times, versions). Listed among the changes, but nobody has to account for them.
   */
  readonly byproduct?: true | readonly string[]
}

/**
 * Declares a table.
 *
 * @example
 * const users = defineTable({
 *   name: 'okta.users',
 *   id: (row: User) => row.id,
 *   indexes: { login: (row) => row.profile.login.toLowerCase() },
 * })
 */
export function defineTable<Row, Index extends string = never>(table: {
  name: string
  id: (row: Row) => string
  indexes?: Record<Index, (row: Row) => string | readonly string[] | undefined>
  internal?: true
  byproduct?: true | readonly string[]
}): Table<Row, Index> {
  return { indexes: {} as Table<Row, Index>['indexes'], ...table }
}

const PART = '\u0001'

/** A composite key, sorted by its first part, then its second …; look up by all parts or by the first few. */
export function key(...parts: readonly (string | number | boolean)[]): string {
  let out = part(parts[0]!)
  for (let i = 1; i < parts.length; i++) out += PART + part(parts[i]!)
  return out
}

/** A whole number from 0 as a string that sorts like the number. */
export function sortable(n: number): string {
  return String(n).padStart(16, '0')
}

function part(value: string | number | boolean): string {
  if (typeof value === 'number') return sortable(value)
  return escapeKey(String(value))
}

// The tree separates parts with U+0001 and the key from the row's place with U+0000.
const SPECIAL = /[\u0000-\u0002]/
const EVERY_SPECIAL = /[\u0000-\u0002]/g

/** Escapes the characters that separate keys, so that a hostile name can't pose as another key. */
export function escapeKey(value: string): string {
  if (!SPECIAL.test(value)) return value
  return value.replace(EVERY_SPECIAL, (one) => '\u0002' + 'abc'[one.charCodeAt(0)])
}
