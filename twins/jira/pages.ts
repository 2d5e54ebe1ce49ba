import type { Exchange } from '../../engine/exchange.ts'
import type { Lens } from './lens.ts'

/** Where a list begins and how long it may be, as the service applies it. */
export interface Slice {
  startAt: number
  maxResults: number
}

/** Reads `startAt` and `maxResults`; over the cap is clamped, below 0 or 1 corrected (FACTS: clamping). */
export function sliceOf(exchange: Exchange, fallback: number, max: number): Slice {
  const { startAt, maxResults } = exchange.query as { startAt?: number; maxResults?: number }
  return {
    startAt: Math.max(0, startAt ?? 0),
    maxResults: Math.min(max, Math.max(1, maxResults ?? fallback)),
  }
}

/** A page of the commonest form. */
export function pageBean(
  exchange: Exchange,
  lens: Lens,
  slice: Slice,
  total: number,
  values: unknown[],
): Record<string, unknown> {
  const { startAt, maxResults } = slice
  const isLast = startAt + values.length >= total
  const base = `${lens.site}${exchange.pathname.replace(/^\/ex\/jira\/[^/]+/, '')}`
  const url = (from: number) => {
    const query = new URLSearchParams(exchange.search)
    query.set('maxResults', String(maxResults))
    query.set('startAt', String(from))
    return `${base}?${query.toString()}`
  }
  return {
    self: url(startAt),
    ...(!isLast && { nextPage: url(startAt + maxResults) }),
    maxResults,
    startAt,
    total,
    isLast,
    values,
  }
}
