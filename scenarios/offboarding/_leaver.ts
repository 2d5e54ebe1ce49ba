import type { Kit, Someone } from '../../runner/scenario.ts'

export type Story = Kit<'okta' | 'jira' | 'slack'>

/** Somebody with an account in each service, all under one address. */
export interface Person extends Someone {
  oktaId: string
  jiraId: string
  slackId: string
}

/** The handle of the service's bot in the default world. */
export const bot = 'acmeassistant'

/** Leads the projects of these stories; from the default world. */
export const lead = 'grace.nguyen@acme.example'

/** Hires somebody, whom the seed chooses unless told: an account in each service. */
export function hire(
  { given, person }: Story,
  known: Partial<Omit<Someone, 'name'>> = {},
  status: 'ACTIVE' | 'DEPROVISIONED' = 'ACTIVE',
): Person {
  const someone = person(known)
  const { firstName, lastName, name, email } = someone
  const account = given.okta.user({ status, firstName, lastName, email })
  const user = given.jira.user({ emailAddress: email, displayName: name })
  const member = given.slack.user({ email, real_name: name })
  return { ...someone, oktaId: account.id, jiraId: user.accountId, slackId: member.id }
}

/** The same name at another company. */
export function emailAt({ email }: Someone, host: string): string {
  return `${email.slice(0, email.indexOf('@'))}@${host}`
}

/** The id of #it-offboarding, which is there in the default world and has the service's bot in it. */
export function findRoom({ slack }: Story): string {
  const { channels } = slack.get('/api/conversations.list?limit=999').body
  return channels.find((one: { name: string }) => one.name === 'it-offboarding').id
}

/** A project of the lead with so many issues of a person; returns the issues' ids. */
export function giveWork({ given }: Story, person: Person, count: number, key = 'HAND'): string[] {
  given.jira.project({ key, name: 'Handover', lead })
  return Array.from({ length: count }, (_, i) => {
    const summary = `Piece of work ${i + 1}`
    return given.jira.issue({ project: key, summary, assignee: person.jiraId }).id
  })
}

/** What off-boarding somebody may change. Everything else is collateral damage. */
export function allowLeaving({ changes }: Story, person: Person, issues: readonly string[]): void {
  const { oktaId } = person
  changes.allow(
    `okta.users[${oktaId}]`,
    `okta.memberships[userId=${oktaId}]`,
    `okta.sessions[userId=${oktaId}]`,
  )
  for (const issue of issues) {
    changes.allow(`jira.issues[${issue}].fields.assignee`, `jira.comments[+issue=${issue}]`)
  }
}

/** The names of the groups that an account was put into. */
export function groupsOf({ okta }: Story, oktaId: string): string[] {
  const groups = okta.get<{ type: string; profile: { name: string } }[]>(
    `/api/v1/users/${oktaId}/groups`,
  )
  return groups.body.filter((one) => one.type === 'OKTA_GROUP').map((one) => one.profile.name)
}

/** How many open issues somebody has. */
export function openIssuesOf({ jira }: Story, jiraId: string): number {
  const jql = encodeURIComponent(`assignee = "${jiraId}" AND statusCategory != Done`)
  return jira.get(`/rest/api/3/search/jql?maxResults=5000&jql=${jql}`).body.issues.length
}

/** Who has an issue, by e-mail address, and how many comments it holds. */
export function lookAt(
  { jira }: Story,
  issue: string,
): { assignee: string | null; comments: number } {
  const { fields } = jira.get(`/rest/api/3/issue/${issue}?fields=assignee,comment`).body
  return { assignee: fields.assignee?.emailAddress ?? null, comments: fields.comment.total }
}

/** What bots have written into a channel. */
export function messagesIn({ slack }: Story, channel: string): string[] {
  const { messages } = slack.get(`/api/conversations.history?channel=${channel}&limit=999`).body
  return messages
    .filter((one: { bot_id?: string }) => one.bot_id !== undefined)
    .map((one: { text: string }) => one.text)
}
