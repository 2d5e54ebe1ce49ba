import type { Services } from './desk.ts'
import { findAccount, quoted, search } from './jira.ts'
import { findGroup, findUser, join } from './okta.ts'
import type { Service } from './service.ts'
import { findChannel, findMember, invite, readChannel, say } from './slack.ts'

interface Joiner {
  firstName: string
  lastName: string
  email: string
  /** The name of a group in Okta. */
  team: string
  /** The name of a channel in Slack. */
  channel: string
  manager: string
  project: string
}

/** An account in the team's group, a task for the manager, a word in the team's channel. */
export async function welcome(services: Services, joiner: Joiner): Promise<unknown> {
  const { okta, jira, slack } = services
  const account = await openAccount(okta, joiner)
  const task = await fileTask(jira, joiner)
  const channel = await findChannel(slack, joiner.channel)
  if (channel === undefined) throw new Error(`there is no #${joiner.channel}`)
  const member = await findMember(slack, joiner.email)
  if (member !== undefined) await invite(slack, channel, member)
  // Without the address: Slack keeps one as a link, and the text would not be found again.
  const text = `Welcome ${joiner.firstName} ${joiner.lastName}!`
  const said = await readChannel(slack, channel)
  if (!said.some((one) => one.bot_id !== undefined && one.text === text)) {
    await say(slack, { channel, text })
  }
  return { account, task, inSlack: member !== undefined }
}

async function openAccount(okta: Service, joiner: Joiner): Promise<string> {
  const { firstName, lastName, email, team } = joiner
  const group = await findGroup(okta, team)
  let known = await findUser(okta, email)
  if (known === undefined) {
    const profile = { firstName, lastName, email, login: email }
    const made = await okta.write('POST', '/api/v1/users?activate=true', { profile }, async () => {
      return (await findUser(okta, email)) !== undefined
    })
    known = made ?? (await findUser(okta, email))
  } else if (known.status === 'DEPROVISIONED') {
    // Somebody who comes back has the account of old.
    const path = `/api/v1/users/${known.id}/lifecycle/activate?sendEmail=false`
    const isOpen = async () => (await findUser(okta, email)).status !== 'DEPROVISIONED'
    await okta.write('POST', path, undefined, isOpen)
  }
  await join(okta, group.id, known.id)
  return known.id
}

async function fileTask(jira: Service, joiner: Joiner): Promise<string | undefined> {
  const { firstName, lastName, email, manager, project } = joiner
  const label = `joiner-${email.replaceAll(/[^a-z0-9]+/g, '-')}`
  const find = () => search(jira, `project = ${quoted(project)} AND labels = ${quoted(label)}`)
  const [known] = await find()
  if (known !== undefined) return known
  const fields = {
    project: { key: project },
    issuetype: { name: 'Task' },
    summary: `Prepare the first day of ${firstName} ${lastName}`,
    labels: [label],
    assignee: { accountId: await findAccount(jira, manager) },
  }
  const isThere = async (): Promise<boolean> => (await find()).length > 0
  const made = await jira.write('POST', '/rest/api/3/issue', { fields }, isThere)
  return made?.key ?? (await find())[0]
}
