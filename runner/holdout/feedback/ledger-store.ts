/** One line of the ledger as it is kept: what it says, and the hash that ties it to all before it. */
export interface LedgerRow {
  /** From 1, without a hole. */
  number: number
  /** JSON. */
  body: string
  /** SHA-256 over the hash of the row before (64 zeros for the first) and the body, hex. */
  hash: string
}

/**
 * Where a ledger is kept. Rows are never changed and never taken away; two processes may write at once,
 * and one of them is told that it came too late.
 */
export interface LedgerStore {
  /** What messages call it: a file, or the address of a database without its password. */
  readonly place: string
  /** Rows with a number above `after`, in order. */
  read: (after: number) => Promise<LedgerRow[]>
  /** Keeps a row, whole and for good; false when there is one with its number already, and then nothing was written. */
  append: (row: LedgerRow) => Promise<boolean>
  close: () => Promise<void>
}
