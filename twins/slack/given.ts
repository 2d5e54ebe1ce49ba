import type { World } from '../../engine/world.ts'
import { newChannel } from './behavior/conversations.ts'
import { plain } from './behavior/profile.ts'
import { reactionName } from './emoji.ts'
import { countReply, findRoot, richTextBlock } from './messages.ts'
import { deactivate, seat } from './people.ts'
import { channels, memberships, messages, teams, users } from './state.ts'
import { storeText } from './text.ts'
import { isTs, nextTs, noteTs } from './timestamps.ts'
import { teamOf } from './views.ts'
import type { Conversation, Membership, Message, Profile, User } from './wire.ts'

export interface UserProps {
  email?: string
  /** Full name; made from the e-mail when absent. */
  real_name?: string
  /** The handle; made from the e-mail when absent. */
  name?: string
  title?: string
  deleted?: boolean
  is_admin?: boolean
  is_owner?: boolean
  is_restricted?: boolean
  is_ultra_restricted?: boolean
  /** Channels to be in besides #general, by name or id. */
  channels?: readonly string[]
  profile?: Partial<Profile>
}

export interface ChannelProps {
  name?: string
  is_private?: boolean
  is_archived?: boolean
  is_general?: boolean
  /** By e-mail, handle or id. The first one is the creator unless `creator` says otherwise. */
  members?: readonly string[]
  creator?: string
  topic?: string
  purpose?: string
}

export interface MessageProps {
  channel: string
  text?: string
  /** By e-mail, handle or id; the channel's first member when absent. */
  user?: string
  ts?: string
  thread_ts?: string
}

export interface ReactionProps {
  channel: string
  ts: string
  user: string
  name?: string
}

export interface MembershipProps {
  channel: string
  user: string
}

/** What scenarios start from. References are by id, or by e-mail, handle or channel name. */
export const given = {
  user: giveUser,
  channel: giveChannel,
  message: giveMessage,
  reaction: giveReaction,
  membership: (world: World, { channel, user }: MembershipProps): Membership =>
    seat(world, needChannelRow(world, channel), needUserRow(world, user).id),
}

const colors = ['9f69e7', '4bbe2e', 'e7392d', '3c989f', '674b1b', 'e96699', 'e0a729', '684b6c']

function giveUser(world: World, props: UserProps = {}): User {
  const { rows } = world
  const n = rows.count(users)
  const email = props.email ?? `${props.name ?? `person${n}`}@acme.example`
  const name = props.name ?? email.slice(0, email.indexOf('@')).toLowerCase()
  const realName = props.real_name ?? titled(name)
  const id = world.newId({ prefix: 'U', length: 10, alphabet: 'upper' })
  const guest = props.is_restricted === true || props.is_ultra_restricted === true
  const profile = newProfile(world, realName, props, email)
  const row: User = rows.insert(users, {
    id,
    name,
    is_bot: false,
    updated: Math.floor(world.now() / 1000),
    is_app_user: false,
    team_id: rows.page(teams, { limit: 1 })[0]!.id,
    deleted: false,
    color: colors[n % colors.length]!,
    is_email_confirmed: true,
    real_name: realName,
    tz: 'America/Los_Angeles',
    tz_label: 'Pacific Standard Time',
    tz_offset: -28_800,
    is_admin: props.is_admin ?? false,
    is_owner: props.is_owner ?? false,
    is_primary_owner: false,
    is_restricted: guest,
    is_ultra_restricted: props.is_ultra_restricted ?? false,
    who_can_share_contact_card: 'EVERYONE',
    profile,
  })
  const general = guest ? [] : rows.all(channels, { index: 'name', equals: ['general'] })
  for (const channel of general) seat(world, channel, id)
  for (const one of props.channels ?? []) seat(world, needChannelRow(world, one), id)
  return props.deleted === true ? deactivate(world, id) : row
}

/** A profile with nothing but a name in it. */
export function newProfile(
  world: World,
  realName: string,
  props: UserProps = {},
  email?: string,
): Profile {
  const [first = '', ...rest] = realName.split(' ')
  const hash = world.newId({ prefix: 'g', length: 11, alphabet: 'hex' })
  const image = (size: number) => `https://secure.gravatar.com/avatar/${hash}.jpg?s=${size}`
  return {
    real_name: realName,
    display_name: '',
    avatar_hash: hash,
    real_name_normalized: plain(realName),
    display_name_normalized: '',
    image_24: image(24),
    image_32: image(32),
    image_48: image(48),
    image_72: image(72),
    image_192: image(192),
    image_512: image(512),
    first_name: first,
    last_name: rest.join(' '),
    team: teamOf(world.rows).id,
    ...(email !== undefined && { email }),
    title: props.title ?? '',
    phone: '',
    skype: '',
    status_text: '',
    status_text_canonical: '',
    status_emoji: '',
    status_emoji_display_info: [],
    status_expiration: 0,
    ...props.profile,
  }
}

