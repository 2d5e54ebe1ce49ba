import type { Rows } from './rows.ts'
import { defineTable } from './table.ts'

/** One limit that a call counts against. */
export interface Limit {
  /** Whose calls are counted together: `slack:chat.postMessage:T1:A1`. */
  bucket: string
  /** How many calls fit. */
  capacity: number
  /** How long an empty bucket takes to fill, or how long a window lasts. */
  windowMs: number
  /** `bucket` refills steadily; `window` begins anew with each stretch of `windowMs` since 1970. */
  kind?: 'bucket' | 'window'
}

/** Where a limit stands after a call; what rate-limit headers are made from. */
export interface LimitState extends Limit {
  allowed: boolean
  remaining: number
  /** When it is full (or begins) again, in virtual ms. */
  resetAt: number
  /** How long a refused caller should wait. */
  retryAfterMs: number
}

interface BucketRow {
  id: string
  used: number
  at: number
}

export const buckets = defineTable({
  name: 'engine.buckets',
  id: (row: BucketRow) => row.id,
  internal: true,
})

/** Takes one call out of a limit. */
export function takeFrom(rows: Rows, limit: Limit, now: number): LimitState {
  const row = rows.get(buckets, limit.bucket)
  return limit.kind === 'window'
    ? takeWindow(rows, limit, now, row)
    : takeBucket(rows, limit, now, row)
}

function takeBucket(rows: Rows, limit: Limit, now: number, row: BucketRow | undefined): LimitState {
  const perMs = limit.capacity / limit.windowMs
  const used = row === undefined ? 0 : Math.max(0, row.used - (now - row.at) * perMs)
  const allowed = used + 1 <= limit.capacity + 1e-9
  const after = allowed ? used + 1 : used
  rows.put(buckets, { id: limit.bucket, used: after, at: now })
  return {
    ...limit,
    allowed,
    remaining: Math.max(0, Math.floor(limit.capacity - after)),
    resetAt: now + Math.ceil(after / perMs),
    retryAfterMs: allowed ? 0 : Math.ceil((used + 1 - limit.capacity) / perMs),
  }
}

function takeWindow(rows: Rows, limit: Limit, now: number, row: BucketRow | undefined): LimitState {
  const start = now - (now % limit.windowMs)
  const used = row !== undefined && row.at === start ? row.used : 0
  const allowed = used < limit.capacity
  rows.put(buckets, { id: limit.bucket, used: used + 1, at: start })
  const resetAt = start + limit.windowMs
  return {
    ...limit,
    allowed,
    remaining: Math.max(0, limit.capacity - used - 1),
    resetAt,
    retryAfterMs: allowed ? 0 : resetAt - now,
  }
}
