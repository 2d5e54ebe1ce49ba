import type { Exchange } from '../../../engine/exchange.ts'
import { hasPermission, viewerOf } from '../access.ts'
import { fail, failFields } from '../errors.ts'
import { notifyComment, notifyIssue } from '../notify.ts'
import type { Comment, Issue, Visibility } from '../records.ts'
import type { Rich } from '../rich/rich.ts'
import { comments, groups, issues as issuesTable, memberships, projects } from '../state.ts'
import { toWireTime } from '../wire-time.ts'
import { words } from '../words.ts'
import { isRecord, readRich, textOf } from './draft.ts'
import { nextId, touchIssue } from './issue-writes.ts'

/** What a comment shall say, and to whom. */
export interface CommentInput {
  body?: Rich
  /** Absent keeps it as it is; null opens it to everyone. */
  visibility?: Visibility | null
  properties?: Record<string, unknown>
  parentId?: string
}

/** Reads a comment's bean (FACTS: comment-errors). */
export function readCommentInput(exchange: Exchange): CommentInput {
  const { body } = exchange
  const bean = isRecord(body) ? body : {}
  const input: CommentInput = {}
  const rich = readRich(exchange, bean['body'])
  if (rich === null || isBlank(rich)) return failFields({ comment: words.commentEmpty })
  if ('error' in rich)
    return failFields({ comment: rich.error === words.badAdf ? words.commentInvalid : rich.error })
  input.body = rich
  const visibility = readVisibility(exchange, bean['visibility'])
  if (visibility !== undefined) input.visibility = visibility
  const properties = bean['properties']
  if (Array.isArray(properties)) {
    input.properties = Object.fromEntries(
      (properties as { key: string; value: unknown }[]).map(({ key, value }) => [key, value]),
    )
  }
  const parent = textOf(bean, 'parentId')
  if (parent !== undefined) input.parentId = parent
  return input
}

function isBlank(rich: Rich | { error: string }): boolean {
  return 'wiki' in rich && rich.wiki?.trim() === ''
}

/** The roles that every project has. */
export const projectRoles = ['Administrators', 'Member', 'Viewer', 'Developers', 'Users'] as const

/** Reads for whom something is; unknown groups and roles are refused. */
export function readVisibility(exchange: Exchange, value: unknown): Visibility | null | undefined {
  if (value === null) return null
  if (!isRecord(value)) return undefined
  const name = textOf(value, 'value') ?? ''
  const identifier = textOf(value, 'identifier')
  if (value['type'] === 'group') {
    const { rows } = exchange
    const group =
      identifier === undefined
        ? rows.find(groups, 'name', name.toLowerCase())
        : rows.get(groups, identifier)
    if (group === undefined) return failFields({ visibility: words.visibilityGroup(name) })
    return { type: 'group', value: group.name, identifier: group.groupId }
  }
  const role = projectRoles.find((one) => one === (name || identifier))
  if (role === undefined) return failFields({ visibility: words.visibilityRole(name) })
  return { type: 'role', value: role, identifier: role }
}

export function addComment(exchange: Exchange, issue: Issue, input: CommentInput): Comment {
  const now = toWireTime(exchange.at)
  const author = exchange.who.account
  const { body, visibility, properties, parentId } = input
  const comment = exchange.rows.insert(comments, {
    id: nextId(exchange.world, 'comments'),
    issue: issue.id,
    author,
    updateAuthor: author,
    body: body!,
    created: now,
    updated: now,
    ...(visibility != null && { visibility }),
    ...(parentId !== undefined && { parentId }),
    $properties: properties ?? {},
  })
  const touched = touchIssue(exchange, issue)
  notifyComment(exchange, 'comment_created', touched, comment)
  notifyIssue(exchange, 'jira:issue_updated', 'issue_commented', touched)
  return comment
}

/** Changes a comment; what is not given stays, properties are merged (FACTS: comment-update). */
export function rewriteComment(
  exchange: Exchange,
  issue: Issue,
  id: string,
  input: CommentInput,
): Comment {
  const comment = needComment(exchange, issue, id)
  needRight(exchange, issue, comment, 'EDIT_ALL_COMMENTS', words.forbiddenEditComment(id))
  const { visibility: _, ...kept } = comment
  const { body, visibility = comment.visibility, properties } = input
  const changed = exchange.rows.put(comments, {
    ...kept,
    ...(visibility != null && { visibility }),
    ...(body !== undefined && { body }),
    updateAuthor: exchange.who.account,
    updated: toWireTime(exchange.at),
    $properties: { ...comment.$properties, ...properties },
  })
  const touched = touchIssue(exchange, issue)
  notifyComment(exchange, 'comment_updated', touched, changed)
  notifyIssue(exchange, 'jira:issue_updated', 'issue_comment_edited', touched)
  return changed
}

export function removeComment(exchange: Exchange, issue: Issue, id: string): void {
  const comment = needComment(exchange, issue, id)
  needRight(exchange, issue, comment, 'DELETE_ALL_COMMENTS', words.forbiddenDeleteComment(id))
  exchange.rows.remove(comments, id)
  const touched = touchIssue(exchange, issue)
  notifyComment(exchange, 'comment_deleted', touched, comment)
  notifyIssue(exchange, 'jira:issue_updated', 'issue_comment_deleted', touched)
}

/** The comment of an issue that the caller may read. */
export function needComment(exchange: Exchange, issue: Issue, id: string): Comment {
  const comment = exchange.rows.get(comments, id)
  if (comment === undefined || comment.issue !== issue.id || !canRead(exchange, comment)) {
    return fail(404, words.noComment(id))
  }
  return comment
}

/** Whether the caller belongs to those whom something is for. */
export function canRead(
  exchange: Exchange,
  { visibility, issue }: { visibility?: Visibility; issue: string },
): boolean {
  if (visibility === undefined) return true
  const viewer = viewerOf(exchange)
  if (viewer.allSeeing) return true
  if (viewer.account === undefined) return false
  if (visibility.type === 'group')
    return isInGroupById(exchange, visibility.identifier, viewer.account)
  if (visibility.value !== 'Administrators') return true
  const row = exchange.rows.get(issuesTable, issue)
  return hasPermission(
    viewer,
    'ADMINISTER_PROJECTS',
    row && exchange.rows.get(projects, row.fields.project),
  )
}

function isInGroupById(exchange: Exchange, groupId: string | null, account: string): boolean {
  return exchange.rows.get(memberships, `${groupId}/${account}`) !== undefined
}

function needRight(
  exchange: Exchange,
  issue: Issue,
  comment: Comment,
  permission: string,
  text: string,
): void {
  if (comment.author === exchange.caller?.account) return
  const project = exchange.rows.get(projects, issue.fields.project)
  if (!hasPermission(viewerOf(exchange), permission, project)) fail(400, text)
}
