import type { Exchange } from '../../engine/exchange.ts'
import { text } from './arguments.ts'
import { needKind } from './auth.ts'
import { fail } from './errors.ts'
import { channels, kindOf, users } from './state.ts'
import { membershipOf } from './views.ts'
import type { Conversation, Membership, User } from './wire.ts'

/** The conversation that the call names. One that the caller may not see is not there (FACTS: visibility). */
export function needChannel(exchange: Exchange, name = 'channel'): Conversation {
  const channel = findVisible(exchange, text(exchange.args, name) ?? '')
  if (channel === undefined) return fail('channel_not_found')
  needKind(exchange, channel)
  return channel
}

/** A conversation by its id, if the caller may see it. Names are not ids. */
export function findVisible(exchange: Exchange, id: string): Conversation | undefined {
  const channel = id === '' ? undefined : exchange.rows.get(channels, id)
  return channel !== undefined && canSee(exchange, channel) ? channel : undefined
}

/** Public channels are open to all but guests; everything else to those who are in it. */
export function canSee(exchange: Exchange, channel: Conversation): boolean {
  const { rows, who } = exchange
  if (who.allSeeing === true) return true
  if (kindOf(channel) === 'public_channel' && !isGuest(exchange)) return true
  return membershipOf(rows, channel.id, who.account) !== undefined
}

/** Whether a guest is calling. */
export function isGuest({ rows, who }: Exchange): boolean {
  return rows.get(users, who.account)?.is_restricted === true
}

/** The caller's own seat; refuses with `not_in_channel`. */
export function needSeat(exchange: Exchange, channel: Conversation): Membership {
  const { rows, who } = exchange
  return membershipOf(rows, channel.id, who.account) ?? fail('not_in_channel')
}

/** Refuses callers outside the channel, for what only those inside may do. */
export function needInside(exchange: Exchange, channel: Conversation): void {
  if (exchange.who.allSeeing !== true) needSeat(exchange, channel)
}

/** Refuses bots outside the channel; people may read any public one (FACTS: visibility). */
export function needReader(exchange: Exchange, channel: Conversation): void {
  const { rows, who } = exchange
  if (who.allSeeing === true || who.kind === 'user') return
  if (membershipOf(rows, channel.id, who.account) === undefined) fail('not_in_channel')
}

export function needLive(channel: Conversation): void {
  if (channel.is_archived) fail('is_archived')
}

/** Refuses direct messages, for what only channels can do. */
export function needRealChannel(channel: Conversation): void {
  if (channel.is_im || channel.is_mpim === true) fail('method_not_supported_for_channel_type')
}

/** The user that the call names; the caller where it names none. */
export function needUser(exchange: Exchange, name = 'user'): User {
  const id = text(exchange.args, name)
  const wanted = id === undefined || id === '' ? exchange.who.account : id
  return exchange.rows.get(users, wanted) ?? fail('user_not_found')
}
