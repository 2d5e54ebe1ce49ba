import type { Services } from './desk.ts'
import { findAccount, quoted, search } from './jira.ts'

/** Gives every new bug that nobody has to who is on duty, and begins it. */
export async function triage(
  { jira }: Services,
  { project, onDuty }: { project: string; onDuty: string },
): Promise<unknown> {
  const accountId = await findAccount(jira, onDuty)
  const open = `project = ${quoted(project)} AND issuetype = Bug AND statusCategory = "To Do"`
  const keys = await search(jira, `${open} AND assignee IS EMPTY ORDER BY created ASC`)
  for (const key of keys) {
    const issue = `/rest/api/3/issue/${key}`
    const read = async () =>
      (await jira.read(`${issue}?fields=assignee,status`)).body.fields as {
        assignee: { accountId: string } | null
        status: { name: string }
      }
    const { transitions } = (await jira.read(`${issue}/transitions`)).body
    const start = transitions.find((one: { to: { name: string } }) => one.to.name === 'In Progress')
    await jira.write(
      'PUT',
      `${issue}/assignee`,
      { accountId },
      async () => (await read()).assignee?.accountId === accountId,
    )
    await jira.write(
      'POST',
      `${issue}/transitions`,
      { transition: { id: start.id } },
      async () => (await read()).status.name === 'In Progress',
    )
  }
  return { begun: keys }
}
