import { json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { needChannel, needLive } from '../access.ts'
import { flag, text } from '../arguments.ts'
import { compose, textOptions } from '../compose.ts'
import { fail } from '../errors.ts'
import { postMessage, uncountReply } from '../messages.ts'
import { emitMessageEvent } from '../notify.ts'
import { messages, users } from '../state.ts'
import { isOwn, needMessage, permalinkOf } from '../items.ts'
import { needTarget } from '../targets.ts'
import { storeText } from '../text.ts'
import { nextTs } from '../timestamps.ts'
import { membershipOf, messageView, teamOf } from '../views.ts'
import type { Message } from '../wire.ts'
import { edit } from './edit.ts'

export const chat: Record<string, Behavior> = {
  'chat.postMessage': (exchange) => {
    const { world, rows, args } = exchange
    const channel = needTarget(exchange)
    const clientId = text(args, 'client_msg_id')
    const known = clientId && rows.find(messages, 'sent', [channel.id, clientId])
    if (known) return json(200, { ...posted(known), is_duplicate: true })
    const draft = compose(exchange)
    const thread = {
      threadTs: text(args, 'thread_ts') || undefined,
      broadcast: flag(args, 'reply_broadcast'),
    }
    return json(200, posted(postMessage(world, channel, draft, thread)))
  },

  'chat.meMessage': (exchange) => {
    const channel = needTarget(exchange)
    const written = text(exchange.args, 'text') ?? ''
    if (written.trim() === '') return fail('no_text')
    const stored = storeText(written, textOptions(exchange))
    const draft = { subtype: 'me_message', user: exchange.who.account, text: stored }
    const { ts } = postMessage(exchange.world, channel, draft)
    return json(200, { ok: true, channel: channel.id, ts })
  },

  'chat.postEphemeral': (exchange) => {
    const { world, rows, args } = exchange
    const channel = needTarget(exchange)
    const user = text(args, 'user') ?? ''
    if (membershipOf(rows, channel.id, user) === undefined) return fail('user_not_in_channel')
    compose(exchange)
    // Not stored, not in any history, no event (FACTS: ephemeral).
    return json(200, { ok: true, message_ts: nextTs(world, channel.id) })
  },

  'chat.update': edit,

  'chat.delete': (exchange) => {
    const { world, rows } = exchange
    const channel = needChannel(exchange)
    needLive(channel)
    const row = needMessage(exchange, channel.id)
    if (!isOwn(exchange, row) && !mayDeleteAny(exchange)) return fail('cant_delete_message')
    if ((row.reply_count ?? 0) > 0) rows.put(messages, tombstone(row))
    else {
      rows.remove(messages, `${channel.id}/${row.ts}`)
      if (row.thread_ts !== undefined) uncountReply(world, row)
    }
    const fields = { deleted_ts: row.ts, previous_message: messageView(row) }
    if (row.$lost !== true) emitMessageEvent(world, channel, 'message_deleted', fields)
    return json(200, { ok: true, channel: channel.id, ts: row.ts })
  },

  'chat.getPermalink': (exchange) => {
    const { rows } = exchange
    const channel = needChannel(exchange)
    const row = needMessage(exchange, channel.id, 'message_ts')
    return json(200, {
      ok: true,
      channel: channel.id,
      permalink: permalinkOf(row, teamOf(rows).domain),
    })
  },
}

function posted(row: Message) {
  return { ok: true, channel: row.channel, ts: row.ts, message: messageView(row, true) }
}

function mayDeleteAny({ rows, who }: Exchange): boolean {
  return who.kind === 'user' && rows.get(users, who.account)?.is_admin === true
}

/** What is left of a message that others have replied to (FACTS: tombstone). */
function tombstone(row: Message): Message {
  const { ts, thread_ts, reply_count, reply_users_count, latest_reply, reply_users } = row
  return {
    type: 'message',
    subtype: 'tombstone',
    text: 'This message was deleted.',
    user: 'USLACKBOT',
    hidden: true,
    ts,
    ...(thread_ts !== undefined && { thread_ts }),
    ...(reply_count !== undefined && { reply_count }),
    ...(reply_users_count !== undefined && { reply_users_count }),
    ...(latest_reply !== undefined && { latest_reply }),
    ...(reply_users !== undefined && { reply_users }),
    is_locked: false,
    subscribed: false,
    channel: row.channel,
  }
}
