import { refuse, type Reply } from '../../../engine/call.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import type { Rows } from '../../../engine/rows.ts'
import { pageReply, textOf } from '../pages.ts'
import { holds, readQuery, testsOf, type Query } from '../query.ts'
import { logs, type LogEvent, type LogRow } from '../state.ts'
import { unsupported } from './criteria.ts'

const dayMs = 86_400_000
const limitDefault = 100
const limitMax = 1000

/** What part of the log is asked for: ordinals from `low` to below `high`. */
interface Span {
  low: number
  high: number
  limit: number
  isPolling: boolean
  isReverse: boolean
}

/** FACTS: logs. Polling without `until`, in the order of arrival, with a next link even when there is nothing. */
function listLogEvents(exchange: Exchange): Reply {
  const { rows } = exchange
  const wanted = wantedBy(exchange)
  const span = spanOf(exchange)
  const found: LogRow[] = []
  let last = span.isReverse ? span.high : span.low
  let hasMore = false
  for (const [row, ordinal] of walk(rows, span)) {
    if (wanted(row.event)) {
      if (found.length >= span.limit) {
        hasMore = true
        break
      }
      found.push(row)
    }
    last = span.isReverse ? ordinal - 1 : ordinal
  }
  const at = found.at(-1)?.at ?? exchange.at
  const next = hasMore || span.isPolling ? `${at}_${last}` : undefined
  const asked = exchange.query['limit'] === undefined ? undefined : span.limit
  return pageReply(
    exchange,
    found.map((row) => row.event),
    asked,
    next,
  )
}

function spanOf(exchange: Exchange): Span {
  const { query, rows, at, world } = exchange
  const until = timeOf(query['until'], 'until')
  const since = timeOf(query['since'], 'since') ?? (until ?? at) - 7 * dayMs
  if (since < at - 180 * dayMs) {
    refuse('okta.E0000001', {
      object: 'Invalid parameter: The since parameter is over 180 days prior to the current day.',
    })
  }
  const limit = Number(query['limit'] ?? limitDefault)
  if (!Number.isInteger(limit) || limit < 0 || limit > limitMax) {
    refuse('okta.E0000001', { object: 'limit', causes: ['limit: The field has an invalid value'] })
  }
  const isReverse = textOf(query['sortOrder'])?.toUpperCase() === 'DESCENDING'
  const lagMs = exchange.by === 'scenario' ? 0 : Number(world.setting('okta', 'logLagMs'))
  const visible = at - lagMs + 1
  let low = firstAt(rows, since)
  let high = firstAt(rows, Math.min(until ?? visible, visible))
  const after = /^\d+_(\d+)$/.exec(textOf(query['after']) ?? '')?.[1]
  if (after !== undefined && isReverse) high = Math.min(high, Number(after))
  else if (after !== undefined) low = Math.max(low, Number(after))
  return { low, high, limit, isPolling: until === undefined && !isReverse, isReverse }
}

function timeOf(value: unknown, name: string): number | undefined {
  const text = textOf(value)
  if (text === undefined) return undefined
  const at = Date.parse(text)
  if (!Number.isNaN(at)) return at
  return refuse('okta.E0000001', {
    object: name,
    causes: [`${name}: The field has an invalid value`],
  })
}

/** How many events there are before a time; the log is in the order of time. */
function firstAt(rows: Rows, time: number): number {
  let low = 0
  let high = rows.count(logs)
  while (low < high) {
    const middle = (low + high) >> 1
    const [row] = rows.page(logs, { offset: middle, limit: 1 })
    if (row!.at < time) low = middle + 1
    else high = middle
  }
  return low
}

/** The events of a span, each with how many of the log lie up to and including it. */
function* walk(rows: Rows, span: Span): Generator<[LogRow, number]> {
  const block = 256
  const { low, high, isReverse } = span
  for (let done = 0; done < high - low; done += block) {
    const limit = Math.min(block, high - low - done)
    const from = isReverse ? high - done - limit : low + done
    const page = rows.page(logs, { offset: from, limit })
    if (isReverse) for (let i = page.length - 1; i >= 0; i--) yield [page[i]!, from + i + 1]
    else for (let i = 0; i < page.length; i++) yield [page[i]!, from + i + 1]
  }
}

function wantedBy(exchange: Exchange): (event: LogEvent) => boolean {
  const filter = textOf(exchange.query['filter'])
  const words = wordsOf(textOf(exchange.query['q']))
  const query = filter === undefined ? undefined : readFilter(filter)
  return (event) => {
    if (query !== undefined && !holds(query, (path) => valueAt(event, path), true)) return false
    if (words.length === 0) return true
    const text = JSON.stringify(event).toLowerCase()
    return words.every((word) => text.includes(word))
  }
}

function wordsOf(q: string | undefined): string[] {
  const words = q?.toLowerCase().split(/\s+/).filter(Boolean) ?? []
  if (words.length > 10 || words.some((word) => word.length > 40)) {
    refuse('okta.E0000001', { object: 'q', causes: ['q: The field is too long'] })
  }
  return words
}

const operators = ['eq', 'co', 'sw', 'pr', 'gt', 'ge', 'lt', 'le']
const fields = new Set([
  'actor',
  'authenticationContext',
  'client',
  'debugContext',
  'device',
  'displayMessage',
  'eventType',
  'legacyEventType',
  'outcome',
  'request',
  'securityContext',
  'severity',
  'target',
  'transaction',
  'uuid',
  'version',
])

/** FACTS: log-filter. */
function readFilter(text: string): Query {
  const query = readQuery(text, operators, ({ operator, position }) => {
    const why =
      operator === undefined
        ? `Unexpected end or character at position ${position}.`
        : `Unrecognized attribute operator '${operator}' at position ${position}. Expected: ${operators.join()}`
    return refuse('okta.E0000053', { summary: `Invalid filter '${text}': ${why}` })
  })
  for (const { attribute, operator } of testsOf(query)) {
    if (!fields.has(attribute.split('.')[0]!)) {
      const summary = `Invalid filter '${text}': field is not valid: ${attribute}`
      refuse('okta.E0000053', { summary })
    }
    if (operator === 'co' && attribute.startsWith('debugContext.debugData.')) {
      refuse('okta.E0000031', { causes: [unsupported(operator, attribute)] })
    }
  }
  return query
}

/** The value at a path; lists count by their members. */
function valueAt(value: unknown, path: string): unknown {
  let current = [value]
  for (const name of path.split('.')) {
    current = current.flatMap((one) => {
      const inner = (one as Record<string, unknown> | null | undefined)?.[name]
      return Array.isArray(inner) ? (inner as unknown[]) : inner === undefined ? [] : [inner]
    })
  }
  return current.length > 1 ? current : current[0]
}

export const logBehaviors = { listLogEvents }
