import type { Jira } from './jira.ts'
import type { Account, Okta } from './okta.ts'
import { CannotTell, type Slack } from './slack.ts'
import { wordComment, wordMessage, type Counts } from './wording.ts'

/** The services that a leaver is known to. */
export interface Desks {
  okta: Okta
  jira: Jira
  slack: Slack
  /** Where it is told, without its #. */
  channel: string
}

/** What was done; everything is counted that this run has changed. */
export interface Report extends Counts {
  /** False when it had been told before, or could not be. */
  told: boolean
  /** What a person has to see to. */
  problems: string[]
}

/**
 * Off-boards the person with this address: closes access first, then hands over the work, then
 * tells. Doing it again changes nothing. Returns undefined, having changed nothing, when nobody
 * has this address.
 */
export async function offboard(email: string, desks: Desks): Promise<Report | undefined> {
  const accounts = await desks.okta.findAccounts(email)
  const [person] = accounts
  if (person === undefined) return undefined
  const report: Report = {
    accounts: 0,
    groups: 0,
    reassigned: 0,
    unassigned: 0,
    guestChannels: 0,
    told: false,
    problems: [],
  }
  const departures: Date[] = []
  for (const account of accounts) departures.push(await closeAccess(account, desks.okta, report))
  const addresses = new Set([email, ...accounts.map((account) => account.email)])
  for (const address of addresses) await dismissGuest(address, desks.slack, report)
  for (const address of addresses) await handOverIssues(address, person, desks.jira, report)
  await tell(person, departures[0]!, desks, report)
  return report
}

/** Returns since when the account is closed. A closed one has no sessions to end, but may be in groups. */
async function closeAccess(account: Account, okta: Okta, report: Report): Promise<Date> {
  if (account.closedAt === undefined) await okta.endSessions(account)
  report.groups += await okta.leaveGroups(account)
  if (account.closedAt !== undefined) return account.closedAt
  report.accounts++
  return okta.deactivate(account)
}

async function handOverIssues(
  address: string,
  person: Account,
  jira: Jira,
  report: Report,
): Promise<void> {
  const accountId = await jira.findPerson(address)
  if (accountId === undefined) return
  const why = wordComment(person.name, person.email)
  for (const issue of await jira.findOpenIssues(accountId)) {
    const outcome = await jira.handOver(issue, accountId, why)
    if (outcome !== undefined) report[outcome]++
  }
}

/** Members lose Slack with their Okta account; a guest was invited by hand and must be shown out by hand. */
async function dismissGuest(address: string, slack: Slack, report: Report): Promise<void> {
  const member = await slack.findMember(address)
  if (!member?.isGuest) return
  const { left, kept } = await slack.leaveChannels(member)
  report.guestChannels += left
  for (const name of kept) report.problems.push(`the guest ${address} is still in #${name}`)
}

/**
 * Comes last, so that it can say what was done. It is about one departure, not about the person:
 * who comes back and leaves again is told of again.
 */
async function tell(
  person: Account,
  departure: Date,
  { slack, channel }: Desks,
  report: Report,
): Promise<void> {
  const about = `${person.id} ${departure.toISOString()}`
  const text = wordMessage(person.name, report, report.problems)
  try {
    report.told = await slack.tell(channel, { about, text, since: departure })
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error
    report.problems.push(error.message)
  }
}
