import type { Exchange } from '../../engine/exchange.ts'
import { text } from './arguments.ts'
import { fail } from './errors.ts'
import { messages } from './state.ts'
import type { Message } from './wire.ts'

/** The message that the call names. */
export function needMessage({ rows, args }: Exchange, channel: string, name = 'ts'): Message {
  const row = rows.get(messages, `${channel}/${text(args, name) ?? ''}`)
  return row ?? fail('message_not_found')
}

/** People and bots own what they posted; what the app posted under another name is its bot's. */
export function isOwn({ who }: Exchange, row: Message): boolean {
  if (who.allSeeing === true || row.user === who.account) return true
  const isNameless = row.user === undefined && row.bot_id !== undefined
  return isNameless && who.kind === 'bot' && row.bot_id === who.token?.facts?.['bot_id']
}

/** The address of a message in the browser. */
export function permalinkOf(row: Message, domain: string): string {
  const { channel, ts, thread_ts: root } = row
  const link = `https://${domain}.slack.com/archives/${channel}/p${ts.replace('.', '')}`
  return root === undefined || root === ts ? link : `${link}?thread_ts=${root}&cid=${channel}`
}
