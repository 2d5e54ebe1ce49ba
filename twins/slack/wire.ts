/** The objects of Slack as they go over the wire, plus our own `$fields`, which never do. */

export interface Team {
  id: string
  name: string
  domain: string
}

/** An app as installed in the workspace. */
export interface App {
  id: string
  name: string
  bot_id: string
  bot_user_id: string
  signing_secret: string
  verification_token: string
  scopes: readonly string[]
  updated: number
}

export interface Profile {
  real_name: string
  display_name: string
  avatar_hash: string
  real_name_normalized: string
  display_name_normalized: string
  first_name: string
  last_name: string
  team: string
  email?: string
  title: string
  phone: string
  skype: string
  status_text: string
  status_text_canonical: string
  status_emoji: string
  status_emoji_display_info: readonly unknown[]
  status_expiration: number
  fields?: Readonly<Record<string, unknown>>
  [field: string]: unknown
}

export interface User {
  id: string
  name: string
  is_bot: boolean
  updated: number
  is_app_user: boolean
  team_id: string
  deleted: boolean
  color: string
  is_email_confirmed: boolean
  real_name: string
  tz: string
  tz_label: string
  tz_offset: number
  is_admin: boolean
  is_owner: boolean
  is_primary_owner: boolean
  is_restricted: boolean
  is_ultra_restricted: boolean
  who_can_share_contact_card: string
  profile: Profile
  /** Set away by hand (users.setPresence). */
  $away?: boolean
}

export type Kind = 'public_channel' | 'private_channel' | 'mpim' | 'im'

export interface Note {
  value: string
  creator: string
  last_set: number
}

/** A channel, a group message or a direct message. */
export interface Conversation {
  id: string
  name?: string
  is_channel?: boolean
  is_group?: boolean
  is_im: boolean
  is_mpim?: boolean
  is_private?: boolean
  created: number
  is_archived: boolean
  is_general?: boolean
  name_normalized?: string
  updated: number
  creator?: string
  topic?: Note
  purpose?: Note
  previous_names?: readonly string[]
  [field: string]: unknown
  /** The people of a direct message, sorted and joined by commas. */
  $people?: string
}

export interface Membership {
  id: string
  channel: string
  user: string
  kind: Kind
  last_read: string
  /** A direct message that was closed has false here. */
  is_open: boolean
}

export interface Reaction {
  name: string
  users: readonly string[]
  count: number
}

export type Block = Readonly<Record<string, unknown>>

export interface Message {
  subtype?: string
  user?: string
  type: string
  ts: string
  bot_id?: string
  app_id?: string
  text: string
  team?: string
  bot_profile?: Readonly<Record<string, unknown>>
  thread_ts?: string
  parent_user_id?: string
  reply_count?: number
  reply_users_count?: number
  latest_reply?: string
  reply_users?: readonly string[]
  client_msg_id?: string
  blocks?: readonly Block[]
  attachments?: readonly Block[]
  reactions?: readonly Reaction[]
  metadata?: { event_type: string; event_payload?: unknown }
  edited?: { user: string; ts: string }
  [field: string]: unknown
  channel: string
  /** Posted to a thread that does not exist: stored, but nowhere to be seen (FACTS: lost-reply). */
  $lost?: boolean
}

/** A message that is to be posted: everything but its time and place. */
export interface Draft extends Partial<Omit<Message, 'ts' | 'channel' | 'type'>> {
  text: string
}

/** What a reply needs to know. */
export interface ThreadOptions {
  threadTs?: string | undefined
  broadcast?: boolean
}

export interface Scheduled {
  id: string
  channel_id: string
  post_at: number
  date_created: number
  text: string
  /** The bot or user whose token scheduled it; nobody else sees it. */
  $owner: string
  $message: Draft
  $thread: ThreadOptions
  $due: string
}
