import type { Kit, Someone } from '../../runner/scenario.ts'

type Story = Kit<'okta' | 'slack'>

export const bot = 'acmeassistant'
export const room = 'access'

/** Somebody who asks, somebody who may say yes, the group in question, and the channel where it is asked. */
export function setUp(kit: Story) {
  const { given, person, pick } = kit
  const [asker, approver] = [person(), person()]
  const name = pick(['Payments admins', 'Production access', 'Customer data'])
  const { firstName, lastName, email } = asker
  const user = given.okta.user({ firstName, lastName, email })
  const group = given.okta.group({ name })
  const seats = [asker, approver].map((one) => inSlack(kit, one))
  const channel = given.slack.channel({ name: room, members: [bot, ...seats] })
  const request = { email: asker.email, group: name, approver: approver.email, channel: room }
  return {
    asker,
    approver,
    askerId: seats[0]!,
    approverId: seats[1]!,
    user,
    group,
    channel,
    request,
  }
}

export function inSlack({ given }: Story, { email, name }: Someone): string {
  return given.slack.user({ email, real_name: name }).id
}

/** What the bot has said in the channel itself, not in threads. */
export function asked({ slack }: Story, channel: string): { ts: string; text: string }[] {
  const { messages } = slack.get(`/api/conversations.history?channel=${channel}&limit=999`).body
  return messages.filter((one: { bot_id?: string; subtype?: string }) => one.bot_id && !one.subtype)
}

/** What the bot has said below a message. */
export function answers({ slack }: Story, channel: string, ts: string): string[] {
  const query = `channel=${channel}&ts=${ts}&limit=999`
  const { messages } = slack.get(`/api/conversations.replies?${query}`).body
  return messages.slice(1).map((one: { text: string }) => one.text)
}

export function memberIds({ okta }: Story, group: string): string[] {
  return okta.get<{ id: string }[]>(`/api/v1/groups/${group}/users`).body.map(({ id }) => id)
}
