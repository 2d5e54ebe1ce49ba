import type { Reply } from '../../engine/call.ts'
import type { Exchange } from '../../engine/exchange.ts'

/** The page size that a call asks for, cut to what the service gives. */
export function readLimit(exchange: Exchange, standard: number, max: number): number {
  const asked = Number(exchange.query['limit'] ?? standard)
  if (!Number.isFinite(asked) || asked < 1) return standard
  return Math.min(Math.floor(asked), max)
}

/** One page of a list, with where it is and where the next one begins, one `Link` line each. */
export function pageReply(
  exchange: Exchange,
  items: unknown[],
  limit: number | undefined,
  next: string | undefined,
): Reply {
  const links = [linkTo(exchange, 'self', textOf(exchange.query['after']), limit)]
  if (next !== undefined) links.push(linkTo(exchange, 'next', next, limit))
  return { status: 200, headers: { link: links }, json: items }
}

// FACTS: link. Rebuilt from what was understood, in this order.
const order = ['filter', 'q', 'search', 'since', 'until', 'sortBy', 'sortOrder', 'expand', 'fields']

function linkTo(
  exchange: Exchange,
  relation: string,
  after: string | undefined,
  limit: number | undefined,
): string {
  const params = new URLSearchParams()
  if (after !== undefined) params.set('after', after)
  if (limit !== undefined) params.set('limit', String(limit))
  for (const name of order) {
    const value = textOf(exchange.query[name])
    if (value !== undefined) params.set(name, value)
  }
  const query = params.size === 0 ? '' : `?${params}`
  return `<${exchange.origin}${exchange.pathname}${query}>; rel="${relation}"`
}

/** A query parameter as text, if it is there. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The key that stands right behind every key with this id: where the next page begins, even when the row is gone. */
export function behind(id: string): string {
  return `${id}!`
}
