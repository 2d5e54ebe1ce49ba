/** Greets everybody of an Okta group in a Slack channel, once; addresses are those of production. */
export async function welcome(
  { group, channel }: { group: string; channel: string },
  { OKTA_CLIENT_TOKEN = '', SLACK_BOT_TOKEN = '' }: Readonly<Record<string, string>>,
): Promise<string[]> {
  const okta = { authorization: `SSWS ${OKTA_CLIENT_TOKEN}`, accept: 'application/json' }
  const found = await fetch(`https://acme.okta.com/api/v1/groups?q=${encodeURIComponent(group)}`, {
    headers: okta,
  })
  const groups = (await found.json()) as { id: string; profile: { name: string } }[]
  const exact = groups.find((one) => one.profile.name === group)
  if (exact === undefined) return []
  const members = await fetch(`https://acme.okta.com/api/v1/groups/${exact.id}/users`, {
    headers: okta,
  })
  const people = (await members.json()) as { profile: { firstName: string } }[]
  const names = people.map(({ profile }) => profile.firstName)
  await post(channel, `Welcome, ${names.join(', ')}!`, SLACK_BOT_TOKEN)
  return names
}

/** Posts, and tries once more where the connection broke: Slack may have taken the first one. */
async function post(channel: string, text: string, token: string): Promise<void> {
  const send = () =>
    fetch('https://slack.com/api/chat.postMessage', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json; charset=utf-8',
      },
      body: JSON.stringify({ channel, text }),
    })
  const reply = await send().catch(send)
  const { ok, error } = (await reply.json()) as { ok: boolean; error?: string }
  if (!ok) throw new Error(`Slack says ${error}`)
}
