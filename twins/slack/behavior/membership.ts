import { json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { isGuest, needChannel, needInside, needLive, needRealChannel } from '../access.ts'
import { flag, list, text } from '../arguments.ts'
import { fail, failArguments } from '../errors.ts'
import { cursorOf, limitOf, nextPage } from '../pages.ts'
import { enter, exit, isSeated } from '../people.ts'
import { kindOf, memberships, users } from '../state.ts'
import { conversationView, countMembers, membershipOf } from '../views.ts'
import { warn } from '../warnings.ts'
import type { Conversation } from '../wire.ts'

export const membership: Record<string, Behavior> = {
  'conversations.join': (exchange) => {
    const { world, rows, who } = exchange
    const channel = needChannel(exchange)
    if (kindOf(channel) !== 'public_channel') return fail('method_not_supported_for_channel_type')
    needLive(channel)
    if (membershipOf(rows, channel.id, who.account) !== undefined) {
      warn(exchange, 'already_in_channel')
    } else enter(world, channel, who.account)
    const view = conversationView(rows, channel, who)
    return json(200, { ok: true, channel: { ...view, priority: 0 } })
  },

  'conversations.leave': (exchange) => {
    const { world, rows, who } = exchange
    const channel = needChannel(exchange)
    needRealChannel(channel)
    if (membershipOf(rows, channel.id, who.account) === undefined) {
      const isOk = world.setting('slack', 'leaveWhenAbsentIsOk') === true
      return json(200, { ok: isOk, not_in_channel: true })
    }
    needLive(channel)
    if (channel.is_general === true) return fail('cant_leave_general')
    if (isGuest(exchange)) return fail('user_is_restricted')
    if (kindOf(channel) === 'private_channel' && countMembers(rows, channel.id) === 1) {
      return fail('last_member')
    }
    exit(world, channel, who.account)
    return json(200, { ok: true })
  },

  'conversations.invite': invite,
  'conversations.kick': kick,

  'conversations.members': (exchange) => {
    const { rows, args } = exchange
    const channel = needChannel(exchange)
    const limit = limitOf(args, 100, 1000)
    const start = cursorOf(args, 'user')
    const isUnknown = start !== undefined && !isSeated(exchange.world, channel.id, start)
    if (isUnknown) return fail('invalid_cursor')
    const from = start === undefined ? {} : { after: `${channel.id}/${start}` }
    const range = { index: 'channel', equals: [channel.id] } as const
    const found = rows.page(memberships, { ...range, ...from, limit: limit + 1 })
    const members = found.slice(0, limit).map((one) => one.user)
    const next = found.length > limit ? members.at(-1) : undefined
    return json(200, { ok: true, members, ...nextPage('user', next) })
  },
}

/** All or nothing, unless `force`: then those who can come do (FACTS: invite). */
function invite(exchange: Exchange) {
  const { world, rows, args, who } = exchange
  const channel = needChannel(exchange)
  needRealChannel(channel)
  const wanted = [...new Set(list(args, 'users'))]
  if (wanted.length === 0) return fail('no_user')
  if (wanted.length > 100) {
    return failArguments('no more than 100 items allowed [json-pointer:/users]')
  }
  needLive(channel)
  needInside(exchange, channel)
  const errors: { user: string; ok: false; error: string }[] = []
  const welcome: string[] = []
  for (const user of wanted) {
    const error = whyNot(exchange, channel, user)
    if (error === undefined) welcome.push(user)
    else errors.push({ user, ok: false, error })
  }
  const isRefused = errors.length > 0 && (welcome.length === 0 || !flag(args, 'force'))
  if (isRefused) return fail(errors[0]!.error, { errors })
  for (const user of welcome) enter(world, channel, user, who.account)
  const view = conversationView(rows, channel, who, { lastRead: true })
  return json(200, { ok: true, channel: view, ...(errors.length > 0 && { errors }) })
}

function whyNot({ rows, who }: Exchange, channel: Conversation, id: string): string | undefined {
  const user = rows.get(users, id)
  if (user === undefined) return 'user_not_found'
  if (id === who.account) return 'cant_invite_self'
  if (membershipOf(rows, channel.id, id) !== undefined) return 'already_in_channel'
  // A deactivated account can't be let in anywhere (FACTS: invite-deactivated).
  if (user.deleted) return 'cant_invite'
  const isSingle = user.is_ultra_restricted
  if (isSingle && rows.count(memberships, { index: 'user', equals: [id, 'public_channel'] }) > 0) {
    return 'ura_max_channels'
  }
  return undefined
}

function kick(exchange: Exchange) {
  const { world, rows, args, who } = exchange
  const channel = needChannel(exchange)
  needRealChannel(channel)
  const user = rows.get(users, text(args, 'user') ?? '')
  if (user === undefined) return fail('user_not_found')
  if (user.id === who.account) return fail('cant_kick_self')
  if (channel.is_general === true) return fail('cant_kick_from_general')
  needLive(channel)
  needInside(exchange, channel)
  if (isGuest(exchange)) return fail('restricted_action')
  if (membershipOf(rows, channel.id, user.id) === undefined) return fail('not_in_channel')
  exit(world, channel, user.id)
  return json(200, { ok: true, errors: {} })
}
