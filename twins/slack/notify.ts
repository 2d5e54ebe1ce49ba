import type { World } from '../../engine/world.ts'
import { apps, kindOf } from './state.ts'
import { nextTs } from './timestamps.ts'
import { membershipOf, messageView, teamOf } from './views.ts'
import type { Conversation, Kind, Message, User } from './wire.ts'

/** What subscribers are told, by the names under which apps subscribe (FACTS: events). */

const channelTypes: Record<Kind, string> = {
  public_channel: 'channel',
  private_channel: 'group',
  mpim: 'mpim',
  im: 'im',
}
const messageEvents: Record<Kind, string> = {
  public_channel: 'message.channels',
  private_channel: 'message.groups',
  mpim: 'message.mpim',
  im: 'message.im',
}

type Fields = Readonly<Record<string, unknown>>

/** A new message. */
export function emitMessage(world: World, channel: Conversation, row: Message): void {
  const kind = kindOf(channel)
  world.emit('slack', messageEvents[kind], {
    ...messageView(row, true),
    channel: channel.id,
    event_ts: row.ts,
    channel_type: channelTypes[kind],
  })
}

/** The same message once more for an app that it mentions; never in direct messages. */
export function emitMention(world: World, channel: Conversation, row: Message): void {
  if (channel.is_im || row.subtype !== undefined || !row.text.includes('<@')) return
  for (const [, user] of row.text.matchAll(/<@([UW][A-Z0-9]+)/g)) {
    const app = world.rows.find(apps, 'user', [user!])
    const isOwn = row.user === user || (row.user === undefined && row.bot_id === app?.bot_id)
    if (app === undefined || isOwn) continue
    if (membershipOf(world.rows, channel.id, user!) === undefined) continue
    const event = { ...messageView(row), type: 'app_mention', channel: channel.id }
    world.emit('slack', 'app_mention', { ...event, event_ts: row.ts })
  }
}

/** An edit or deletion: a hidden message that carries what was there before. */
export function emitMessageEvent(
  world: World,
  channel: Conversation,
  subtype: 'message_changed' | 'message_deleted',
  fields: Fields,
): void {
  const kind = kindOf(channel)
  const ts = nextTs(world, channel.id)
  world.emit('slack', messageEvents[kind], {
    type: 'message',
    subtype,
    ...fields,
    channel: channel.id,
    hidden: true,
    ts,
    event_ts: ts,
    channel_type: channelTypes[kind],
  })
}

/** Somebody joined or left; in direct messages nobody does. */
export function emitMember(
  world: World,
  channel: Conversation,
  type: 'member_joined_channel' | 'member_left_channel',
  user: string,
  inviter?: string,
): void {
  const isPrivate = kindOf(channel) !== 'public_channel'
  emitEvent(world, type, {
    user,
    channel: channel.id,
    channel_type: isPrivate ? 'G' : 'C',
    team: teamOf(world.rows).id,
    ...(inviter !== undefined && { inviter }),
  })
}

/** Something that befell a whole channel; private ones have names of their own. */
export function emitChannel(
  world: World,
  channel: Conversation,
  what: 'created' | 'rename' | 'archive' | 'unarchive',
  user: string,
): void {
  const isPrivate = kindOf(channel) === 'private_channel'
  if (what === 'created' && isPrivate) return
  const { id, name, name_normalized, created, creator } = channel
  const fields: Record<typeof what, Fields> = {
    created: { channel: { id, name, name_normalized, created, creator } },
    rename: {
      channel: { id, is_channel: !isPrivate, is_mpim: false, name, name_normalized, created },
    },
    archive: { channel: id, user },
    unarchive: isPrivate ? { channel: id, actor_id: user } : { channel: id, user },
  }
  emitEvent(world, `${isPrivate ? 'group' : 'channel'}_${what}`, fields[what])
}

export function emitReaction(
  world: World,
  type: 'reaction_added' | 'reaction_removed',
  user: string,
  name: string,
  row: Message,
): void {
  emitEvent(world, type, {
    user,
    reaction: name,
    item: { type: 'message', channel: row.channel, ts: row.ts },
    // Messages of bots without a user have no author to name.
    ...(row.user !== undefined && { item_user: row.user }),
  })
}

/** A person's profile or account changed. */
export function emitUser(world: World, type: string, row: User): void {
  const { $away: _away, ...user } = row
  emitEvent(world, type, { user, cache_ts: row.updated })
}

/** Any other event: `type`, its fields, `event_ts`. */
export function emitEvent(world: World, type: string, fields: Fields): void {
  world.emit('slack', type, { type, ...fields, event_ts: nextTs(world, 'events') })
}
