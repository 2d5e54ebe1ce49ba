import { Client, DefaultRequestExecutor } from '@okta/okta-sdk-nodejs'
import { WebClient } from '@slack/web-api'
import { createCloudClient } from 'jira.js'
import { setTimeout as wait } from 'node:timers/promises'

type Env = Record<string, string | undefined>

/**
 * The same story as ../offboarding, as it is written in a hurry: it reads well and works when
 * nothing goes wrong. It tries every call again, also one that had got through; it reads one page;
 * it takes the first person that a search finds; and it has not heard of guest accounts.
 */
export async function offboard(email: string, env: Env): Promise<unknown> {
  const okta = new Client({
    orgUrl: env['OKTA_CLIENT_ORGURL']!,
    token: env['OKTA_CLIENT_TOKEN']!,
    requestExecutor: new DefaultRequestExecutor({ maxRetries: 2, requestTimeout: 3000 }),
  })
  const user = await retry(() => okta.userApi.getUser({ userId: email }))
  const userId = user.id!
  await retry(() => okta.userApi.revokeUserSessions({ userId }))
  let groups = 0
  for await (const group of await retry(() => okta.userApi.listUserGroups({ userId }))) {
    if (group?.type !== 'OKTA_GROUP') continue
    await retry(() => okta.groupApi.unassignUserFromGroup({ groupId: group.id!, userId }))
    groups++
  }
  if (user.status !== 'DEPROVISIONED') await retry(() => okta.userApi.deactivateUser({ userId }))

  const issues = await handOverIssues(email, env)

  const slack = new WebClient(env['SLACK_BOT_TOKEN']!, {
    slackApiUrl: env['SLACK_API_URL']!,
    retryConfig: { retries: 3, minTimeout: 100 },
  })
  const name = `${user.profile?.firstName} ${user.profile?.lastName}`
  const text = `${name} has been off-boarded: ${groups} groups, ${issues} issues.`
  await say(slack, text)
  return { groups, issues }
}

async function handOverIssues(email: string, env: Env): Promise<number> {
  const jira = createCloudClient({
    host: env['JIRA_HOST']!,
    auth: { type: 'basic', email: env['JIRA_EMAIL']!, apiToken: env['JIRA_API_TOKEN']! },
    onSchemaMismatch: 'silent',
  })
  const [person] = await retry(() => jira.userSearch.findUsers({ query: email }))
  if (person === undefined) return 0
  const { issues = [] } = await retry(() =>
    jira.issueSearch.searchAndReconsileIssuesUsingJql({
      jql: `assignee = "${person.accountId}" AND statusCategory != Done`,
      fields: ['project'],
    }),
  )
  for (const { key, fields } of issues) {
    const project = await retry(() =>
      jira.projects.getProject({ projectIdOrKey: fields!['project'].key }),
    )
    const lead = project.lead!.accountId!
    const issueIdOrKey = key!
    await retry(() => jira.issues.assignIssue({ issueIdOrKey, accountId: lead }))
    await retry(() =>
      jira.issueComments.addComment({ issueIdOrKey, body: paragraph(`${email} has left.`) }),
    )
  }
  return issues.length
}

async function retry<T>(ask: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === 3) throw error
      await wait(100 * attempt)
    }
  }
}

function say(slack: WebClient, text: string): Promise<unknown> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's, not the window's.
  return slack.chat.postMessage({ channel: '#it-offboarding', text })
}

function paragraph(text: string) {
  const content = [{ type: 'paragraph', content: [{ type: 'text', text }] }]
  return { type: 'doc', version: 1, content }
}
