import type { IncomingHttpHeaders } from 'node:http'
import { WebClient, LogLevel } from '@slack/web-api'
import { createCloudClient } from 'jira.js'
import { isFromJira, isFromSlack } from './signatures.ts'
import { Sync, type IssueEvent, type SlackEvent } from './sync.ts'

interface Answer {
  status: number
  body?: unknown
}

interface Incoming {
  text: string
  headers: IncomingHttpHeaders
}

/** One customer: what it may be asked, by method and path. */
export interface Tenant {
  routes: Readonly<Record<string, (incoming: Incoming) => Promise<Answer> | Answer>>
}

/** Makes a customer from its settings, which are named as the official clients name them. */
export function createTenant(env: Readonly<Record<string, string>>): Tenant {
  const need = (name: string): string => {
    const value = env[name]
    if (value === undefined || value === '') throw new Error(`${name} is not set.`)
    return value
  }
  const jira = createCloudClient({
    host: need('JIRA_HOST'),
    auth: { type: 'basic', email: need('JIRA_EMAIL'), apiToken: need('JIRA_API_TOKEN') },
    onSchemaMismatch: 'silent',
  })
  const slack = new WebClient(need('SLACK_BOT_TOKEN'), {
    slackApiUrl: need('SLACK_API_URL'),
    logLevel: LogLevel.ERROR,
  })
  const sync = new Sync(jira, slack)
  return {
    routes: {
      'POST /links': ({ text }) => {
        sync.link(JSON.parse(text) as { project: string; channel: string })
        return { status: 201 }
      },
      'POST /hooks/jira': async ({ text, headers }) => {
        if (!isFromJira(text, headers, need('JIRA_WEBHOOK_SECRET'))) return { status: 401 }
        await sync.onIssue(JSON.parse(text) as IssueEvent)
        return { status: 204 }
      },
      'POST /hooks/slack': ({ text, headers }) => {
        if (!isFromSlack(text, headers, need('SLACK_SIGNING_SECRET'))) return { status: 401 }
        const envelope = JSON.parse(text) as { challenge?: string; event?: SlackEvent }
        if (envelope.event === undefined) return { status: 200, body: envelope }
        // Slack waits for three seconds and no longer; what there is to do comes after the answer.
        sync.onSlack(envelope.event).catch((error: unknown) => console.error(error))
        return { status: 200 }
      },
    },
  }
}
