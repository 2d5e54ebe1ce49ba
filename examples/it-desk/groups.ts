import type { Services } from './desk.ts'
import { findGroup, listMembers } from './okta.ts'
import { Refused, type Json, type Service } from './service.ts'
import { findChannel, findMember, invite, listPeople } from './slack.ts'

interface Sync {
  /** The name of a group in Okta: it leads, the other two follow. */
  team: string
  /** The name of a group in Jira. */
  jiraGroup: string
  /** The name of a channel in Slack. */
  channel: string
}

/** Sees to it that a Jira group and a Slack channel hold who is in a group of Okta, and nobody else. */
export async function followDirectory(services: Services, sync: Sync): Promise<unknown> {
  const { okta, jira, slack } = services
  const { id } = await findGroup(okta, sync.team)
  const members = await listMembers(okta, id)
  const emails = members.filter(({ status }) => status === 'ACTIVE').map((one) => one.profile.email)
  // An empty answer is more often a mistake than a team without people.
  if (emails.length === 0) throw new Error(`"${sync.team}" has no members: nothing was changed`)
  const noJira = await followInJira(jira, sync.jiraGroup, emails)
  const noSlack = await followInSlack(slack, sync.channel, emails)
  return { missing: [...new Set([...noJira, ...noSlack])].sort() }
}

/** Returns who has no account there. */
async function followInJira(jira: Service, name: string, emails: string[]): Promise<string[]> {
  const missing: string[] = []
  const query = `groupname=${encodeURIComponent(name)}`
  const list = async (): Promise<Json[]> => {
    const all: Json[] = []
    for (let startAt = 0; ; startAt = all.length) {
      const path = `/rest/api/3/group/member?${query}&startAt=${startAt}&maxResults=50`
      const { values, isLast } = (await jira.read(path)).body
      all.push(...values)
      if (isLast || values.length === 0) return all
    }
  }
  const has = async (accountId: string): Promise<boolean> =>
    (await list()).some((one) => one.accountId === accountId)
  const before = await list()
  for (const email of emails) {
    const accountId = await findJiraAccount(jira, email)
    if (accountId === undefined) missing.push(email)
    else if (!before.some((one) => one.accountId === accountId)) {
      const path = `/rest/api/3/group/user?${query}`
      await jira.write('POST', path, { accountId }, () => has(accountId))
    }
  }
  for (const { accountId, emailAddress } of before) {
    if (emails.includes(emailAddress)) continue
    const path = `/rest/api/3/group/user?${query}&accountId=${encodeURIComponent(accountId)}`
    await jira.write('DELETE', path, undefined, async () => !(await has(accountId)))
  }
  return missing
}

/** Returns who is not there. */
async function followInSlack(slack: Service, name: string, emails: string[]): Promise<string[]> {
  const missing: string[] = []
  const channel = await findChannel(slack, name)
  if (channel === undefined) throw new Error(`there is no #${name}`)
  const before = await listPeople(slack, channel)
  for (const email of emails) {
    const user = await findMember(slack, email)
    if (user === undefined) missing.push(email)
    else if (!before.some(({ id }) => id === user)) await invite(slack, channel, user)
  }
  for (const { id, email } of before) {
    if (!emails.includes(email)) await kick(slack, channel, id)
  }
  return missing
}

async function kick(slack: Service, channel: string, user: string): Promise<void> {
  const isOut = async (): Promise<boolean> =>
    !(await listPeople(slack, channel)).some(({ id }) => id === user)
  try {
    await slack.write('POST', '/conversations.kick', { channel, user }, isOut)
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== 'not_in_channel') throw error
  }
}

/** The account with exactly this address; undefined where there is none. */
async function findJiraAccount(jira: Service, email: string): Promise<string | undefined> {
  const path = `/rest/api/3/user/search?query=${encodeURIComponent(email)}`
  const found: Json[] = (await jira.read(path)).body
  return found.find((one) => one.emailAddress === email)?.accountId
}
