import type { Services } from './desk.ts'
import { findAccount, quoted, search } from './jira.ts'
import { findUser } from './okta.ts'
import type { Json } from './service.ts'
import { findChannel, readChannel, say } from './slack.ts'

interface Leak {
  /** Whose password it is. */
  email: string
  /** Where it was found, with the secret in it: for our eyes only. */
  found: string
  /** Where it stands: a repository, a page. */
  place: string
  channel: string
  project: string
}

/** Makes a leaked password worthless, gives its owner a task, and tells the team without telling the secret. */
export async function closeLeak(services: Services, leak: Leak): Promise<unknown> {
  const { okta, slack } = services
  const user = await findUser(okta, leak.email)
  if (user === undefined) throw new Error(`there is no account ${leak.email}`)
  const status = async (): Promise<string> => (await findUser(okta, leak.email)).status
  if ((await status()) === 'ACTIVE') {
    const path = `/api/v1/users/${user.id}/lifecycle/expire_password`
    await okta.write('POST', path, undefined, async () => (await status()) !== 'ACTIVE')
  }
  // Ending what has ended does no harm.
  const again = (): Promise<boolean> => Promise.resolve(false)
  await okta.write('DELETE', `/api/v1/users/${user.id}/sessions`, undefined, again)
  const task = await fileTask(services, leak, user.profile)
  const channel = await findChannel(slack, leak.channel)
  if (channel === undefined) throw new Error(`there is no #${leak.channel}`)
  const text = `A password of ${user.profile.firstName} ${user.profile.lastName} was found in ${leak.place}; it opens nothing any more. ${task}`
  const said = await readChannel(slack, channel)
  if (!said.some((one) => one.bot_id !== undefined && one.text.includes(task))) {
    await say(slack, { channel, text })
  }
  return { task }
}

async function fileTask({ jira }: Services, leak: Leak, profile: Json): Promise<string> {
  const label = `leak-${leak.email.replaceAll(/[^a-z0-9]+/g, '-')}`
  const find = () =>
    search(
      jira,
      `project = ${quoted(leak.project)} AND labels = ${quoted(label)} AND statusCategory != Done`,
    )
  const [known] = await find()
  if (known !== undefined) return known
  const fields = {
    project: { key: leak.project },
    issuetype: { name: 'Task' },
    summary: `Choose a new password: ${profile.firstName} ${profile.lastName}`,
    labels: [label],
    assignee: { accountId: await findAccount(jira, leak.email) },
  }
  await jira.write('POST', '/rest/api/3/issue', { fields }, async () => (await find()).length > 0)
  const [task] = await find()
  if (task === undefined) throw new Error('the task is nowhere to be found')
  return task
}

/** Gives a webhook of Jira a new secret. It is changed where it stands: no event may fall between two hooks. */
export async function rotateWebhook(
  { jira }: Services,
  { name, secret }: { name: string; secret: string },
): Promise<unknown> {
  const hooks: Json[] = (await jira.read('/rest/webhooks/1.0/webhook')).body
  const named = hooks.filter((one) => one.name === name)
  if (named.length !== 1) throw new Error(`there are ${named.length} webhooks "${name}"`)
  const { self, url, events, filters } = named[0]
  const id = self.slice(self.lastIndexOf('/') + 1)
  const again = (): Promise<boolean> => Promise.resolve(false)
  const hook = { name, url, events, secret, ...(filters !== undefined && { filters }) }
  await jira.write('PUT', `/rest/webhooks/1.0/webhook/${id}`, hook, again)
  return { rotated: 1 }
}
