import { defineTable, key, type Table } from '../../engine/table.ts'
import type {
  Comment,
  Component,
  CustomField,
  Group,
  History,
  Issue,
  IssueType,
  Link,
  LinkType,
  Membership,
  Priority,
  Project,
  Resolution,
  SiteMarks,
  Status,
  User,
  Version,
  Worklog,
} from './records.ts'

export const users = defineTable({
  name: 'jira.users',
  id: (row: User) => row.accountId,
  indexes: {
    email: (row: User) => row.emailAddress.toLowerCase(),
    prefix: userPrefixes,
    // Few, as a rule: lists leave them out.
    inactive: (row: User) => (row.active ? undefined : 'inactive'),
  },
})

export const groups = defineTable({
  name: 'jira.groups',
  id: (row: Group) => row.groupId,
  indexes: { name: (row: Group) => row.name.toLowerCase() },
})

export const memberships = defineTable({
  name: 'jira.memberships',
  id: (row: Membership) => `${row.groupId}/${row.accountId}`,
  indexes: { group: (row: Membership) => row.groupId, user: (row: Membership) => row.accountId },
})

export const projects = defineTable({
  name: 'jira.projects',
  id: (row: Project) => row.id,
  indexes: {
    key: (row: Project) => row.key,
    anyKey: (row: Project) => [row.key, ...row.$formerKeys],
    state: (row: Project) => (row.deleted ? 'deleted' : row.archived ? 'archived' : 'live'),
  },
})

export const issueTypes = defineTable({ name: 'jira.issueTypes', id: (row: IssueType) => row.id })
export const statuses = defineTable({ name: 'jira.statuses', id: (row: Status) => row.id })
export const priorities = defineTable({ name: 'jira.priorities', id: (row: Priority) => row.id })
export const resolutions = defineTable({
  name: 'jira.resolutions',
  id: (row: Resolution) => row.id,
})
export const linkTypes = defineTable({ name: 'jira.linkTypes', id: (row: LinkType) => row.id })
export const customFields = defineTable({
  name: 'jira.customFields',
  id: (row: CustomField) => row.id,
})

export const components = defineTable({
  name: 'jira.components',
  id: (row: Component) => row.id,
  indexes: { project: (row: Component) => row.project },
})

export const versions = defineTable({
  name: 'jira.versions',
  id: (row: Version) => row.id,
  indexes: { project: (row: Version) => row.project },
})

export const issues = defineTable({
  name: 'jira.issues',
  id: (row: Issue) => row.id,
  indexes: {
    key: (row: Issue) => (row.$formerKeys.length === 0 ? row.key : [row.key, ...row.$formerKeys]),
    project: (row: Issue) => row.fields.project,
    status: (row: Issue) => row.fields.status,
    // The empty name stands for nobody, so that `assignee is EMPTY` needs no scan.
    assignee: (row: Issue) => row.fields.assignee ?? '',
    reporter: (row: Issue) => row.fields.reporter ?? '',
    label: (row: Issue) => row.fields.labels as string[],
    parent: (row: Issue) => row.fields.parent ?? undefined,
    updated: (row: Issue) => row.$dates.updated,
  },
  // Dates move with everything that is done; nobody has to account for them.
  byproduct: ['$dates'],
})

export const comments = defineTable({
  name: 'jira.comments',
  id: (row: Comment) => row.id,
  indexes: {
    issue: (row: Comment) => row.issue,
    author: (row: Comment) => row.author,
    // Those that not everybody may read.
    restricted: (row: Comment) => (row.visibility === undefined ? undefined : row.issue),
  },
})

export const worklogs = defineTable({
  name: 'jira.worklogs',
  id: (row: Worklog) => row.id,
  indexes: { issue: (row: Worklog) => row.issue, author: (row: Worklog) => row.author },
})

export const histories = defineTable({
  name: 'jira.histories',
  id: (row: History) => row.id,
  byproduct: true,
  indexes: { issue: (row: History) => row.issue },
})

export const links = defineTable({
  name: 'jira.links',
  id: (row: Link) => row.id,
  indexes: {
    issue: (row: Link) => (row.inward === row.outward ? [row.inward] : [row.inward, row.outward]),
    pair: (row: Link) => key(row.type, row.inward, row.outward),
  },
})

/** What is known of the site as a whole. */
export const site = defineTable({
  name: 'jira.site',
  id: (row: SiteMarks) => row.id,
  internal: true,
})

export const tables = [
  users,
  groups,
  memberships,
  projects,
  issueTypes,
  statuses,
  priorities,
  resolutions,
  linkTypes,
  customFields,
  components,
  versions,
  issues,
  comments,
  worklogs,
  histories,
  links,
  site,
] as unknown as readonly Table<never, never>[]

/** The words of a user that a search may begin: of the name, and of the e-mail address. */
export function userWords(row: User): string[] {
  const text = `${row.displayName} ${row.emailAddress}`.toLowerCase()
  return [
    ...new Set([
      ...text.split(/[\s@]+/),
      ...text.split(/[^\p{L}\p{N}]+/u),
      row.emailAddress.toLowerCase(),
    ]),
  ].filter((word) => word !== '')
}

/** How many letters of a word the index knows; longer beginnings are sifted. */
export const prefixLength = 3

function userPrefixes(row: User): string[] {
  const keys = new Set<string>()
  for (const word of userWords(row)) {
    for (let n = 1; n <= prefixLength; n++) keys.add(word.slice(0, n))
  }
  return [...keys]
}
