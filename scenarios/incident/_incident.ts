import type { Kit, Someone } from '../../runner/scenario.ts'

type Story = Kit<'slack'>

interface Channel {
  id: string
  name: string
  creator: string
}

/** What the monitor reports. */
export function openIncident({ random, pick }: Story, helpers: readonly Someone[]) {
  const number = random(100, 9999)
  const title = `${pick(['Checkout', 'Sign-in', 'Search', 'Billing'])} ${pick(['is down', 'is slow', 'answers 500'])}`
  const responders = helpers.map(({ email }) => email)
  return { name: `inc-${number}`, title, report: { number, title, responders } }
}

/** Channels of exactly this name; Slack itself allows only one. */
export function findChannels({ slack }: Story, name: string): Channel[] {
  const all: Channel[] = slack.get('/api/conversations.list?limit=999').body.channels
  return all.filter((one) => one.name.startsWith(name))
}

/** What the bot has said in a channel. */
export function messagesIn({ slack }: Story, channel: string): string[] {
  const { messages } = slack.get(`/api/conversations.history?channel=${channel}&limit=999`).body
  return messages
    .filter((one: { bot_id?: string; subtype?: string }) => one.bot_id && !one.subtype)
    .map((one: { text: string }) => one.text)
}

/** The id of the app's bot user. */
export function bot({ slack }: Story): string {
  const { members } = slack.get('/api/users.list?limit=999').body
  return members.find((one: { name: string }) => one.name === 'acmeassistant').id
}
