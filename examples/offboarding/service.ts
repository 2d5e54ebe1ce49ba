import { Jira } from './jira.ts'
import { offboard } from './offboard.ts'
import { Okta } from './okta.ts'
import type { Settings } from './settings.ts'
import { Slack } from './slack.ts'

export interface Request {
  method: string
  path: string
  body?: unknown
}

export interface Response {
  status: number
  body: unknown
}

/** Makes the service: one way in, `POST /hr/leavers` with `{ "email": … }`. */
export function createService(settings: Settings): (request: Request) => Promise<Response> {
  const { answerMsMax } = settings
  const desks = {
    okta: new Okta(settings.okta, { answerMsMax }),
    jira: new Jira(settings.jira, { answerMsMax }),
    slack: new Slack(settings.slack, { answerMsMax }),
    channel: settings.channel,
  }
  return async ({ method, path, body }) => {
    if (path !== '/hr/leavers') return { status: 404, body: { error: 'no such path' } }
    if (method !== 'POST') return { status: 405, body: { error: 'only POST' } }
    const email = readEmail(body)
    if (email === undefined) return { status: 400, body: { error: 'email is needed' } }
    try {
      const report = await offboard(email, desks)
      return report === undefined
        ? { status: 404, body: { error: `nobody has the address ${email}` } }
        : { status: 200, body: report }
    } catch (error) {
      // What is done stays done; HR's system reports the leaver again later.
      return { status: 502, body: { error: String(error) } }
    }
  }
}

/** The address, when it is one. Quotes and blanks are legal in none that HR gives out, and would change our searches. */
function readEmail(body: unknown): string | undefined {
  const { email } = (body ?? {}) as { email?: unknown }
  if (typeof email !== 'string') return undefined
  return /^[^\s"\\@]+@[^\s"\\@]+$/.test(email.trim()) ? email.trim() : undefined
}
