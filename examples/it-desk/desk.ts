import { decideAccess, endAccess, requestAccess } from './access.ts'
import { followDirectory } from './groups.ts'
import { closeIncident, openIncident } from './incidents.ts'
import { raiseQuestions } from './questions.ts'
import { Service, type Json } from './service.ts'
import { welcome } from './joiners.ts'
import { closeLeak, rotateWebhook } from './secrets.ts'
import { suspendStale } from './stale-accounts.ts'
import { fileMessages } from './tickets.ts'
import { triage } from './triage.ts'

/** The services that a desk works with. */
export interface Services {
  okta: Service
  jira: Service
  slack: Service
}

/** What the desk is asked for, by path. */
const routes: Record<string, (services: Services, body: Json) => Promise<unknown>> = {
  '/access/requests': requestAccess,
  '/access/decisions': decideAccess,
  '/sweeps/access': endAccess,
  '/incidents': openIncident,
  '/incidents/close': closeIncident,
  '/secrets/leaks': closeLeak,
  '/secrets/webhooks': rotateWebhook,
  '/sweeps/stale-accounts': suspendStale,
  '/sweeps/questions': raiseQuestions,
  '/sync/groups': followDirectory,
  '/triage': triage,
  '/triage/messages': fileMessages,
  '/hr/joiners': welcome,
}

/** The IT desk's bot: the small chores of a real team, by plain fetch, as a function. */
export default async function desk(
  { path, body }: { path: string; body?: unknown },
  { env, fetch }: { env: Record<string, string>; fetch: typeof globalThis.fetch },
): Promise<{ status: number; body: unknown }> {
  const route = routes[path]
  if (route === undefined) return { status: 404, body: { error: `no chore ${path}` } }
  try {
    return { status: 200, body: await route(connect(env, fetch), body) }
  } catch (error) {
    // Whoever asked asks again: every chore can be done twice without harm.
    return { status: 502, body: { error: String(error) } }
  }
}

function connect(env: Record<string, string>, fetch: typeof globalThis.fetch): Services {
  const jiraLogin = Buffer.from(`${env['JIRA_EMAIL']}:${env['JIRA_API_TOKEN']}`).toString('base64')
  return {
    okta: new Service(env['OKTA_CLIENT_ORGURL'] ?? '', `SSWS ${env['OKTA_CLIENT_TOKEN']}`, fetch),
    jira: new Service(env['JIRA_HOST'] ?? '', `Basic ${jiraLogin}`, fetch),
    slack: new Service(env['SLACK_API_URL'] ?? '', `Bearer ${env['SLACK_BOT_TOKEN']}`, fetch),
  }
}
