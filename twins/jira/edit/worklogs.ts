import type { Exchange } from '../../../engine/exchange.ts'
import { fail, failFields } from '../errors.ts'
import { notifyWorklog } from '../notify.ts'
import type { Issue, Worklog } from '../records.ts'
import type { Rich } from '../rich/rich.ts'
import { issues, worklogs } from '../state.ts'
import { readWork } from '../time-tracking.ts'
import { fromWireTime, toWireTime } from '../wire-time.ts'
import { words } from '../words.ts'
import { canRead, readVisibility } from './comments.ts'
import { readRich, textOf } from './draft.ts'
import { changeIssue, nextId } from './issue-writes.ts'

/** How the remaining estimate shall follow. */
export interface Adjustment {
  adjustEstimate?: string
  newEstimate?: string
  reduceBy?: string
  increaseBy?: string
}

export function addWorklog(
  exchange: Exchange,
  issue: Issue,
  bean: Record<string, unknown>,
  how: Adjustment,
): Worklog {
  const seconds = readSpent(bean)
  if (seconds === undefined || seconds <= 0) return failFields({ timeLogged: words.timeInvalid })
  const remaining = remainingAfter(issue, -seconds, how, 'add')
  const now = toWireTime(exchange.at)
  const author = exchange.who.account
  const comment = readWorklogComment(exchange, bean['comment'])
  const visibility = readVisibility(exchange, bean['visibility'])
  const worklog = exchange.rows.insert(worklogs, {
    id: nextId(exchange.world, 'worklogs'),
    issue: issue.id,
    author,
    updateAuthor: author,
    ...(comment != null && { comment }),
    created: now,
    updated: now,
    started: readStarted(bean['started'], now),
    timeSpentSeconds: seconds,
    ...(visibility != null && { visibility }),
  })
  moveTime(exchange, issue, (issue.fields.timespent ?? 0) + seconds, remaining, 'issue_work_logged')
  notifyWorklog(exchange, 'worklog_created', issue, worklog)
  return worklog
}

export function rewriteWorklog(
  exchange: Exchange,
  issue: Issue,
  id: string,
  bean: Record<string, unknown>,
  how: Adjustment,
): Worklog {
  const worklog = needWorklog(exchange, issue, id)
  if (how.adjustEstimate === 'manual') return failFields({ adjustEstimate: words.noManual })
  const isTimed = bean['timeSpent'] !== undefined || bean['timeSpentSeconds'] !== undefined
  const seconds = isTimed ? readSpent(bean) : worklog.timeSpentSeconds
  if (seconds === undefined || seconds <= 0) return failFields({ timeLogged: words.timeInvalid })
  const difference = seconds - worklog.timeSpentSeconds
  const remaining = remainingAfter(issue, -difference, how, 'edit')
  const now = toWireTime(exchange.at)
  const comment =
    bean['comment'] === undefined ? worklog.comment : readWorklogComment(exchange, bean['comment'])
  const visibility =
    bean['visibility'] === undefined
      ? worklog.visibility
      : readVisibility(exchange, bean['visibility'])
  const { comment: _c, visibility: _v, ...kept } = worklog
  const changed = exchange.rows.put(worklogs, {
    ...kept,
    ...(comment != null && { comment }),
    ...(visibility != null && { visibility }),
    updateAuthor: exchange.who.account,
    updated: now,
    started: readStarted(bean['started'], worklog.started),
    timeSpentSeconds: seconds,
  })
  moveTime(
    exchange,
    issue,
    (issue.fields.timespent ?? 0) + difference,
    remaining,
    'issue_worklog_updated',
  )
  notifyWorklog(exchange, 'worklog_updated', issue, changed)
  return changed
}

export function removeWorklog(exchange: Exchange, issue: Issue, id: string, how: Adjustment): void {
  const worklog = needWorklog(exchange, issue, id)
  const remaining = remainingAfter(issue, worklog.timeSpentSeconds, how, 'delete')
  exchange.rows.remove(worklogs, id)
  const left = (issue.fields.timespent ?? 0) - worklog.timeSpentSeconds
  moveTime(exchange, issue, left, remaining, 'issue_worklog_deleted')
  notifyWorklog(exchange, 'worklog_deleted', issue, worklog)
}

/** The worklog of an issue that the caller may read. */
export function needWorklog(exchange: Exchange, issue: Issue, id: string): Worklog {
  const worklog = exchange.rows.get(worklogs, id)
  if (worklog === undefined || worklog.issue !== issue.id || !canRead(exchange, worklog)) {
    return fail(404, words.noWorklog(id))
  }
  return worklog
}

function readSpent(bean: Record<string, unknown>): number | undefined {
  const text = textOf(bean, 'timeSpent')
  if (text !== undefined) return readWork(text)
  const seconds = Number(bean['timeSpentSeconds'])
  return Number.isNaN(seconds) ? undefined : Math.floor(seconds)
}

function readStarted(value: unknown, fallback: string): string {
  if (value === undefined || value === null) return fallback
  const ms = fromWireTime(String(value))
  return ms === undefined ? failFields({ started: words.badTime(String(value)) }) : toWireTime(ms)
}

function readWorklogComment(exchange: Exchange, value: unknown): Rich | null {
  const rich = readRich(exchange, value)
  return rich !== null && 'error' in rich ? failFields({ comment: rich.error }) : rich
}

/** The remaining estimate once `by` seconds (negative: worked) are booked (FACTS: estimates). */
function remainingAfter(
  issue: Issue,
  by: number,
  how: Adjustment,
  kind: 'add' | 'edit' | 'delete',
): number | null {
  const before = issue.fields.timeestimate
  switch (how.adjustEstimate ?? 'auto') {
    case 'leave':
      return before
    case 'new':
      return readAmount(how.newEstimate, 'newEstimate', words.newEstimate)
    case 'manual': {
      if (kind === 'add')
        return Math.max(0, (before ?? 0) - readAmount(how.reduceBy, 'reduceBy', words.reduceBy))
      return (before ?? 0) + readAmount(how.increaseBy, 'increaseBy', words.reduceBy)
    }
    default:
      return before === null ? null : Math.max(0, before + by)
  }
}

function readAmount(text: string | undefined, name: string, missing: string): number {
  if (text === undefined || text === '') return failFields({ [name]: missing })
  return readWork(text) ?? failFields({ [name]: words.timeInvalid })
}

function moveTime(
  exchange: Exchange,
  issue: Issue,
  spent: number,
  remaining: number | null,
  reason: string,
): void {
  const fresh = exchange.rows.get(issues, issue.id)!
  changeIssue(
    exchange,
    fresh,
    { timespent: spent <= 0 ? null : spent, timeestimate: remaining },
    { reason },
  )
}
