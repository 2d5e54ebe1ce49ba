import type { Exchange } from '../../engine/exchange.ts'
import { refuse } from '../../engine/call.ts'
import type { Rows } from '../../engine/rows.ts'
import { fail, noIssue } from './errors.ts'
import type { Issue, Project } from './records.ts'
import { groups, issues, memberships, projects } from './state.ts'
import { words } from './words.ts'

/** The group whose members administer the site. */
export const adminGroup = 'jira-admins'

/** Who looks: everything that access depends on. */
export interface Viewer {
  rows: Rows
  account: string | undefined
  allSeeing: boolean
}

export function viewerOf(exchange: Exchange): Viewer {
  const { rows, caller } = exchange
  return { rows, account: caller?.account, allSeeing: caller?.allSeeing === true }
}

/** Whether an account administers the site. */
export function isAdmin({ rows, account, allSeeing }: Viewer): boolean {
  if (allSeeing) return true
  return account !== undefined && isInGroup(rows, account, adminGroup)
}

export function isInGroup(rows: Rows, account: string, name: string): boolean {
  const group = rows.find(groups, 'name', name.toLowerCase())
  return group !== undefined && rows.get(memberships, `${group.groupId}/${account}`) !== undefined
}

/** Whether somebody may browse a project: members of any group may, of private projects its members only. */
export function canBrowse(viewer: Viewer, project: Project | undefined): boolean {
  if (project === undefined || project.deleted) return false
  const { rows, account, allSeeing } = viewer
  if (allSeeing) return true
  if (account === undefined || rows.count(memberships, { index: 'user', equals: account }) === 0)
    return false
  return !project.isPrivate || isMember(viewer, project) || isAdmin(viewer)
}

function isMember({ rows, account }: Viewer, project: Project): boolean {
  if (account === undefined) return false
  if (project.lead === account || project.$members.includes(account)) return true
  return project.$members.some((id) => rows.get(memberships, `${id}/${account}`) !== undefined)
}

/** Whether somebody may change a project's configuration. */
export function canAdminister(viewer: Viewer, project: Project): boolean {
  return isAdmin(viewer) || (viewer.account !== undefined && viewer.account === project.lead)
}

// What the default permission scheme leaves to administrators (FACTS: permissions).
const forAdministrators = new Set([
  'ADMINISTER_PROJECTS',
  'DELETE_ISSUES',
  'MODIFY_REPORTER',
  'EDIT_ALL_COMMENTS',
  'DELETE_ALL_COMMENTS',
  'EDIT_ALL_WORKLOGS',
  'DELETE_ALL_WORKLOGS',
  'DELETE_ALL_ATTACHMENTS',
  'MANAGE_WATCHERS',
  'SET_ISSUE_SECURITY',
  'ARCHIVE_ISSUES',
  'UNARCHIVE_ISSUES',
  'EDIT_ISSUE_LAYOUT',
])
const forSiteAdministrators = new Set([
  'ADMINISTER',
  'SYSTEM_ADMIN',
  'CREATE_PROJECT',
  'MANAGE_GROUP_FILTER_SUBSCRIPTIONS',
])

/** Whether somebody holds a permission, in a project where it is one of a project. */
export function hasPermission(viewer: Viewer, permission: string, project?: Project): boolean {
  if (viewer.allSeeing || isAdmin(viewer)) return true
  if (viewer.account === undefined || forSiteAdministrators.has(permission)) return false
  if (project === undefined) return !forAdministrators.has(permission)
  if (!canBrowse(viewer, project)) return false
  return !forAdministrators.has(permission) || canAdminister(viewer, project)
}

/** The issue with an id or key, any case, former keys too; refuses where it is missing or hidden. */
export function needIssue(exchange: Exchange, idOrKey: string | undefined): Issue {
  const issue = idOrKey === undefined ? undefined : findIssue(exchange.rows, idOrKey)
  if (issue === undefined) return noIssue()
  const viewer = viewerOf(exchange)
  return canBrowse(viewer, exchange.rows.get(projects, issue.fields.project)) ? issue : noIssue()
}

export function findIssue(rows: Rows, idOrKey: string): Issue | undefined {
  const first = idOrKey.charCodeAt(0)
  if (first >= 48 && first <= 57) return rows.get(issues, idOrKey)
  return rows.find(issues, 'key', idOrKey) ?? rows.find(issues, 'key', idOrKey.toUpperCase())
}

/** The project with an id or a key (exact case; former keys too). */
export function findProject(rows: Rows, idOrKey: string): Project | undefined {
  return rows.get(projects, idOrKey) ?? rows.find(projects, 'anyKey', idOrKey)
}

/** The same for a caller who may browse it; refuses where it is missing or hidden. */
export function needProject(exchange: Exchange, idOrKey: string): Project {
  const project = findProject(exchange.rows, idOrKey)
  if (project !== undefined && canBrowse(viewerOf(exchange), project)) return project
  const isId = /^\d+$/.test(idOrKey)
  return fail(404, isId ? words.noProjectWithId(idOrKey) : words.noProjectWithKey(idOrKey))
}

/** Refuses callers who do not administer the site. */
export function needAdmin(exchange: Exchange): void {
  if (!isAdmin(viewerOf(exchange))) refuse('forbidden')
}

/** Refuses callers who may not change the project's configuration. */
export function needProjectAdmin(exchange: Exchange, project: Project): void {
  if (!canAdminister(viewerOf(exchange), project)) fail(403, words.projectNoConfig)
}
