import { createHmac } from 'node:crypto'
import type { Outgoing, Subscription } from '../../engine/agenda.ts'
import type { EventEntry } from '../../engine/journal.ts'
import type { EventSender } from '../../engine/twin.ts'
import type { World } from '../../engine/world.ts'
import { parseJql } from './jql/parser.ts'
import { JqlError } from './jql/jql-error.ts'
import { defaultZone } from './lens.ts'
import { passes, prepareQuery } from './query.ts'
import { issues } from './state.ts'

const minuteMs = 60_000

/** How subscribers are told (FACTS: webhook-delivery). */
export const events: EventSender = {
  toRequest: (world, subscription, event) => {
    if (subscription.facts?.['enabled'] === false || !isWanted(world, subscription, event))
      return undefined
    return request(world, subscription, event)
  },
  receiver: (world) => {
    const secret = world.newId({ length: 40 })
    const number = world.nextNumber('jira.webhooks')
    const facts = { name: 'Webhook', number, enabled: true, lastUpdated: world.now() }
    return { secret, facts, env: { JIRA_WEBHOOK_SECRET: secret } }
  },
  toRetry: (_world, { request: first, attempt }) => ({
    ...first,
    headers: { ...first.headers, 'x-atlassian-webhook-retry': String(attempt - 1) },
  }),
  // Five more attempts; the service waits 5 to 15 minutes before each, at random: these lie within.
  retryAfterMs: [5, 7, 9, 12, 15].map((minutes) => minutes * minuteMs),
  // Anything else is final, good or bad.
  accepted: (status) => ![408, 409, 425, 429].includes(status) && status < 500,
  timeoutMs: 30_000,
}

/** Whether an event passes the subscription's query: on the issue as it is, or was last. */
function isWanted(world: World, { facts }: Subscription, { payload }: EventEntry): boolean {
  const jql = facts?.['jql']
  const id = (payload as { $issue?: string }).$issue
  if (typeof jql !== 'string' || jql === '' || id === undefined) return true
  const scope = {
    rows: world.rows,
    viewer: { rows: world.rows, account: undefined, allSeeing: true },
    now: world.now(),
    zone: defaultZone,
    weekStart: 0,
    problems: [],
  }
  try {
    return passes(prepareQuery(parseJql(jql), scope), id)
  } catch (error) {
    if (error instanceof JqlError) return false
    throw error
  }
}

function request(
  world: World,
  { url, secret, facts }: Subscription,
  { payload }: EventEntry,
): Outgoing {
  const { $issue, ...body } = payload as Record<string, unknown> & { $issue?: string }
  const text = facts?.['excludeBody'] === true ? '' : JSON.stringify(body)
  const headers: Record<string, string> = {
    'content-type': 'application/json; charset=UTF-8',
    'user-agent': 'Atlassian HttpClient 1.1.0 / JIRA-1001.0.0-SNAPSHOT (100287) / Default',
    'x-atlassian-webhook-identifier': world.newUuid(),
    'x-atlassian-webhook-flow': 'Primary',
    'x-atlassian-webhook-trace': world.newId({ length: 16, alphabet: 'hex' }),
  }
  if (secret !== undefined) headers['x-hub-signature'] = signatureOf(secret, text)
  return { method: 'POST', url: fill(world, url, $issue), headers, body: text }
}

/** The proof that a body comes from somebody who knows the secret. */
export function signatureOf(secret: string, body: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
}

/** Variables of the URL stand for the issue at hand. */
function fill(world: World, url: string, id: string | undefined): string {
  if (id === undefined || !url.includes('{')) return url
  const issue = world.rows.get(issues, id)
  const values: Record<string, string> = {
    'issue.id': id,
    'issue.key': issue?.key ?? '',
    'project.key': issue?.key.replace(/-\d+$/, '') ?? '',
    'project.id': issue?.fields.project ?? '',
  }
  return url.replace(/\$?\{([a-z.]+)\}/g, (whole, name: string) =>
    name in values ? encodeURIComponent(values[name]!) : whole,
  )
}
