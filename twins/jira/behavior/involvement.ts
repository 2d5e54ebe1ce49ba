import { empty, json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { hasPermission, needIssue, viewerOf } from '../access.ts'
import { fail } from '../errors.ts'
import { lensOf } from '../lens.ts'
import type { Issue } from '../records.ts'
import { issues, projects, users } from '../state.ts'
import { userRef } from '../views.ts'
import { words } from '../words.ts'

/** Who watches and who votes. All of it may be repeated without harm (FACTS: idempotent). */
export const involvementBehaviors: Readonly<Record<string, Behavior>> = {
  getIssueWatchers: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const lens = lensOf(exchange)
    const { account } = lens
    return json(200, {
      self: `${lens.api}/issue/${issue.key}/watchers`,
      isWatching: account !== undefined && issue.$watchers.includes(account),
      watchCount: issue.$watchers.length,
      watchers: issue.$watchers.map((id) => userRef(lens, lens.rows, id)),
    })
  },
  addWatcher: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const { body, query } = exchange
    // A bare text, or a parameter, as a recorded client sends it; nothing means oneself.
    const named = typeof body === 'string' && body !== '' ? body : query['accountId']
    const account = named === undefined ? exchange.who.account : String(named)
    if (exchange.rows.get(users, account) === undefined) fail(404, words.noUser(account))
    needWatchRight(exchange, issue, account)
    if (!issue.$watchers.includes(account))
      exchange.rows.update(issues, issue.id, { $watchers: [...issue.$watchers, account] })
    return empty(204)
  },
  removeWatcher: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const account = exchange.query['accountId']
    if (typeof account !== 'string' || account === '') return fail(400, words.accountNeeded)
    if (exchange.rows.get(users, account) === undefined) fail(404, words.noUser(account))
    needWatchRight(exchange, issue, account)
    const rest = issue.$watchers.filter((one) => one !== account)
    if (rest.length < issue.$watchers.length)
      exchange.rows.update(issues, issue.id, { $watchers: rest })
    return empty(204)
  },
  getVotes: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const lens = lensOf(exchange)
    const { account } = lens
    return json(200, {
      self: `${lens.api}/issue/${issue.key}/votes`,
      votes: issue.$voters.length,
      hasVoted: account !== undefined && issue.$voters.includes(account),
      voters: issue.$voters.map((id) => userRef(lens, lens.rows, id)),
    })
  },
  addVote: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const { account } = exchange.who
    if (!issue.$voters.includes(account))
      exchange.rows.update(issues, issue.id, { $voters: [...issue.$voters, account] })
    return empty(204)
  },
  removeVote: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const rest = issue.$voters.filter((one) => one !== exchange.who.account)
    if (rest.length < issue.$voters.length)
      exchange.rows.update(issues, issue.id, { $voters: rest })
    return empty(204)
  },
}

/** Everybody decides for themselves; for others it takes a permission. */
function needWatchRight(exchange: Exchange, issue: Issue, account: string): void {
  if (account === exchange.caller?.account) return
  const project = exchange.rows.get(projects, issue.fields.project)
  if (hasPermission(viewerOf(exchange), 'MANAGE_WATCHERS', project)) return
  fail(403, 'You do not have permission to manage the watchers of this issue.')
}
