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
