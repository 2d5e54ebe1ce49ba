import type { Caller } from '../../engine/auth.ts'
import type { Rows } from '../../engine/rows.ts'
import { hasScope } from './auth.ts'
import { kindOf, memberships, teams, users } from './state.ts'
import type { Conversation, Membership, Message, Profile, Team, User } from './wire.ts'

/** The one workspace of a world. */
export function teamOf(rows: Rows): Team {
  return rows.page(teams, { limit: 1 })[0]!
}

// Views that depend on nothing but the row are made once, so that equal replies share one object.
const openUsers = new WeakMap<User, object>()
const closedUsers = new WeakMap<User, object>()

/** A user as Slack shows them; the e-mail only to those with `users:read.email` (FACTS: email). */
export function userView(row: User, caller: Caller, withLocale = false): object {
  const seesEmail = hasScope(caller, 'users:read.email')
  const views = seesEmail ? openUsers : closedUsers
  let view = views.get(row)
  if (view === undefined) views.set(row, (view = toUser(row, seesEmail)))
  return withLocale && !row.deleted ? { ...view, locale: 'en-US' } : view
}

/** A deactivated user loses everything about where they are and what they may do (FACTS: deactivation). */
function toUser(row: User, seesEmail: boolean): object {
  const { $away: _away, profile, ...open } = row
  const shown = seesEmail ? profile : withoutEmail(profile)
  if (!row.deleted) return { ...open, profile: shown }
  const { id, name, is_bot, updated, is_app_user, team_id, deleted } = row
  return { id, name, is_bot, updated, is_app_user, team_id, deleted, profile: shown }
}

/** A profile, with the e-mail where the caller may see it. */
export function profileView(row: User, caller: Caller): object {
  return hasScope(caller, 'users:read.email') ? row.profile : withoutEmail(row.profile)
}

function withoutEmail(profile: Profile): object {
  const { email: _email, ...rest } = profile
  return rest
}

const channelViews = new WeakMap<Conversation, object>()

/** A conversation as this caller sees it. */
export function conversationView(
  rows: Rows,
  row: Conversation,
  caller: Caller,
  more: { lastRead?: boolean; numMembers?: boolean; membership?: false } = {},
): Record<string, unknown> {
  let view = channelViews.get(row)
  if (view === undefined) {
    const { $people: _people, ...open } = row
    channelViews.set(row, (view = open))
  }
  if (row.is_im) return imView(rows, row, view, caller)
  const membership = membershipOf(rows, row.id, caller.account)
  const out: Record<string, unknown> = { ...view }
  if (more.membership !== false) out['is_member'] = membership !== undefined
  if (more.lastRead === true && membership !== undefined) out['last_read'] = membership.last_read
  if (more.numMembers === true) out['num_members'] = countMembers(rows, row.id)
  if (kindOf(row) === 'mpim') out['is_open'] = membership?.is_open ?? false
  return out
}

/** A direct message shows the other of the two. */
function imView(rows: Rows, row: Conversation, view: object, caller: Caller) {
  const people = (row.$people ?? '').split(',')
  const user = people.find((one) => one !== caller.account) ?? people[0] ?? ''
  const isUserDeleted = rows.get(users, user)?.deleted ?? false
  return { ...view, user, is_user_deleted: isUserDeleted, priority: 0 }
}

/** Somebody's seat in a conversation. */
export function membershipOf(rows: Rows, channel: string, user: string): Membership | undefined {
  return rows.get(memberships, `${channel}/${user}`)
}

/** How many people are in a conversation. */
export function countMembers(rows: Rows, channel: string): number {
  return rows.count(memberships, { index: 'channel', equals: [channel] })
}

const messageViews = new WeakMap<Message, object>()

/** A message as it goes out; the payload of its metadata only when it was asked for. */
export function messageView(row: Message, allMetadata = false): Record<string, unknown> {
  let view = messageViews.get(row)
  if (view === undefined) messageViews.set(row, (view = toMessage(row)))
  const out = view as Record<string, unknown>
  return allMetadata && row.metadata !== undefined ? { ...out, metadata: row.metadata } : out
}

function toMessage(row: Message): object {
  const { channel: _channel, $lost: _lost, metadata, ...open } = row
  return metadata === undefined ? open : { ...open, metadata: { event_type: metadata.event_type } }
}
