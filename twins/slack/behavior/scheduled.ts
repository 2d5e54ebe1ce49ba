import { json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import type { World } from '../../../engine/world.ts'
import { findVisible } from '../access.ts'
import { flag, text, whole } from '../arguments.ts'
import { compose } from '../compose.ts'
import { fail } from '../errors.ts'
import { postMessage } from '../messages.ts'
import { cursorOf, limitOf, nextPage } from '../pages.ts'
import { channels, scheduled } from '../state.ts'
import { needTarget } from '../targets.ts'
import { membershipOf } from '../views.ts'
import type { Scheduled } from '../wire.ts'

const daysMax = 120
const windowSeconds = 300
const perWindowMax = 30
/** So long before its time a message can no longer be taken back. */
const lockSeconds = 60

export const scheduling: Record<string, Behavior> = {
  'chat.scheduleMessage': (exchange) => {
    const { world, rows, args, at } = exchange
    const channel = needTarget(exchange)
    const draft = compose(exchange)
    const now = Math.floor(at / 1000)
    const postAt = whole(args, 'post_at')
    if (postAt === undefined || Number.isNaN(postAt)) return fail('invalid_time')
    if (postAt <= now) return fail('time_in_past')
    if (postAt > now + daysMax * 86_400) return fail('time_too_far')
    const start = postAt - (postAt % windowSeconds)
    const range = { from: [channel.id, start], to: [channel.id, start + windowSeconds] }
    if (rows.count(scheduled, { index: 'channel', ...range }) >= perWindowMax) {
      return fail('restricted_too_many')
    }
    const id = world.newId({ prefix: 'Q', length: 10, alphabet: 'upper' })
    const thread = {
      threadTs: text(args, 'thread_ts') || undefined,
      broadcast: flag(args, 'reply_broadcast'),
    }
    rows.insert(scheduled, {
      id,
      channel_id: channel.id,
      post_at: postAt,
      date_created: now,
      text: draft.text,
      $owner: ownerOf(exchange),
      $message: draft,
      $thread: thread,
      $due: world.schedule('slack', postAt * 1000, 'postScheduled', { id }),
    })
    return json(200, {
      ok: true,
      scheduled_message_id: id,
      channel: channel.id,
      post_at: postAt,
      message: { ...draft, type: 'delayed_message' },
    })
  },

  'chat.scheduledMessages.list': (exchange) => {
    const { rows, args } = exchange
    const wanted = text(args, 'channel')
    if (wanted && findVisible(exchange, wanted) === undefined) return fail('invalid_channel')
    const owner = ownerOf(exchange)
    const limit = limitOf(args, 100, 1000)
    const oldest = Number(text(args, 'oldest') || 0)
    const latest = text(args, 'latest')
    const start = cursorOf(args, 'scheduled')
    const found = rows.page(scheduled, {
      index: 'owner',
      equals: [owner],
      ...(oldest > 0 && { from: [owner, Math.floor(oldest)] }),
      ...(latest && { to: [owner, Math.floor(Number(latest)) + 1] }),
      ...(start !== undefined && { after: start }),
      limit: limit + 1,
    })
    const page = found.slice(0, limit)
    const shown = page.filter((one) => !wanted || one.channel_id === wanted)
    return json(200, {
      ok: true,
      scheduled_messages: shown.map(
        ({ $owner: _o, $message: _m, $thread: _t, $due: _d, ...one }) => one,
      ),
      ...nextPage('scheduled', found.length > limit ? page.at(-1)!.id : undefined),
    })
  },

  'chat.deleteScheduledMessage': (exchange) => {
    const { world, rows, args, at } = exchange
    const channel = findVisible(exchange, text(args, 'channel') ?? '')
    if (channel === undefined) return fail('channel_not_found')
    const row = rows.get(scheduled, text(args, 'scheduled_message_id') ?? '')
    const isOwn = row?.$owner === ownerOf(exchange) && row.channel_id === channel.id
    const isLocked = row !== undefined && row.post_at * 1000 - at < lockSeconds * 1000
    if (row === undefined || !isOwn || isLocked) return fail('invalid_scheduled_message_id')
    world.cancel(row.$due)
    rows.remove(scheduled, row.id)
    return json(200, { ok: true })
  },
}

/** Posts a message whose time has come; one whose channel was closed or whose author was removed is dropped. */
export function postScheduled(world: World, { id }: { id: string }): void {
  const row = world.rows.remove(scheduled, id)
  const channel = row && world.rows.get(channels, row.channel_id)
  if (row === undefined || channel === undefined || channel.is_archived) return
  const isOpen = channel.is_private !== true && !channel.is_im
  if (!isOpen && !isStillSeated(world, row)) return
  postMessage(world, channel, row.$message, row.$thread)
}

function isStillSeated(world: World, row: Scheduled): boolean {
  return membershipOf(world.rows, row.channel_id, row.$owner) !== undefined
}

function ownerOf({ who }: Exchange): string {
  return who.account
}
