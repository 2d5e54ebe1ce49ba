import { createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Slack asks receivers to refuse anything older. */
const AGE_S_MAX = 300

/** Whether a webhook was signed with the secret that we share with Jira. */
export function isFromJira(text: string, headers: IncomingHttpHeaders, secret: string): boolean {
  const expected = `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`
  return isSame(expected, headers['x-hub-signature'])
}

/** Whether an event was signed with the app's signing secret, and lately. */
export function isFromSlack(text: string, headers: IncomingHttpHeaders, secret: string): boolean {
  const stamp = String(headers['x-slack-request-timestamp'])
  if (!(Math.abs(Date.now() / 1000 - Number(stamp)) <= AGE_S_MAX)) return false
  const digest = createHmac('sha256', secret).update(`v0:${stamp}:${text}`).digest('hex')
  return isSame(`v0=${digest}`, headers['x-slack-signature'])
}

function isSame(expected: string, given: string | string[] | undefined): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(String(given))]
  return one.length === other.length && timingSafeEqual(one, other)
}
