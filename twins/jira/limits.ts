import { refuse } from '../../engine/call.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { takeFrom, type Limit } from '../../engine/limits.ts'

/** The bursts that one site may have (FACTS: burst). */
export interface BurstLimit extends Limit {
  /** Calls a second, as the headers tell it. */
  quota: number
}

const byMethod: Readonly<Record<string, number>> = { GET: 100, POST: 100, PUT: 50, DELETE: 50 }

const byOperation: Readonly<Record<string, number>> = {
  getIssue: 150,
  getUser: 150,
  getChangeLogs: 200,
  getProjectRole: 200,
  getAttachmentContent: 300,
  getAttachmentThumbnail: 200,
  updateComponent: 500,
  countIssues: 150,
  evaluateJiraExpression: 150,
  createCustomer: 5,
}

/** Measured sizes of buckets by calls a second; others are taken to be as much larger. */
const sizes: Readonly<Record<number, number>> = { 50: 200, 100: 350, 150: 400, 200: 500 }
const sizeOfSearch = 200

/** The limit that a call counts against; API v2 and v3 share one. Nobody in particular has none. */
export function limitOf(exchange: Exchange): BurstLimit | undefined {
  const { op, caller } = exchange
  if (op === undefined || caller === undefined) return undefined
  const quota = byOperation[op.id] ?? byMethod[op.method] ?? 100
  const capacity =
    op.id === 'searchAndReconsileIssuesUsingJqlPost'
      ? sizeOfSearch
      : (sizes[quota] ?? Math.round(quota * 2.5))
  return { bucket: `jira:burst:${op.id}`, capacity, windowMs: (capacity / quota) * 1000, quota }
}

/** One issue takes 20 writes in 2 seconds and 100 in 30 (FACTS: per-issue). */
export function limitIssueWrites(exchange: Exchange): undefined {
  const { world, op, caller, path } = exchange
  const issue = path['issueIdOrKey']
  if (!world.limited || caller?.allSeeing || issue === undefined || op?.method === 'GET') return
  for (const [capacity, windowMs] of [
    [20, 2000],
    [100, 30_000],
  ] as const) {
    const bucket = `jira:issue:${issue.toUpperCase()}:${windowMs}`
    const state = takeFrom(exchange.rows, { bucket, capacity, windowMs }, exchange.at)
    if (!state.allowed)
      refuse('limited', { retryAfterMs: state.retryAfterMs, reason: 'jira-per-issue-on-write' })
  }
}
