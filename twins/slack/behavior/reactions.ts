import { json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { canSee, needChannel, needLive } from '../access.ts'
import { text, whole } from '../arguments.ts'
import { isKnownEmoji, reactionName } from '../emoji.ts'
import { fail } from '../errors.ts'
import { permalinkOf } from '../items.ts'
import { emitReaction } from '../notify.ts'
import { cursorOf, limitOf, nextPage } from '../pages.ts'
import { channels, messages, users } from '../state.ts'
import { isTs } from '../timestamps.ts'
import { messageView, teamOf } from '../views.ts'
import type { Message, Reaction } from '../wire.ts'

export const reactions: Record<string, Behavior> = {
  'reactions.add': (exchange) => {
    const { world, rows, who } = exchange
    const name = readName(exchange)
    const row = needItem(exchange)
    needLive(rows.get(channels, row.channel)!)
    const known = row.reactions ?? []
    const same = known.find((one) => one.name === name)
    if (same?.users.includes(who.account)) return fail('already_reacted')
    const mine = known.filter((one) => one.users.includes(who.account))
    if (mine.length >= Number(world.setting('slack', 'reactionsPerUser'))) {
      return fail('too_many_reactions')
    }
    if (same === undefined && known.length >= Number(world.setting('slack', 'emojiPerMessage'))) {
      return fail('too_many_emoji')
    }
    const fresh: Reaction = { name, users: [who.account], count: 1 }
    const next =
      same === undefined
        ? [...known, fresh]
        : known.map((one) => (one === same ? withUser(one, who.account) : one))
    rows.put(messages, { ...row, reactions: next })
    emitReaction(world, 'reaction_added', who.account, name, row)
    return json(200, { ok: true })
  },

  'reactions.remove': (exchange) => {
    const { world, rows, who } = exchange
    const name = readName(exchange)
    const row = needItem(exchange)
    const same = row.reactions?.find((one) => one.name === name)
    if (same === undefined || !same.users.includes(who.account)) return fail('no_reaction')
    const left = row.reactions!.flatMap((one) => {
      if (one !== same) return [one]
      const without = one.users.filter((user) => user !== who.account)
      return without.length === 0 ? [] : [{ name, users: without, count: without.length }]
    })
    const { reactions: _reactions, ...bare } = row
    rows.put(messages, (left.length === 0 ? bare : { ...bare, reactions: left }) as Message)
    emitReaction(world, 'reaction_removed', who.account, name, row)
    return json(200, { ok: true })
  },

  'reactions.get': (exchange) => {
    const row = needItem(exchange)
    return json(200, { ok: true, ...itemOf(exchange, row) })
  },

  'reactions.list': (exchange) => {
    const { rows, args, who } = exchange
    const wanted = text(args, 'user')
    const user = wanted ? wanted : who.account
    if (rows.get(users, user) === undefined) return fail('user_not_found')
    const range = { index: 'reactor', equals: [user], reverse: true } as const
    return json(200, isPaged(args) ? byPage(exchange, range) : byCursor(exchange, range))
  },
}

interface Range {
  readonly index: 'reactor'
  readonly equals: readonly string[]
  readonly reverse: true
}

function isPaged(args: Record<string, unknown>): boolean {
  return args['page'] !== undefined || args['count'] !== undefined
}

function byPage(exchange: Exchange, range: Range): object {
  const { rows, args } = exchange
  const count = Math.min(Math.max(whole(args, 'count') || 100, 1), 1000)
  const page = Math.max(whole(args, 'page') || 1, 1)
  const total = rows.count(messages, range)
  const found = rows.page(messages, { ...range, offset: (page - 1) * count, limit: count })
  return {
    ok: true,
    items: toItems(exchange, found),
    paging: { count, total, page, pages: Math.ceil(total / count) },
  }
}

function byCursor(exchange: Exchange, range: Range): object {
  const { rows, args } = exchange
  const limit = limitOf(args, 100, 1000)
  const start = cursorOf(args, 'reaction')
  const from = start === undefined ? {} : { after: start }
  const found = rows.page(messages, { ...range, ...from, limit: limit + 1 })
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const next = found.length > limit && last ? `${last.channel}/${last.ts}` : undefined
  return { ok: true, items: toItems(exchange, page), ...nextPage('reaction', next) }
}

function toItems(exchange: Exchange, found: readonly Message[]): object[] {
  const { rows } = exchange
  return found
    .filter((row) => canSee(exchange, rows.get(channels, row.channel)!))
    .map((row) => itemOf(exchange, row))
}

function itemOf({ rows }: Exchange, row: Message): object {
  const permalink = permalinkOf(row, teamOf(rows).domain)
  return { type: 'message', channel: row.channel, message: { ...messageView(row), permalink } }
}

function readName({ world, args }: Exchange): string {
  const name = reactionName(text(args, 'name') ?? '')
  if (name === undefined) return fail('invalid_name')
  if (world.setting('slack', 'emoji') === 'known' && !isKnownEmoji(name)) fail('invalid_name')
  return name
}

/** The message that is reacted to. */
function needItem(exchange: Exchange): Message {
  const { rows, args } = exchange
  const ts = text(args, 'timestamp')
  if (!text(args, 'channel') || !ts) return fail('no_item_specified')
  const channel = needChannel(exchange)
  if (!isTs(ts)) return fail('bad_timestamp')
  return rows.get(messages, `${channel.id}/${ts}`) ?? fail('message_not_found')
}

function withUser(reaction: Reaction, user: string): Reaction {
  const all = [...reaction.users, user]
  return { name: reaction.name, users: all, count: all.length }
}
