import type { FreeJson, Kit } from '../../runner/scenario.ts'

type SyncKit = Kit<'jira' | 'slack'>

/** A project and a channel that are to be kept in step, and what that may change. */
export async function link(kit: SyncKit): Promise<{ channel: string }> {
  const { given, subject, must, changes, person } = kit
  const team = [person(), person()]
  for (const one of team) given.slack.user({ email: one.email, real_name: one.name })
  const { id: channel } = given.slack.channel({
    name: 'delivery',
    members: ['acmeassistant', ...team.map(({ email }) => email)],
  })
  given.jira.project({ key: 'DEL', name: 'Delivery' })
  changes.allow(`slack.messages[+channel=${channel}]`)
  const { status } = await subject.post('/links', { project: 'DEL', channel })
  must('project and channel are linked', status, 201)
  return { channel }
}

/** Makes an issue as a person would; returns its key. */
export function create({ jira }: SyncKit, summary: string): string {
  const fields = { project: { key: 'DEL' }, issuetype: { name: 'Task' }, summary }
  return jira.post('/rest/api/3/issue', { fields }).body.key
}

/** Moves an issue as a person would. */
export function move({ jira, must }: SyncKit, key: string, to: string): void {
  const path = `/rest/api/3/issue/${key}/transitions`
  const found = jira
    .get(path)
    .body.transitions.find((one: { to: { name: string } }) => one.to.name === to)
  must(`${key} can be moved to ${to}`, jira.post(path, { transition: found }).status, 204)
}

/** What stands in the channel and in the threads of its messages, oldest first, by whom. */
export function saidIn({ slack }: SyncKit, channel: string): { text: string; isBot: boolean }[] {
  const roots = slack.get(`/api/conversations.history?channel=${channel}&limit=200`).body.messages
  const all: FreeJson[] = roots
    .reverse()
    .flatMap(
      (root: { ts: string }) =>
        slack.get(`/api/conversations.replies?channel=${channel}&ts=${root.ts}&limit=200`).body
          .messages,
    )
  return all.map(({ text, bot_id }) => ({ text, isBot: bot_id !== undefined }))
}
