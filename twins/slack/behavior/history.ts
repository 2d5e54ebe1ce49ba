import { json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { needChannel, needReader } from '../access.ts'
import { flag, text } from '../arguments.ts'
import { fail } from '../errors.ts'
import { cursorOf, limitOf, toCursor } from '../pages.ts'
import { messages } from '../state.ts'
import { after, isTs, readTs, toTs } from '../timestamps.ts'
import { messageView } from '../views.ts'
import type { Message } from '../wire.ts'

export const history: Record<string, Behavior> = {
  'conversations.history': (exchange) => {
    const { args, rows } = exchange
    const channel = needChannel(exchange)
    needReader(exchange, channel)
    const limit = historyLimit(exchange, 100)
    const { oldest, latest } = readWindow(exchange)
    const start = cursorOf(args, 'next_ts')
    const to = start === undefined ? latest : after(cursorTs(start))
    const found = rows.page(messages, {
      index: 'timeline',
      equals: [channel.id],
      ...(oldest !== undefined && { from: [channel.id, oldest] }),
      ...(to !== undefined && { to: [channel.id, to] }),
      reverse: true,
      limit: limit + 1,
    })
    const next = found[limit]?.ts
    const page = next === undefined ? found : found.slice(0, limit)
    const given = text(args, 'latest')
    return json(200, {
      ok: true,
      ...(given !== undefined && given !== '' && { latest: given }),
      messages: toViews(exchange, page),
      has_more: next !== undefined,
      pin_count: 0,
      channel_actions_ts: null,
      channel_actions_count: 0,
      ...nextTsPage(next),
    })
  },

  'conversations.replies': (exchange) => {
    const { args, rows } = exchange
    const channel = needChannel(exchange)
    needReader(exchange, channel)
    const limit = historyLimit(exchange, 1000)
    const { oldest, latest } = readWindow(exchange)
    const ts = text(args, 'ts') ?? ''
    const row = rows.get(messages, `${channel.id}/${ts}`)
    if (row === undefined || row.$lost === true || isMoving(row)) return fail('thread_not_found')
    const isReply = row.thread_ts !== undefined && row.thread_ts !== row.ts
    if (isReply || row.thread_ts === undefined) {
      // The ts of a reply leads to that message alone (FACTS: replies-of-a-reply).
      return json(200, { ok: true, messages: toViews(exchange, [row]), has_more: false })
    }
    const start = cursorOf(args, 'next_ts')
    const root = start === undefined ? [row] : []
    const from = start === undefined ? (oldest ?? after(row.ts)) : cursorTs(start)
    const found = rows.page(messages, {
      index: 'thread',
      equals: [channel.id, row.ts],
      from: [channel.id, row.ts, from > row.ts ? from : after(row.ts)],
      ...(latest !== undefined && { to: [channel.id, row.ts, latest] }),
      limit: limit + 1 - root.length,
    })
    const all = [...root, ...found]
    const next = all[limit]?.ts
    return json(200, {
      ok: true,
      messages: toViews(exchange, all.slice(0, limit)),
      has_more: next !== undefined,
      ...nextTsPage(next),
    })
  },
}

/** Apps sold outside the Marketplace get 15 messages at a time (FACTS: non-marketplace). */
function historyLimit({ world, args }: Exchange, fallback: number): number {
  const isTight = world.setting('slack', 'isNonMarketplaceApp') === true
  return isTight ? limitOf(args, 15, 15) : limitOf(args, fallback, fallback === 100 ? 999 : 1000)
}

/** The window as keys: from `oldest` (included) to `latest` (excluded). Bounds exclude unless `inclusive`. */
function readWindow({ args }: Exchange): { oldest?: string; latest?: string } {
  const isInclusive = flag(args, 'inclusive')
  const window: { oldest?: string; latest?: string } = {}
  const oldest = text(args, 'oldest')
  if (oldest !== undefined && oldest !== '') {
    const ts = readTs(oldest) ?? fail('invalid_ts_oldest')
    window.oldest = isInclusive ? ts : after(ts)
  }
  const latest = text(args, 'latest')
  if (latest !== undefined && latest !== '' && latest !== 'now') {
    const ts = readTs(latest) ?? fail('invalid_ts_latest')
    window.latest = isInclusive ? after(ts) : ts
  }
  return window
}

function isMoving({ subtype = '' }: Message): boolean {
  return /^(channel|group)_(join|leave)$/.test(subtype)
}

/** Cursors of histories hold microseconds without the point. */
function cursorTs(digits: string): string {
  const ts = /^\d{16}$/.test(digits) ? toTs(Number(digits)) : ''
  return isTs(ts) ? ts : fail('invalid_cursor')
}

/** Histories tell of a next page only when there is one (FACTS: history-end). */
function nextTsPage(next: string | undefined): object {
  if (next === undefined) return {}
  return { response_metadata: { next_cursor: toCursor('next_ts', next.replace('.', '')) } }
}

function toViews({ args }: Exchange, page: readonly Message[]): object[] {
  const isAll = flag(args, 'include_all_metadata')
  return page.map((row) => messageView(row, isAll))
}
