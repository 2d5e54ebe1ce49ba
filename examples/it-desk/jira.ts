import type { Service } from './service.ts'

/** The account with exactly this address. */
export async function findAccount(jira: Service, email: string): Promise<string> {
  const found = (await jira.read(`/rest/api/3/user/search?query=${encodeURIComponent(email)}`)).body
  const exact = found.find((one: { emailAddress?: string }) => one.emailAddress === email)
  if (exact === undefined) throw new Error(`Jira knows nobody with the address ${email}`)
  return exact.accountId
}

/** Keys of all issues that a query finds. */
export async function search(jira: Service, jql: string): Promise<string[]> {
  const keys: string[] = []
  for (let token = ''; ;) {
    const more = token === '' ? '' : `&nextPageToken=${encodeURIComponent(token)}`
    const path = `/rest/api/3/search/jql?maxResults=50&fields=key&jql=${encodeURIComponent(jql)}${more}`
    const { issues, nextPageToken } = (await jira.read(path)).body
    keys.push(...issues.map((one: { key: string }) => one.key))
    if (nextPageToken === undefined) return keys
    token = nextPageToken
  }
}

export function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}

/** The words of all comments on an issue. */
export async function commentsOf(jira: Service, key: string): Promise<string[]> {
  const { comments } = (await jira.read(`/rest/api/3/issue/${key}/comment?maxResults=1000`)).body
  return comments.map((one: { body: unknown }) => JSON.stringify(one.body))
}

/** Moves an issue to Done, however it is called on the way. */
export async function finish(jira: Service, key: string): Promise<void> {
  const issue = `/rest/api/3/issue/${key}`
  const isDone = async (): Promise<boolean> => {
    const { status } = (await jira.read(`${issue}?fields=status`)).body.fields
    return status.statusCategory.key === 'done'
  }
  if (await isDone()) return
  const { transitions } = (await jira.read(`${issue}/transitions`)).body
  const end = transitions.find(
    (one: { to: { statusCategory: { key: string } } }) => one.to.statusCategory.key === 'done',
  )
  if (end === undefined) throw new Error(`${key} can't be finished from here`)
  await jira.write('POST', `${issue}/transitions`, { transition: { id: end.id } }, isDone)
}
