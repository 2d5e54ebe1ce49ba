import { json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { findVisible, needChannel, needSeat } from '../access.ts'
import { flag, list, text } from '../arguments.ts'
import { needKind } from '../auth.ts'
import { fail } from '../errors.ts'
import { emitEvent } from '../notify.ts'
import { findDirect, openDirect } from '../people.ts'
import { kindOf, memberships, users } from '../state.ts'
import { conversationView, membershipOf } from '../views.ts'
import type { Conversation } from '../wire.ts'

export const direct: Record<string, Behavior> = {
  'conversations.open': (exchange) => {
    const { world, args, who } = exchange
    const given = text(args, 'channel')
    if (given !== undefined && given !== '') return json(200, reopen(exchange, given))
    const wanted = readPeople(exchange)
    needKind(exchange, wanted.length > 1 ? 'mpim' : 'im')
    const people = [who.account, ...wanted]
    const known = findDirect(world, people)
    if (known !== undefined) return json(200, reopened(exchange, known))
    if (flag(args, 'prevent_creation')) return fail('channel_not_found')
    const made = openDirect(world, people)
    if (made.is_im) {
      emitEvent(world, 'im_created', { user: who.account, channel: { id: made.id } })
    }
    return json(200, { ok: true, channel: shown(exchange, made) })
  },

  'conversations.close': (exchange) => {
    const { world, rows, who } = exchange
    const channel = needChannel(exchange)
    if (!isDirect(channel)) return fail('method_not_supported_for_channel_type')
    const seat = needSeat(exchange, channel)
    if (!seat.is_open) return json(200, { ok: true, no_op: true, already_closed: true })
    rows.update(memberships, seat.id, { is_open: false })
    if (channel.is_im) {
      emitEvent(world, 'im_close', { user: who.account, channel: channel.id })
    }
    return json(200, { ok: true })
  },
}

function isDirect(channel: Conversation): boolean {
  return channel.is_im || kindOf(channel) === 'mpim'
}

function readPeople({ rows, args, who }: Exchange): string[] {
  const sent = list(args, 'users')
  if (sent.length === 0) return fail('users_list_not_supplied')
  const wanted = [...new Set(sent)].filter((one) => one !== who.account)
  if (wanted.length > 8) return fail('too_many_users')
  for (const id of wanted) {
    const user = rows.get(users, id)
    if (user === undefined) return fail('user_not_found')
    if (user.deleted) return fail('user_disabled')
  }
  return wanted
}

function reopen(exchange: Exchange, id: string): object {
  const channel = findVisible(exchange, id)
  if (channel === undefined) return fail('channel_not_found')
  if (!isDirect(channel)) return fail('method_not_supported_for_channel_type')
  needKind(exchange, channel)
  return reopened(exchange, channel)
}

function reopened(exchange: Exchange, channel: Conversation): object {
  const { world, rows, who } = exchange
  const seat = membershipOf(rows, channel.id, who.account)
  if (seat === undefined || seat.is_open) {
    return { ok: true, no_op: true, already_open: true, channel: shown(exchange, channel) }
  }
  rows.update(memberships, seat.id, { is_open: true })
  if (channel.is_im) emitEvent(world, 'im_open', { user: who.account, channel: channel.id })
  return { ok: true, channel: shown(exchange, channel) }
}

/** Only the id, unless the whole was asked for. */
function shown({ rows, args, who }: Exchange, channel: Conversation): object {
  if (!flag(args, 'return_im')) return { id: channel.id }
  return conversationView(rows, channel, who, { lastRead: true })
}
