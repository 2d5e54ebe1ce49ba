/** What an off-boarding has done, as far as people want to know. */
export interface Counts {
  accounts: number
  groups: number
  reassigned: number
  unassigned: number
  guestChannels: number
}

/** Why an issue has changed hands. */
export function wordComment(name: string, email: string): string {
  return `${name} (${email}) has left the company, so this issue was handed over by the off-boarding service.`
}

/** What #it-offboarding is told. */
export function wordMessage(name: string, counts: Counts, problems: readonly string[]): string {
  const { accounts, groups, reassigned, unassigned, guestChannels } = counts
  const lines = [
    `${name} has been off-boarded.`,
    `• Okta: ${count(accounts, 'account')} deactivated, ${count(groups, 'group membership')} removed`,
    `• Jira: ${count(reassigned, 'open issue')} reassigned, ${unassigned} left without an assignee`,
  ]
  if (guestChannels > 0)
    lines.push(`• Slack: guest removed from ${count(guestChannels, 'channel')}`)
  for (const problem of problems) lines.push(`• Needs a person: ${problem}`)
  return lines.join('\n')
}

/** A paragraph in the Atlassian Document Format. */
export function toDocument(text: string): object {
  return {
    type: 'doc',
    version: 1,
    content: [{ type: 'paragraph', content: [{ type: 'text', text }] }],
  }
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`
}
