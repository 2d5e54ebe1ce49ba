import type { World } from '../../engine/world.ts'
import { shortId } from './blocks.ts'
import { emitMention, emitMessage } from './notify.ts'
import { richTextOf } from './rich-text.ts'
import { messages, kindOf } from './state.ts'
import { nextTs } from './timestamps.ts'
import { messageView } from './views.ts'
import type { Conversation, Draft, Message, ThreadOptions } from './wire.ts'

/** Posts a message, hangs it into its thread, and tells subscribers. */
export function postMessage(
  world: World,
  channel: Conversation,
  draft: Draft,
  { threadTs, broadcast = false }: ThreadOptions = {},
): Message {
  const ts = nextTs(world, channel.id)
  const { subtype, user, ...rest } = draft
  const head = {
    ...(subtype !== undefined && { subtype }),
    ...(user !== undefined && { user }),
    type: 'message',
    ts,
  }
  const thread = threadTs === undefined ? {} : threadFields(world, channel, threadTs, broadcast)
  const row = ordered({ ...head, ...rest, ...thread, channel: channel.id } as Message)
  world.rows.insert(messages, row)
  if (row.$lost === true) return row
  if (row.thread_ts !== undefined) countReply(world, row)
  emitMessage(world, channel, row)
  emitMention(world, channel, row)
  return row
}

/** Slack sends the author's marks behind the text, and what was built from it last (FACTS: message). */
function ordered(row: Message): Message {
  const { team, bot_profile, thread_ts, parent_user_id, attachments, blocks, ...rest } = row
  return {
    ...rest,
    ...(team !== undefined && { team }),
    ...(bot_profile !== undefined && { bot_profile }),
    ...(thread_ts !== undefined && { thread_ts }),
    ...(parent_user_id !== undefined && { parent_user_id }),
    ...(attachments !== undefined && { attachments }),
    ...(blocks !== undefined && { blocks }),
  } as Message
}

/** A reply to nothing is accepted and never seen again; one to a reply joins its thread (FACTS: lost-reply). */
function threadFields(world: World, channel: Conversation, threadTs: string, broadcast: boolean) {
  const root = findRoot(world, channel.id, threadTs)
  if (root === undefined) return { thread_ts: threadTs, $lost: true }
  return {
    thread_ts: root.ts,
    parent_user_id: root.user ?? root.bot_id,
    ...(broadcast && { subtype: 'thread_broadcast', root: messageView(root) }),
  }
}

/** The message that a thread hangs on, given any message of it. */
export function findRoot(world: World, channel: string, ts: string): Message | undefined {
  const found = world.rows.get(messages, `${channel}/${ts}`)
  if (found === undefined || found.$lost === true) return undefined
  const { thread_ts: root } = found
  return root === undefined || root === ts ? found : findRoot(world, channel, root)
}

/** Enters a reply into its parent's counts. */
export function countReply(world: World, reply: Message): void {
  const id = `${reply.channel}/${reply.thread_ts}`
  const root = world.rows.get(messages, id)
  if (root === undefined) return
  const author = reply.user ?? reply.bot_id ?? ''
  const known = root.reply_users ?? []
  const repliers = known.includes(author) ? known : [...known, author]
  world.rows.update(messages, id, {
    thread_ts: root.ts,
    reply_count: (root.reply_count ?? 0) + 1,
    reply_users_count: repliers.length,
    latest_reply: reply.ts,
    reply_users: repliers,
    is_locked: false,
    subscribed: root['subscribed'] ?? false,
  })
}

/** Takes a reply out of its parent's counts, after the reply is gone. */
export function uncountReply(world: World, reply: Message): void {
  const id = `${reply.channel}/${reply.thread_ts}`
  const root = world.rows.get(messages, id)
  if (root === undefined || reply.thread_ts === reply.ts) return
  const equals = [reply.channel, root.ts]
  const left = world.rows.all(messages, { index: 'thread', equals }).filter((one) => one !== root)
  const {
    thread_ts: _ts,
    reply_count: _count,
    reply_users_count: _users,
    latest_reply: _latest,
    reply_users: _who,
    is_locked: _locked,
    subscribed: _subscribed,
    ...bare
  } = root
  if (left.length === 0) return void world.rows.put(messages, bare as Message)
  const repliers = [...new Set(left.map((one) => one.user ?? one.bot_id ?? ''))]
  world.rows.update(messages, id, {
    reply_count: left.length,
    reply_users_count: repliers.length,
    latest_reply: left.at(-1)!.ts,
    reply_users: repliers,
  })
}

/** The line that Slack itself writes into a channel when somebody joins, renames it, sets its topic … */
export function postSystem(
  world: World,
  channel: Conversation,
  event: string,
  user: string,
  text: string,
  more: Readonly<Record<string, unknown>> = {},
): Message {
  // Private channels keep the old names, except for joining and leaving (FACTS: system-messages).
  const isMoving = event === 'join' || event === 'leave'
  const prefix = kindOf(channel) === 'private_channel' && !isMoving ? 'group' : 'channel'
  return postMessage(world, channel, { subtype: `${prefix}_${event}`, user, ...more, text })
}

/** The rich_text block that Slack builds for a message of text alone. */
export function richTextBlock(world: World, text: string, mrkdwn: boolean) {
  return { type: 'rich_text', block_id: shortId(world), elements: richTextOf(text, mrkdwn) }
}
