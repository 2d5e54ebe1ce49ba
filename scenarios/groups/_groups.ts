import type { Kit, Someone } from '../../runner/scenario.ts'

type Story = Kit<'okta' | 'jira' | 'slack'>

export const bot = 'acmeassistant'

/** A team with an account everywhere, and what follows it: a Jira group and a Slack channel of the same name. */
export function setUp(kit: Story) {
  const { given, pick } = kit
  const name = pick(['falcon', 'heron', 'kestrel'])
  const group = given.okta.group({ name: `Team ${name}` })
  const jiraGroup = given.jira.group({ name })
  const channel = given.slack.channel({ name, members: [bot] })
  return {
    name,
    group,
    jiraGroup,
    channel,
    order: { team: group.profile.name, jiraGroup: name, channel: name },
  }
}

/** Makes somebody's accounts; each place tells whether they are in it already. */
export function place(
  { given }: Story,
  name: string,
  who: Someone,
  has: { team?: boolean; jira?: boolean; slack?: boolean },
) {
  const { firstName, lastName, email } = who
  const groups = has.team ? [`Team ${name}`] : []
  const okta = given.okta.user({ firstName, lastName, email, groups })
  const jira = given.jira.user({
    email,
    displayName: who.name,
    ...(has.jira && { groups: [name] }),
  })
  const slack = given.slack.user({
    email,
    real_name: who.name,
    ...(has.slack && { channels: [name] }),
  })
  return { email, okta: okta.id, jira: jira.accountId, slack: slack.id }
}

/** Addresses in the Jira group. */
export function inJira({ jira }: Story, name: string): string[] {
  const { values } = jira.get(`/rest/api/3/group/member?groupname=${name}&maxResults=50`).body
  return values.map((one: { accountId: string }) => one.accountId).sort()
}

/** People in the channel, without the bot. */
export function inSlack({ slack }: Story, channel: string): string[] {
  const { members } = slack.get(`/api/conversations.members?channel=${channel}&limit=999`).body
  const people = slack.get('/api/users.list?limit=999').body.members
  const bots = people.filter((one: { is_bot: boolean }) => one.is_bot)
  const isBot = (id: string): boolean => bots.some((one: { id: string }) => one.id === id)
  return members.filter((id: string) => !isBot(id)).sort()
}
