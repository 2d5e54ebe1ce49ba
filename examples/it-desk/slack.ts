import { Refused, type Service } from './service.ts'

export interface Message {
  ts: string
  text: string
  user?: string
  bot_id?: string
  subtype?: string
  reply_count?: number
  reactions?: { name: string; users: string[] }[]
}

/** The id of a channel by name. */
export async function findChannel(slack: Service, name: string): Promise<string | undefined> {
  for (let cursor = ''; ;) {
    const path = `/conversations.list?limit=200&exclude_archived=true&cursor=${encodeURIComponent(cursor)}`
    const { channels, response_metadata: more } = (await slack.read(path)).body
    const found = channels.find((one: { name: string }) => one.name === name)
    if (found !== undefined) return found.id
    cursor = more?.next_cursor ?? ''
    if (cursor === '') return undefined
  }
}

/** What stands in a channel since a time. */
export async function readChannel(slack: Service, channel: string): Promise<Message[]> {
  const all: Message[] = []
  for (let cursor = ''; ;) {
    const path = `/conversations.history?channel=${channel}&limit=100&cursor=${encodeURIComponent(cursor)}`
    const { messages, response_metadata: more } = (await slack.read(path)).body
    all.push(...messages)
    cursor = more?.next_cursor ?? ''
    if (cursor === '') return all
  }
}

/** What was answered to a message. */
export async function readThread(slack: Service, channel: string, ts: string): Promise<Message[]> {
  const path = `/conversations.replies?channel=${channel}&ts=${ts}&limit=200`
  return (await slack.read(path)).body.messages.slice(1)
}

/** A person's id by address; undefined when nobody here has it. */
export async function findMember(slack: Service, email: string): Promise<string | undefined> {
  try {
    const path = `/users.lookupByEmail?email=${encodeURIComponent(email)}`
    return (await slack.read(path)).body.user.id
  } catch (error) {
    if (error instanceof Refused && error.code === 'users_not_found') return undefined
    throw error
  }
}

/** Says something once, though the first answer be lost. */
export async function say(
  slack: Service,
  message: { channel: string; text: string; thread_ts?: string },
): Promise<void> {
  const { channel, text, thread_ts } = message
  await slack.write('POST', '/chat.postMessage', message, async () => {
    const said =
      thread_ts === undefined
        ? await readChannel(slack, channel)
        : await readThread(slack, channel, thread_ts)
    // A mention is kept as it was written, the same signs elsewhere are not.
    const kept = new Set([text, escaped(text)])
    return said.some((one) => one.bot_id !== undefined && kept.has(one.text))
  })
}

/** Slack keeps these three as entities. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** Sees to it that somebody is in a channel. */
export async function invite(slack: Service, channel: string, user: string): Promise<void> {
  const isIn = async (): Promise<boolean> => {
    const path = `/conversations.members?channel=${channel}&limit=1000`
    return (await slack.read(path)).body.members.includes(user)
  }
  try {
    await slack.write('POST', '/conversations.invite', { channel, users: user }, isIn)
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'already_in_channel') throw error
  }
}

/** The people in a channel, with their addresses; bots are none. */
export async function listPeople(
  slack: Service,
  channel: string,
): Promise<{ id: string; email: string }[]> {
  const people: { id: string; email: string }[] = []
  for (let cursor = ''; ;) {
    const path = `/conversations.members?channel=${channel}&limit=200&cursor=${encodeURIComponent(cursor)}`
    const { members, response_metadata: more } = (await slack.read(path)).body
    for (const id of members) {
      const { user } = (await slack.read(`/users.info?user=${id}`)).body
      if (!user.is_bot) people.push({ id, email: user.profile.email ?? '' })
    }
    cursor = more?.next_cursor ?? ''
    if (cursor === '') return people
  }
}
