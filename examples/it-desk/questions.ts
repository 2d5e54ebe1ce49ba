import type { Services } from './desk.ts'
import { findChannel, readChannel, readThread, say } from './slack.ts'

/** Answers in the thread of every question that nobody has taken up since a time. */
export async function raiseQuestions(
  { slack }: Services,
  { channel: name, askedBefore, onDuty }: { channel: string; askedBefore: number; onDuty: string },
): Promise<unknown> {
  const channel = await findChannel(slack, name)
  if (channel === undefined) throw new Error(`there is no #${name}`)
  const raised: string[] = []
  for (const { ts, text, bot_id, subtype } of await readChannel(slack, channel)) {
    const isQuestion = bot_id === undefined && subtype === undefined && text.includes('?')
    if (!isQuestion || Number(ts) >= askedBefore) continue
    // A cached count may be old; the thread itself is asked.
    if ((await readThread(slack, channel, ts)).length > 0) continue
    await say(slack, { channel, thread_ts: ts, text: `${onDuty}, can you help here?` })
    raised.push(ts)
  }
  return { raised: raised.length }
}
