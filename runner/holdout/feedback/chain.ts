import { createHash } from 'node:crypto'
import { UsageError } from '../../../engine/usage-error.ts'
import type { LedgerRow } from './ledger-store.ts'

/** What the first row is tied to. */
export const beginning: Pick<LedgerRow, 'number' | 'hash'> = { number: 0, hash: '0'.repeat(64) }

/** The row that follows. */
export function follow(last: Pick<LedgerRow, 'number' | 'hash'>, body: string): LedgerRow {
  return { number: last.number + 1, body, hash: hashOf(last.hash, body) }
}

/**
 * Holds rows against each other. Throws a UsageError that names the first one that is missing, out of
 * place, or not what was written.
 */
export function checkChain(
  place: string,
  last: Pick<LedgerRow, 'number' | 'hash'>,
  rows: readonly LedgerRow[],
): void {
  let before = last
  for (const row of rows) {
    if (row.number !== before.number + 1)
      throw tampered(place, `row ${before.number + 1} is missing`)
    if (row.hash !== hashOf(before.hash, row.body)) {
      throw tampered(place, `row ${row.number} is not what was written`)
    }
    before = row
  }
}

function hashOf(before: string, body: string): string {
  return createHash('sha256').update(before).update('\n').update(body).digest('hex')
}

function tampered(file: string, how: string): UsageError {
  return new UsageError(`The ledger was tampered with: ${how}.`, {
    file,
    fix: 'Take it from its last backup, and ask who could write to it.',
  })
}
