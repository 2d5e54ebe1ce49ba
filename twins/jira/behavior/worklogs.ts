import { empty, json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { needIssue } from '../access.ts'
import { canRead } from '../edit/comments.ts'
import { isRecord } from '../edit/draft.ts'
import {
  addWorklog,
  needWorklog,
  removeWorklog,
  rewriteWorklog,
  type Adjustment,
} from '../edit/worklogs.ts'
import { lensOf } from '../lens.ts'
import { sliceOf } from '../pages.ts'
import { worklogs } from '../state.ts'
import { fromWireTime } from '../wire-time.ts'
import { worklogView } from '../worklog-view.ts'

/** Worklogs. */
export const worklogBehaviors: Readonly<Record<string, Behavior>> = {
  getIssueWorklog: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const { startAt, maxResults } = sliceOf(exchange, 5000, 5000)
    const { startedAfter, startedBefore } = exchange.query as {
      startedAfter?: number
      startedBefore?: number
    }
    const all = exchange.rows.all(worklogs, { index: 'issue', equals: issue.id }).filter((row) => {
      const started = fromWireTime(row.started) ?? 0
      if (startedAfter !== undefined && started < startedAfter) return false
      return (startedBefore === undefined || started <= startedBefore) && canRead(exchange, row)
    })
    const lens = lensOf(exchange)
    const page = all.slice(startAt, startAt + maxResults).map((row) => worklogView(lens, row))
    return json(200, { startAt, maxResults, total: all.length, worklogs: page })
  },
  getWorklog: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    return json(
      200,
      worklogView(lensOf(exchange), needWorklog(exchange, issue, exchange.path['id']!)),
    )
  },
  addWorklog: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    return json(
      201,
      worklogView(
        lensOf(exchange),
        addWorklog(exchange, issue, beanOf(exchange), adjustmentOf(exchange)),
      ),
    )
  },
  updateWorklog: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const worklog = rewriteWorklog(
      exchange,
      issue,
      exchange.path['id']!,
      beanOf(exchange),
      adjustmentOf(exchange),
    )
    return json(200, worklogView(lensOf(exchange), worklog))
  },
  deleteWorklog: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    removeWorklog(exchange, issue, exchange.path['id']!, adjustmentOf(exchange))
    return empty(204)
  },
}

function beanOf(exchange: Exchange): Record<string, unknown> {
  return isRecord(exchange.body) ? exchange.body : {}
}

function adjustmentOf({ query }: Exchange): Adjustment {
  return query as Adjustment
}
