import { findIssue } from '../access.ts'
import type { Issue } from '../records.ts'
import { linkTypes } from '../state.ts'
import { words } from '../words.ts'
import { addComment, removeComment, rewriteComment } from './comments.ts'
import { isRecord, readRich, reject, textOf, type Draft } from './draft.ts'
import { joinIssues } from './links.ts'
import { addWorklog } from './worklogs.ts'

/** Plans a comment that comes with an edit or a transition. */
export function planComment(draft: Draft, verb: string, value: unknown): void {
  const { exchange } = draft
  if (verb === 'remove') {
    const id = textOf(value, 'id')
    draft.afterwards.push((issue) => id !== undefined && removeComment(exchange, issue, id))
    return
  }
  if (verb !== 'add' && verb !== 'edit') return reject(draft, 'comment', words.noVerb(verb))
  const body = readRich(exchange, isRecord(value) ? value['body'] : value)
  if (body === null) return reject(draft, 'comment', words.commentEmpty)
  if ('error' in body) return reject(draft, 'comment', words.commentInvalid)
  const id = textOf(value, 'id')
  draft.afterwards.push((issue) => {
    if (verb === 'add') addComment(exchange, issue, { body })
    else if (id !== undefined) rewriteComment(exchange, issue, id, { body })
  })
}

/** Plans a worklog that comes with an edit or a transition. */
export function planWorklog(draft: Draft, verb: string, value: unknown): void {
  if (verb !== 'add') return reject(draft, 'worklog', words.noVerb(verb))
  draft.afterwards.push((issue) =>
    addWorklog(draft.exchange, issue, isRecord(value) ? value : {}, {}),
  )
}

/** Plans a link that comes with an issue. */
export function planLink(draft: Draft, verb: string, value: unknown): void {
  if (verb !== 'add' || !isRecord(value)) return reject(draft, 'issuelinks', words.noVerb(verb))
  const { rows } = draft.exchange
  const name = textOf(value['type'], 'name')
  const id = textOf(value['type'], 'id')
  const type = rows
    .all(linkTypes)
    .find((one) => (id === undefined ? one.name === name : one.id === id))
  if (type === undefined) return reject(draft, 'issuelinks', words.noLinkTypeNamed(name ?? ''))
  const outward = otherIssue(draft, value['outwardIssue'])
  const inward = otherIssue(draft, value['inwardIssue'])
  const other = outward ?? inward
  if (other === undefined) return reject(draft, 'issuelinks', words.issueNotFound)
  draft.afterwards.push((issue) => {
    if (outward === undefined) joinIssues(draft.exchange, type, other, issue)
    else joinIssues(draft.exchange, type, issue, other)
  })
}

function otherIssue(draft: Draft, value: unknown): Issue | undefined {
  const name = textOf(value, 'key') ?? textOf(value, 'id')
  return name === undefined ? undefined : findIssue(draft.exchange.rows, name)
}
