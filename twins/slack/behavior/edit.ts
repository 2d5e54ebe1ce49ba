import { json, type Reply } from '../../../engine/call.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import { needChannel } from '../access.ts'
import { text } from '../arguments.ts'
import { completeBlocks, readAttachments, readBlocks, textOfBlocks } from '../blocks.ts'
import { readMetadata, readText, textOptions } from '../compose.ts'
import { fail } from '../errors.ts'
import { isOwn, needMessage } from '../items.ts'
import { richTextBlock } from '../messages.ts'
import { emitMessageEvent } from '../notify.ts'
import { messages } from '../state.ts'
import { storeText } from '../text.ts'
import { messageView } from '../views.ts'
import type { Block, Message } from '../wire.ts'

const textMax = 4000

/**
 * chat.update. What is not mentioned stays, except that a new text without blocks takes the old blocks
 * away (FACTS: update).
 */
export function edit(exchange: Exchange): Reply {
  const { world, rows, who, at } = exchange
  const channel = needChannel(exchange)
  if (channel.is_archived) return fail('is_inactive')
  const row = needMessage(exchange, channel.id)
  if (!isOwn(exchange, row)) return fail('cant_update_message')
  const edited = { user: who.account, ts: `${Math.floor(at / 1000)}.000000` }
  const { blocks, attachments, metadata, ...rest } = row
  const change = readChange(exchange, row)
  const kept = { blocks, attachments, metadata, ...change }
  const made: Message = { ...rest, text: kept.text ?? row.text, edited }
  if (kept.attachments !== undefined) made.attachments = kept.attachments
  if (kept.blocks !== undefined) made.blocks = kept.blocks
  if (kept.metadata !== undefined) made.metadata = kept.metadata
  rows.put(messages, made)
  const fields = { message: messageView(made), previous_message: messageView(row) }
  if (made.$lost !== true) emitMessageEvent(world, channel, 'message_changed', fields)
  return json(200, {
    ok: true,
    channel: channel.id,
    ts: row.ts,
    text: made.text,
    message: editedView(made),
  })
}

interface Change {
  text?: string
  blocks?: readonly Block[] | undefined
  attachments?: readonly Block[] | undefined
  metadata?: Message['metadata'] | undefined
}

function readChange(exchange: Exchange, row: Message): Change {
  const { world, args } = exchange
  const blocks = readBlocks(args)
  const attachments = readAttachments(args)
  const hasText = text(args, 'text') !== undefined || text(args, 'markdown_text') !== undefined
  const nothing = blocks === undefined && attachments === undefined && !hasText
  if (nothing && args['metadata'] === undefined) return fail('no_text')
  const change: Change = {}
  if (hasText) {
    const written = readText(exchange)
    if (written.length > textMax) return fail('msg_too_long')
    const options = textOptions(exchange)
    change.text = storeText(written, options)
    change.blocks =
      change.text === '' ? undefined : [richTextBlock(world, change.text, options.mrkdwn)]
  }
  if (blocks !== undefined) {
    change.blocks = blocks.length === 0 ? undefined : completeBlocks(world, blocks)
    if (!hasText && blocks.length > 0) change.text = textOfBlocks(blocks)
  }
  if (attachments !== undefined)
    change.attachments = attachments.length === 0 ? undefined : attachments
  if (args['metadata'] !== undefined) change.metadata = readMetadata(exchange)
  needContent(change, row)
  return change
}

function needContent(change: Change, row: Message): void {
  const left = { text: row.text, blocks: row.blocks, attachments: row.attachments, ...change }
  const isEmpty =
    left.text.trim() === '' && left.blocks === undefined && left.attachments === undefined
  if (isEmpty) fail('no_text')
}

/** The answer shows the message without its place: no ts, thread or reactions. */
function editedView(row: Message): object {
  const { user, type, edited, bot_id, app_id, text, team, bot_profile, blocks, attachments } = row
  return {
    ...(user !== undefined && { user }),
    type,
    edited,
    ...(bot_id !== undefined && { bot_id }),
    ...(app_id !== undefined && { app_id }),
    text,
    ...(team !== undefined && { team }),
    ...(bot_profile !== undefined && { bot_profile }),
    ...(attachments !== undefined && { attachments }),
    ...(blocks !== undefined && { blocks }),
  }
}
