import { json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { isGuest, needChannel, needInside, needLive, needRealChannel, needSeat } from '../access.ts'
import { flag, text } from '../arguments.ts'
import { needKind } from '../auth.ts'
import { needFreeName } from '../channel-names.ts'
import { fail } from '../errors.ts'
import { postSystem } from '../messages.ts'
import { emitChannel } from '../notify.ts'
import { enter, seat } from '../people.ts'
import { apps, channels, kindOf, memberships, users } from '../state.ts'
import { escapeText } from '../text.ts'
import { isTs } from '../timestamps.ts'
import { conversationView, teamOf } from '../views.ts'
import type { Conversation } from '../wire.ts'

export const conversations: Record<string, Behavior> = {
  'conversations.create': (exchange) => {
    const { world, rows, args, who, at } = exchange
    const isPrivate = flag(args, 'is_private')
    needKind(exchange, isPrivate ? 'private_channel' : 'public_channel')
    if (isGuest(exchange)) return fail('restricted_action')
    const name = needFreeName(rows, text(args, 'name') ?? '')
    const id = world.newId({ prefix: 'C', length: 10, alphabet: 'upper' })
    const made = newChannel({ id, name, isPrivate, creator: who.account, at }, teamOf(rows).id)
    const channel = rows.insert(channels, made)
    emitChannel(world, channel, 'created', who.account)
    enter(world, channel, who.account)
    const view = conversationView(rows, channel, who, { lastRead: true })
    return json(200, { ok: true, channel: { ...view, priority: 0 } })
  },

  'conversations.info': (exchange) => {
    const channel = needChannel(exchange)
    const numMembers = flag(exchange.args, 'include_num_members')
    const view = conversationView(exchange.rows, channel, exchange.who, {
      lastRead: true,
      numMembers,
    })
    return json(200, { ok: true, channel: view })
  },

  'conversations.rename': (exchange) => {
    const { world, rows, args, who, at } = exchange
    const channel = needChannel(exchange)
    needRealChannel(channel)
    needInside(exchange, channel)
    needLive(channel)
    const isAdmin = who.allSeeing === true || rows.get(users, who.account)?.is_admin === true
    if (channel.creator !== who.account && !isAdmin) return fail('not_authorized')
    const name = needFreeName(rows, text(args, 'name') ?? '', channel)
    const old = channel.name ?? ''
    if (name === old) return json(200, { ok: true, channel: wholeView(exchange, channel) })
    const renamed = rows.update(channels, channel.id, {
      name,
      name_normalized: name,
      previous_names: [old, ...(channel.previous_names ?? [])],
      updated: at,
    })
    const line = `has renamed the channel from "${old}" to "${name}"`
    postSystem(world, renamed, 'name', who.account, line, { old_name: old, name })
    emitChannel(world, renamed, 'rename', who.account)
    return json(200, { ok: true, channel: wholeView(exchange, renamed) })
  },

  'conversations.archive': (exchange) => {
    const { world, rows, who, at } = exchange
    const channel = needChannel(exchange)
    needRealChannel(channel)
    if (channel.is_archived) return fail('already_archived')
    if (channel.is_general === true) return fail('cant_archive_general')
    needInside(exchange, channel)
    if (isGuest(exchange)) return fail('restricted_action')
    postSystem(world, channel, 'archive', who.account, `<@${who.account}> archived the channel`)
    const archived = rows.update(channels, channel.id, { is_archived: true, updated: at })
    emitChannel(world, archived, 'archive', who.account)
    if (world.setting('slack', 'archiveDropsBots') === true) dropBots(exchange, channel)
    return json(200, { ok: true })
  },

  'conversations.unarchive': (exchange) => {
    const { world, rows, who, at } = exchange
    const channel = needChannel(exchange)
    needRealChannel(channel)
    if (!channel.is_archived) return fail('not_archived')
    if (who.kind === 'bot') needInside(exchange, channel)
    const live = rows.update(channels, channel.id, { is_archived: false, updated: at })
    seat(world, live, who.account)
    postSystem(world, live, 'unarchive', who.account, `<@${who.account}> un-archived the channel`)
    emitChannel(world, live, 'unarchive', who.account)
    return json(200, { ok: true })
  },

  'conversations.setTopic': (exchange) => json(200, setNote(exchange, 'topic', 'topic')),
  'conversations.setPurpose': (exchange) => json(200, setNote(exchange, 'purpose', 'description')),

  'conversations.mark': (exchange) => {
    const channel = needChannel(exchange)
    const ts = text(exchange.args, 'ts') ?? ''
    if (!isTs(ts)) return fail('invalid_timestamp')
    const { id } = needSeat(exchange, channel)
    exchange.rows.update(memberships, id, { last_read: ts })
    return json(200, { ok: true })
  },
}

/** A channel as Slack first shows it. */
export function newChannel(
  from: { id: string; name: string; isPrivate: boolean; creator: string; at: number },
  team: string,
): Conversation {
  const { id, name, isPrivate, creator, at } = from
  const nothing = { value: '', creator: '', last_set: 0 }
  return {
    id,
    name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_mpim: false,
    is_private: isPrivate,
    created: Math.floor(at / 1000),
    is_archived: false,
    is_general: false,
    unlinked: 0,
    name_normalized: name,
    is_shared: false,
    is_org_shared: false,
    is_pending_ext_shared: false,
    pending_shared: [],
    context_team_id: team,
    updated: at,
    parent_conversation: null,
    creator,
    is_ext_shared: false,
    shared_team_ids: [team],
    pending_connected_team_ids: [],
    topic: nothing,
    purpose: nothing,
    previous_names: [],
  }
}

function wholeView({ rows, who }: Exchange, channel: Conversation) {
  return conversationView(rows, channel, who, { lastRead: true })
}

/** Topic and purpose: escaped, not linked, 250 characters at most. */
function setNote(exchange: Exchange, name: 'topic' | 'purpose', called: string) {
  const { world, rows, args, who, at } = exchange
  const channel = needChannel(exchange)
  if (channel.is_im) return fail('method_not_supported_for_channel_type')
  needInside(exchange, channel)
  needLive(channel)
  const written = text(args, name) ?? ''
  if ([...written].length > 250) return fail('too_long')
  const value = escapeText(written)
  const note = { value, creator: who.account, last_set: Math.floor(at / 1000) }
  const changed = rows.update(channels, channel.id, { [name]: note, updated: at })
  postSystem(world, changed, name, who.account, `set the channel ${called}: ${value}`, {
    [name]: value,
  })
  return { ok: true, channel: wholeView(exchange, changed) }
}

/** Archiving drops the apps' own users (FACTS: archive). */
function dropBots({ rows }: Exchange, channel: Conversation): void {
  if (kindOf(channel) === 'im') return
  for (const app of rows.all(apps)) rows.remove(memberships, `${channel.id}/${app.bot_user_id}`)
}