function giveChannel(world: World, props: ChannelProps = {}): Conversation {
  const { rows } = world
  const name = props.name ?? `channel-${rows.count(channels)}`
  if (rows.count(channels, { index: 'name', equals: [name] }) > 0) {
    throw new Error(`There is a channel #${name} already.`)
  }
  const members = (props.members ?? []).map((one) => needUserRow(world, one).id)
  const creator =
    props.creator === undefined
      ? (members[0] ?? firstAdmin(world).id)
      : needUserRow(world, props.creator).id
  const id = world.newId({ prefix: 'C', length: 10, alphabet: 'upper' })
  const from = { id, name, isPrivate: props.is_private ?? false, creator, at: world.now() }
  const note = (value = '') => ({
    value,
    creator: value === '' ? '' : creator,
    last_set: value === '' ? 0 : Math.floor(world.now() / 1000),
  })
  const row = rows.insert(channels, {
    ...newChannel(from, teamOf(rows).id),
    is_archived: props.is_archived ?? false,
    is_general: props.is_general ?? false,
    topic: note(props.topic),
    purpose: note(props.purpose),
  })
  for (const one of new Set(members)) seat(world, row, one)
  return row
}

function giveMessage(world: World, props: MessageProps): Message {
  const channel = needChannelRow(world, props.channel)
  const author =
    props.user === undefined ? firstMember(world, channel) : needUserRow(world, props.user).id
  const { thread_ts: thread } = props
  const root = thread === undefined ? undefined : findRoot(world, channel.id, thread)
  if (thread !== undefined && root === undefined) {
    throw new Error(`#${channel.name} has no message ${thread} to reply to.`)
  }
  const ts = props.ts ?? nextTs(world, channel.id)
  if (!isTs(ts)) throw new Error(`"${ts}" is no ts of a message; write it like 1767603600.000100.`)
  noteTs(world, channel.id, ts)
  const text = storeText(props.text ?? 'Hello', { links: true, mrkdwn: true })
  const row: Message = world.rows.insert(messages, {
    user: author,
    type: 'message',
    ts,
    client_msg_id: world.newUuid(),
    text,
    team: teamOf(world.rows).id,
    ...(root !== undefined && { thread_ts: root.ts, parent_user_id: root.user ?? root.bot_id }),
    blocks: [richTextBlock(world, text, true)],
    channel: channel.id,
  } as Message)
  if (root !== undefined) countReply(world, row)
  return row
}

function giveReaction(world: World, props: ReactionProps): Message {
  const channel = needChannelRow(world, props.channel)
  const user = needUserRow(world, props.user).id
  const row = world.rows.get(messages, `${channel.id}/${props.ts}`)
  if (row === undefined) throw new Error(`#${channel.name} has no message ${props.ts}.`)
  const name = reactionName(props.name ?? '+1')
  if (name === undefined) throw new Error(`"${props.name}" can be no emoji's name.`)
  const others = (row.reactions ?? []).filter((one) => one.name !== name)
  const same = row.reactions?.find((one) => one.name === name)
  const all = [...new Set([...(same?.users ?? []), user])]
  const reactions = [...others, { name, users: all, count: all.length }]
  return world.rows.update(messages, `${channel.id}/${props.ts}`, { reactions })
}

/** A person by id, e-mail or handle. */
export function needUserRow(world: World, reference: string): User {
  const { rows } = world
  const found =
    rows.get(users, reference) ??
    rows.find(users, 'email', [reference.toLowerCase()]) ??
    rows.find(users, 'name', [reference.replace(/^@/, '')])
  if (found !== undefined) return found
  const some = rows.page(users, { limit: 12 }).map((one) => one.profile.email ?? one.name)
  throw new Error(`Slack has no user "${reference}". There are: ${some.join(', ')} …`)
}

/** A channel by id or name. */
export function needChannelRow(world: World, reference: string): Conversation {
  const { rows } = world
  const found =
    rows.get(channels, reference) ?? rows.find(channels, 'name', [reference.replace(/^#/, '')])
  if (found !== undefined) return found
  const some = rows.page(channels, { limit: 12 }).map((one) => one.name ?? one.id)
  throw new Error(`Slack has no channel "${reference}". There are: ${some.join(', ')} …`)
}

function firstMember(world: World, channel: Conversation): string {
  const seats = world.rows.page(memberships, {
    index: 'channel',
    equals: [channel.id],
    limit: 1,
  })
  return seats[0]?.user ?? firstAdmin(world).id
}

function firstAdmin(world: World): User {
  for (const one of world.rows.scan(users)) if (one.is_admin) return one
  throw new Error('Slack has no administrator; is the world seeded?')
}

function titled(name: string): string {
  return name
    .split(/[._-]/)
    .map((one) => one.charAt(0).toUpperCase() + one.slice(1))
    .join(' ')
}
