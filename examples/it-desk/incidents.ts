import type { Services } from './desk.ts'
import { finish } from './jira.ts'
import { Refused, type Service } from './service.ts'
import { findChannel, findMember, invite, readChannel, say } from './slack.ts'

interface Incident {
  number: number
  title: string
  /** Addresses. */
  responders: string[]
}

/** Opens the channel of an incident, invites who shall help, and says what it is about, once. */
export async function openIncident({ slack }: Services, incident: Incident): Promise<unknown> {
  const name = `inc-${incident.number}`
  const known = await findChannel(slack, name)
  const channel = known ?? (await openChannel(slack, name))
  const unknown: string[] = []
  for (const email of incident.responders) {
    const member = await findMember(slack, email)
    if (member === undefined) unknown.push(email)
    else await invite(slack, channel, member)
  }
  const text = `Incident ${incident.number}: ${incident.title}`
  const said = known === undefined ? [] : await readChannel(slack, channel)
  if (!said.some((one) => one.bot_id !== undefined && one.text.startsWith(text.slice(0, 12)))) {
    await say(slack, { channel, text })
  }
  return { channel, unknown }
}

async function openChannel(slack: Service, name: string): Promise<string> {
  const isThere = async (): Promise<boolean> => (await findChannel(slack, name)) !== undefined
  try {
    const made = await slack.write('POST', '/conversations.create', { name }, isThere)
    if (made !== undefined) return made.channel.id
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'name_taken') throw error
  }
  const found = await findChannel(slack, name)
  if (found === undefined) throw new Error(`#${name} is nowhere to be found`)
  return found
}

/** Says how an incident ended, finishes its issue, and closes its channel: in this order, since a closed one takes no word. */
export async function closeIncident(
  { jira, slack }: Services,
  { number, outcome, issue }: { number: number; outcome: string; issue: string },
): Promise<unknown> {
  const channel = await findChannel(slack, `inc-${number}`)
  await finish(jira, issue)
  // One that is not among the open ones was closed before.
  if (channel === undefined) return { closed: false }
  const text = `Incident ${number} is over: ${outcome}`
  const said = await readChannel(slack, channel)
  if (!said.some((one) => one.bot_id !== undefined && one.text.includes(`${number} is over`))) {
    await say(slack, { channel, text })
  }
  const isClosed = async (): Promise<boolean> =>
    (await findChannel(slack, `inc-${number}`)) === undefined
  try {
    await slack.write('POST', '/conversations.archive', { channel }, isClosed)
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'already_archived') throw error
  }
  return { closed: true }
}
