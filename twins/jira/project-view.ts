import type { Lens } from './lens.ts'
import type { Component, Project, Version } from './records.ts'
import {
  components,
  issues,
  issueTypes,
  projects as projectsTable,
  users,
  versions,
} from './state.ts'
import { avatarUrls, issueTypeView, userRef, type View } from './views.ts'

const expandable = 'description,lead,issueTypes,url,projectKeys,permissions,insight'

/** A project as searches list it. */
export function projectRowView(lens: Lens, row: Project, expand: ReadonlySet<string>): View {
  return {
    expand: expandable,
    self: `${lens.api}/project/${row.id}`,
    id: row.id,
    key: row.key,
    ...(expand.has('description') && { description: row.description }),
    ...(expand.has('lead') && { lead: leadView(lens, row) }),
    ...(expand.has('issueTypes') && { issueTypes: typeViews(lens, row) }),
    ...(expand.has('url') && row.url !== undefined && { url: row.url }),
    name: row.name,
    avatarUrls: avatarUrls(lens, 'project', 10400 + (Number(row.id) % 24)),
    ...(expand.has('projectKeys') && { projectKeys: [row.key, ...row.$formerKeys] }),
    projectTypeKey: row.projectTypeKey,
    simplified: row.simplified,
    style: row.style,
    isPrivate: row.isPrivate,
    ...(row.archived && { archived: true }),
    ...(row.deleted && { deleted: true }),
    properties: {},
    ...(expand.has('insight') && {
      insight: { totalIssueCount: lens.rows.count(issues, { index: 'project', equals: row.id }) },
    }),
  }
}

/** A project by itself: lead, description and types come unasked. */
export function projectView(lens: Lens, row: Project, expand: ReadonlySet<string>): View {
  const inProject = { index: 'project', equals: row.id } as const
  return {
    ...projectRowView(lens, row, expand),
    description: row.description,
    lead: leadView(lens, row),
    components: lens.rows.all(components, inProject).map((one) => componentView(lens, one)),
    issueTypes: typeViews(lens, row),
    ...(row.url !== undefined && { url: row.url }),
    assigneeType: row.assigneeType,
    versions: lens.rows.all(versions, inProject).map((one) => versionView(lens, one)),
    roles: Object.fromEntries(
      roleIds.map(([name, id]) => [name, `${lens.api}/project/${row.id}/role/${id}`]),
    ),
  }
}

const roleIds = [
  ['atlassian-addons-project-access', 10003],
  ['Administrators', 10002],
] as const

/** The lead shows neither e-mail address nor time zone (recorded). */
function leadView(lens: Lens, row: Project): View | null {
  const user = lens.rows.get(users, row.lead)
  const view = userRef(lens, lens.rows, row.lead)
  if (user === undefined || view === null) return view
  const { avatarUrls: pictures, displayName, active, accountId } = view
  return {
    self: `${lens.api}/user?accountId=${user.accountId}`,
    accountId,
    avatarUrls: pictures,
    displayName,
    active,
  }
}

function typeViews(lens: Lens, row: Project): View[] {
  return row.issueTypes.map((id) => issueTypeView(lens, lens.rows.get(issueTypes, id)!))
}

/** A component by itself (FACTS: component). */
export function componentView(lens: Lens, row: Component): View {
  const lead = row.lead === undefined ? undefined : userRef(lens, lens.rows, row.lead)
  return {
    self: `${lens.api}/component/${row.id}`,
    id: row.id,
    name: row.name,
    ...(row.description !== undefined && { description: row.description }),
    ...(lead && { lead }),
    assigneeType: row.assigneeType,
    realAssigneeType: row.assigneeType,
    ...(lead && { assignee: lead, realAssignee: lead }),
    isAssigneeTypeValid: row.assigneeType !== 'COMPONENT_LEAD' || lead !== undefined,
    project: lens.rows.get(projectsTable, row.project)?.key,
    projectId: Number(row.project),
  }
}

const monthNames = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
]

/** A version by itself (FACTS: version). */
export function versionView(lens: Lens, row: Version, now?: number): View {
  const today = now === undefined ? undefined : new Date(now).toISOString().slice(0, 10)
  const isDated = row.releaseDate !== undefined
  return {
    self: `${lens.api}/version/${row.id}`,
    id: row.id,
    ...(row.description !== undefined && { description: row.description }),
    name: row.name,
    archived: row.archived,
    released: row.released,
    ...(row.startDate !== undefined && {
      startDate: row.startDate,
      userStartDate: userDate(row.startDate),
    }),
    ...(isDated && { releaseDate: row.releaseDate }),
    ...(isDated && !row.released && today !== undefined && { overdue: row.releaseDate! < today }),
    ...(isDated && { userReleaseDate: userDate(row.releaseDate!) }),
    projectId: Number(row.project),
  }
}

/** `2026-03-05` as `05/Mar/26`. */
function userDate(date: string): string {
  const [year, month, day] = date.split('-')
  return `${day}/${monthNames[Number(month) - 1]}/${year!.slice(2)}`
}
