import { defineTable, key } from '../../engine/table.ts'
import { clocks } from './timestamps.ts'
import type { Conversation, Kind } from './wire.ts'
import type { App, Membership, Message, Scheduled, Team, User } from './wire.ts'

export const teams = defineTable({ name: 'slack.team', id: (row: Team) => row.id })

export const apps = defineTable({
  name: 'slack.apps',
  id: (row: App) => row.id,
  indexes: { bot: (row: App) => key(row.bot_id), user: (row: App) => key(row.bot_user_id) },
})

export const users = defineTable({
  name: 'slack.users',
  id: (row: User) => row.id,
  indexes: {
    email: (row: User) => {
      const { email } = row.profile
      return email === undefined ? undefined : key(email.toLowerCase())
    },
    name: (row: User) => key(row.name),
  },
})

export const channels = defineTable({
  name: 'slack.channels',
  id: (row: Conversation) => row.id,
  indexes: {
    kind: (row: Conversation) => key(kindOf(row), row.id),
    name: (row: Conversation) => (row.name === undefined ? undefined : key(row.name)),
    /** Direct messages by the set of people in them: the same people always get the same conversation. */
    people: (row: Conversation) => (row.$people === undefined ? undefined : key(row.$people)),
  },
})

export const memberships = defineTable({
  name: 'slack.memberships',
  id: (row: Membership) => row.id,
  indexes: {
    channel: (row: Membership) => key(row.channel),
    user: (row: Membership) => key(row.user, row.kind, row.channel),
  },
})

export const messages = defineTable({
  name: 'slack.messages',
  id: (row: Message) => `${row.channel}/${row.ts}`,
  indexes: {
    /** What conversations.history shows: no replies, but broadcasts. */
    timeline: (row: Message) => (isInTimeline(row) ? key(row.channel, row.ts) : undefined),
    thread: (row: Message) =>
      row.thread_ts === undefined || row.$lost === true
        ? undefined
        : key(row.channel, row.thread_ts, row.ts),
    reactor: (row: Message) =>
      row.reactions?.flatMap((one) => one.users).map((user) => key(user, row.ts)),
    sent: (row: Message) =>
      row.client_msg_id === undefined ? undefined : key(row.channel, row.client_msg_id),
  },
})

/** Messages that wait for their time. */
export const scheduled = defineTable({
  name: 'slack.scheduled',
  id: (row: Scheduled) => row.id,
  indexes: {
    owner: (row: Scheduled) => key(row.$owner, row.post_at),
    channel: (row: Scheduled) => key(row.channel_id, row.post_at),
  },
})

export const tables = [teams, apps, users, channels, memberships, messages, scheduled, clocks]

/** Which of Slack's four kinds a conversation is, as `types` arguments spell them. */
export function kindOf(row: Conversation): Kind {
  if (row.is_im) return 'im'
  if (row.is_mpim) return 'mpim'
  return row.is_private ? 'private_channel' : 'public_channel'
}

function isInTimeline(row: Message): boolean {
  if (row.$lost === true) return false
  return (
    row.thread_ts === undefined || row.thread_ts === row.ts || row.subtype === 'thread_broadcast'
  )
}
