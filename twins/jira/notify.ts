import { subscriptions } from '../../engine/agenda.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { commentView } from './comment-view.ts'
import { issueView, selectionOf } from './issue-view.ts'
import { eventLens, type Lens } from './lens.ts'
import type { Comment, History, Issue, Link, User, Worklog } from './records.ts'
import { linkTypes, users } from './state.ts'
import { userView, type View } from './views.ts'
import { worklogView } from './worklog-view.ts'

const all = selectionOf(undefined, '*all')
const brief = selectionOf(['summary', 'issuetype', 'project', 'assignee', 'priority', 'status'], '')

/** Tells of a change of an issue, with what changed where something did (FACTS: webhook-body). */
export function notifyIssue(
  exchange: Exchange,
  type: 'jira:issue_created' | 'jira:issue_updated' | 'jira:issue_deleted',
  reason: string,
  issue: Issue,
  history?: History,
): void {
  const changelog = history && { id: history.id, items: history.items }
  emit(exchange, type, issue, (lens) => ({
    issue_event_type_name: reason,
    user: personView(lens, exchange.caller?.account),
    issue: lens === undefined ? { id: issue.id, key: issue.key } : issueView(lens, issue, all),
    ...(changelog !== undefined && { changelog }),
  }))
}

/** Tells of a comment. */
export function notifyComment(
  exchange: Exchange,
  type: 'comment_created' | 'comment_updated' | 'comment_deleted',
  issue: Issue,
  comment: Comment,
): void {
  emit(exchange, type, issue, (lens) => ({
    comment:
      lens === undefined
        ? { id: comment.id, author: { accountId: comment.author } }
        : commentView(lens, comment),
    issue: lens === undefined ? { id: issue.id, key: issue.key } : briefView(lens, issue),
    eventType: 'primaryAction',
  }))
}

/** Tells of a worklog. */
export function notifyWorklog(
  exchange: Exchange,
  type: 'worklog_created' | 'worklog_updated' | 'worklog_deleted',
  issue: Issue,
  worklog: Worklog,
): void {
  emit(exchange, type, issue, (lens) => ({
    worklog:
      lens === undefined ? { id: worklog.id, issueId: issue.id } : worklogView(lens, worklog),
  }))
}

/** Tells of a link; no query filters it. */
export function notifyLink(
  exchange: Exchange,
  type: 'issuelink_created' | 'issuelink_deleted',
  link: Link,
): void {
  const kind = exchange.rows.get(linkTypes, link.type)
  emit(exchange, type, undefined, () => ({
    issueLink: {
      id: Number(link.id),
      sourceIssueId: Number(link.inward),
      destinationIssueId: Number(link.outward),
      issueLinkType: {
        id: Number(link.type),
        name: kind?.name,
        outwardName: kind?.outward,
        inwardName: kind?.inward,
        isSubTaskLinkType: false,
        isSystemLinkType: false,
      },
      systemLink: false,
    },
  }))
}

/** Tells of an account. */
export function notifyUser(
  exchange: Exchange,
  type: 'user_created' | 'user_updated' | 'user_deleted',
  user: User,
): void {
  emit(exchange, type, undefined, (lens) => ({
    user: lens === undefined ? { accountId: user.accountId } : userView(lens, user),
  }))
}

/** The whole body is only made where somebody listens; the journal keeps the core of it either way. */
function emit(
  exchange: Exchange,
  type: string,
  issue: Issue | undefined,
  build: (lens: Lens | undefined) => View,
): void {
  const { world } = exchange
  const isHeard = world.rows.count(subscriptions, { index: 'twin', equals: 'jira' }) > 0
  const lens = isHeard ? eventLens(world, exchange.origin) : undefined
  const payload = { timestamp: exchange.at, webhookEvent: type, ...build(lens) }
  world.emit('jira', type, issue === undefined ? payload : { ...payload, $issue: issue.id })
}

/** People in events carry no e-mail address. */
function personView(lens: Lens | undefined, account: string | undefined): View | undefined {
  if (account === undefined) return undefined
  const user = lens?.rows.get(users, account)
  if (lens === undefined || user === undefined) return { accountId: account }
  const { emailAddress: _, ...view } = userView(lens, user)
  return view
}

function briefView(lens: Lens, issue: Issue): View {
  const { id, key, fields } = issueView(lens, issue, brief)
  return { id, self: `${lens.api}/${String(id)}`, key, fields }
}
