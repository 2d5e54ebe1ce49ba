import type { Services } from './desk.ts'
import { finish, quoted, search } from './jira.ts'
import { findGroup, findUser, join, leave, listMembers } from './okta.ts'
import { findChannel, findMember, readChannel, readThread, say, type Message } from './slack.ts'

interface AccessRequest {
  /** Who asks, by address. */
  email: string
  /** The name of a group in Okta. */
  group: string
  /** Who may grant it, by address. */
  approver: string
  /** The name of a channel in Slack. */
  channel: string
}

const yes = 'white_check_mark'
const no = 'x'

/** Asks in the channel whether somebody may be in a group, once. */
export async function requestAccess(services: Services, request: AccessRequest): Promise<unknown> {
  const { okta, slack } = services
  const { email, group: name, approver, channel: room } = request
  if (email === approver) return { refused: 'nobody grants access to themselves' }
  const user = await findUser(okta, email)
  if (user === undefined) return { refused: `there is no account ${email}` }
  const group = await findGroup(okta, name)
  const member = await findMember(slack, approver)
  if (member === undefined) return { refused: `${approver} is not in Slack` }
  const channel = await needChannel(services, room)
  const { firstName, lastName } = user.profile
  const text = `<@${member}>, may ${firstName} ${lastName} be in “${name}”? (${user.id} ${group.id})`
  const open = (await readRequests(services, channel)).some(
    (one) => one.user === user.id && one.group === group.id && !one.isDecided,
  )
  if (!open) await say(slack, { channel, text })
  return { asked: true }
}

/** Grants what its approver granted, and says in the thread how each request ended. */
export async function decideAccess(
  services: Services,
  { channel: room }: { channel: string },
): Promise<unknown> {
  const { okta, slack } = services
  const channel = await needChannel(services, room)
  const outcome = { granted: 0, refused: 0 }
  for (const request of await readRequests(services, channel)) {
    if (request.isDecided) continue
    const has = (name: string): boolean =>
      request.reactions.some((one) => one.name === name && one.users.includes(request.approver))
    const isRefused = has(no)
    if (!isRefused && !has(yes)) continue
    if (!isRefused) await join(okta, request.group, request.user)
    const text = isRefused ? 'Refused: nothing changed.' : 'Granted.'
    await say(slack, { channel, thread_ts: request.ts, text })
    outcome[isRefused ? 'refused' : 'granted']++
  }
  return outcome
}

/** Takes back access whose day has come: a task for each says who is in which group until when. */
export async function endAccess(
  { okta, jira }: Services,
  { project, today }: { project: string; today: string },
): Promise<unknown> {
  const due = `project = ${quoted(project)} AND labels = "temporary-access" AND statusCategory != Done AND due <= ${quoted(today)}`
  const keys = await search(jira, due)
  for (const key of keys) {
    const { fields } = (await jira.read(`/rest/api/3/issue/${key}?fields=summary`)).body
    const [, email, name] = /^(\S+) is in (.+)$/.exec(fields.summary) ?? []
    if (email === undefined || name === undefined) throw new Error(`${key} names nobody`)
    const user = await findUser(okta, email)
    const group = await findGroup(okta, name)
    if (user !== undefined && (await listMembers(okta, group.id)).some(({ id }) => id === user.id))
      await leave(okta, group.id, user.id)
    await finish(jira, key)
  }
  return { ended: keys.length }
}

interface OpenRequest {
  ts: string
  user: string
  group: string
  approver: string
  reactions: readonly { name: string; users: string[] }[]
  isDecided: boolean
}

/** What was asked in a channel, as our own messages there say. */
async function readRequests({ slack }: Services, channel: string): Promise<OpenRequest[]> {
  const found: OpenRequest[] = []
  for (const { ts, text, bot_id, reactions = [] } of (
    await readChannel(slack, channel)
  ).reverse()) {
    const match = bot_id && /^<@(\w+)>, may .* \((00u\w+) (00g\w+)\)$/.exec(text)
    if (!match) continue
    const [, approver, user, group] = match
    const replies: Message[] = await readThread(slack, channel, ts)
    const isDecided = replies.some((one) => one.bot_id !== undefined)
    found.push({ ts, user: user!, group: group!, approver: approver!, reactions, isDecided })
  }
  return found
}

async function needChannel({ slack }: Services, name: string): Promise<string> {
  const channel = await findChannel(slack, name)
  if (channel === undefined) throw new Error(`there is no #${name}`)
  return channel
}
