import { empty, json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { needIssue } from '../access.ts'
import { expandedComment } from '../comment-view.ts'
import {
  addComment,
  canRead,
  needComment,
  readCommentInput,
  removeComment,
  rewriteComment,
} from '../edit/comments.ts'
import { fail } from '../errors.ts'
import { lensOf } from '../lens.ts'
import { sliceOf } from '../pages.ts'
import { comments } from '../state.ts'
import { words } from '../words.ts'

/** Comments. */
export const commentBehaviors: Readonly<Record<string, Behavior>> = {
  getComments: (exchange) => {
    // The order is looked at before the issue is.
    const orderBy = exchange.query['orderBy'] as string | undefined
    if (orderBy !== undefined && !/^[+\- ]?created$/.test(orderBy))
      fail(400, words.orderBy(orderBy))
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const slice = sliceOf(exchange, 100, 100)
    const range = {
      index: 'issue',
      equals: issue.id,
      reverse: orderBy?.startsWith('-') === true,
    } as const
    const { rows } = exchange
    const lens = lensOf(exchange)
    const expand = expandOf(exchange)
    const { startAt, maxResults } = slice
    // What is for others only is not even counted; where nothing is, no more than the page is read.
    const isOpen = rows.count(comments, { index: 'restricted', equals: issue.id }) === 0
    const visible = isOpen ? [] : rows.all(comments, range).filter((row) => canRead(exchange, row))
    const page = isOpen
      ? rows.page(comments, { ...range, offset: startAt, limit: maxResults })
      : visible.slice(startAt, startAt + maxResults)
    const total = isOpen ? rows.count(comments, range) : visible.length
    return json(200, {
      startAt,
      maxResults,
      total,
      comments: page.map((row) => expandedComment(lens, row, expand)),
    })
  },
  getComment: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const comment = needComment(exchange, issue, exchange.path['id']!)
    return json(200, expandedComment(lensOf(exchange), comment, expandOf(exchange)))
  },
  addComment: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    if (exchange.caller === undefined) fail(401, words.issueNotFound)
    const comment = addComment(exchange, issue, readCommentInput(exchange))
    return json(201, expandedComment(lensOf(exchange), comment, expandOf(exchange)))
  },
  updateComment: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const input = readCommentInput(exchange)
    const comment = rewriteComment(exchange, issue, exchange.path['id']!, input)
    return json(200, expandedComment(lensOf(exchange), comment, expandOf(exchange)))
  },
  deleteComment: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    removeComment(exchange, issue, exchange.path['id']!)
    return empty(204)
  },
  getCommentsByIds: (exchange) => {
    const ids = ((exchange.body as { ids?: unknown[] } | undefined)?.ids ?? []).map(String)
    const lens = lensOf(exchange)
    const expand = expandOf(exchange)
    const found = ids
      .slice(0, 1000)
      .map((id) => exchange.rows.get(comments, id))
      .filter((row) => row !== undefined && canRead(exchange, row))
    const values = found.map((row) => expandedComment(lens, row!, expand))
    return json(200, { maxResults: 1000, startAt: 0, total: values.length, isLast: true, values })
  },
}

function expandOf(exchange: Exchange): Set<string> {
  return new Set(String(exchange.query['expand'] ?? '').split(','))
}
