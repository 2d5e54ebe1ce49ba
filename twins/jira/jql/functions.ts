import type { Issue } from '../records.ts'
import {
  groups,
  issues,
  issueTypes,
  links,
  linkTypes,
  memberships,
  projects,
  versions,
} from '../state.ts'
import { canAdminister, findIssue, hasPermission } from '../access.ts'
import { edgeOf, type Span } from './dates.ts'
import { resolveProject, resolveUser } from './resolve.ts'
import type { Scope } from './scope.ts'

/** What a function stands for: ids, or a moment in ms; undefined when it can't be understood. */
export type Found = readonly string[] | number | undefined

type Maker = (scope: Scope, args: readonly string[]) => Found

const makers: Readonly<Record<string, Maker>> = {
  currentuser: ({ viewer }) => (viewer.account === undefined ? [] : [viewer.account]),
  membersof: ({ rows }, [name = '']) => {
    const group = rows.find(groups, 'name', name.toLowerCase()) ?? rows.get(groups, name)
    return (
      group &&
      rows.all(memberships, { index: 'group', equals: group.groupId }).map((one) => one.accountId)
    )
  },
  now: ({ now }) => now,
  currentlogin: ({ now }) => now,
  lastlogin: ({ now }) => now,
  ...edges('Day'),
  ...edges('Week'),
  ...edges('Month'),
  ...edges('Year'),
  issuehistory: () => [],
  watchedissues: (scope) => issuesOf(scope, (issue, me) => issue.$watchers.includes(me)),
  votedissues: (scope) => issuesOf(scope, (issue, me) => issue.$voters.includes(me)),
  linkedissues: ({ rows }, [key = '', how]) => {
    const issue = findIssue(rows, key)
    return issue && linkedTo({ rows }, issue, how)
  },
  childissuesof: ({ rows }, [key = '']) => {
    const issue = findIssue(rows, key)
    return issue && descendantsOf({ rows }, issue.id, 0)
  },
  standardissuetypes: ({ rows }) =>
    rows
      .all(issueTypes)
      .filter((row) => !row.subtask)
      .map((row) => row.id),
  subtaskissuetypes: ({ rows }) =>
    rows
      .all(issueTypes)
      .filter((row) => row.subtask)
      .map((row) => row.id),
  releasedversions: (scope, args) => versionsOf(scope, args, (row) => row.released),
  unreleasedversions: (scope, args) => versionsOf(scope, args, (row) => !row.released),
  latestreleasedversion: (scope, args) => versionsOf(scope, args, (row) => row.released)?.slice(-1),
  earliestunreleasedversion: (scope, args) =>
    versionsOf(scope, args, (row) => !row.released)?.slice(0, 1),
  projectsleadbyuser: (scope, [who]) => {
    const ids = who === undefined ? [scope.viewer.account ?? ''] : resolveUser(scope, who)
    return (
      ids &&
      scope.rows
        .all(projects)
        .filter((row) => ids.includes(row.lead))
        .map((row) => row.id)
    )
  },
  projectswhereuserhaspermission: ({ rows, viewer }, [name = '']) =>
    rows
      .all(projects)
      .filter((row) => hasPermission(viewer, permissionKey(name), row))
      .map((row) => row.id),
  projectswhereuserhasrole: ({ rows, viewer }, [name = '']) =>
    rows
      .all(projects)
      .filter((row) =>
        /admin/i.test(name)
          ? canAdminister(viewer, row)
          : hasPermission(viewer, 'BROWSE_PROJECTS', row),
      )
      .map((row) => row.id),
  opensprints: () => [],
  closedsprints: () => [],
  futuresprints: () => [],
  updatedby: (scope, [who = '']) => {
    const ids = resolveUser(scope, who)
    return (
      ids &&
      scope.rows
        .all(issues)
        .filter((issue) => ids.includes(issue.fields.creator))
        .map((issue) => issue.id)
    )
  },
  componentsleadbyuser: () => [],
}

/** Asks a function. */
export function callFunction(scope: Scope, name: string, args: readonly string[]): Found {
  const maker = Object.hasOwn(makers, name.toLowerCase()) ? makers[name.toLowerCase()] : undefined
  if (maker !== undefined) return maker(scope, args)
  scope.problems.push(`Unable to find JQL function '${name}(${args.join(', ')})'.`)
  return undefined
}

function edges(span: Span): Record<string, Maker> {
  return {
    [`startof${span.toLowerCase()}`]: (scope, [offset]) => edgeOf(span, 'start', offset, scope),
    [`endof${span.toLowerCase()}`]: (scope, [offset]) => edgeOf(span, 'end', offset, scope),
  }
}

function issuesOf(
  { rows, viewer }: Scope,
  isMine: (issue: Issue, me: string) => boolean,
): string[] {
  const me = viewer.account
  if (me === undefined) return []
  const ids: string[] = []
  for (const issue of rows.scan(issues)) if (isMine(issue, me)) ids.push(issue.id)
  return ids
}

function linkedTo({ rows }: Pick<Scope, 'rows'>, issue: Issue, how: string | undefined): string[] {
  const ids: string[] = []
  for (const link of rows.all(links, { index: 'issue', equals: issue.id })) {
    const type = rows.get(linkTypes, link.type)
    const isInward = link.inward === issue.id
    const word = isInward ? type?.outward : type?.inward
    if (how === undefined || how === word) ids.push(isInward ? link.outward : link.inward)
  }
  return ids
}

function descendantsOf({ rows }: Pick<Scope, 'rows'>, id: string, depth: number): string[] {
  if (depth > 5) return []
  const children = rows.all(issues, { index: 'parent', equals: id })
  return children.flatMap((child) => [child.id, ...descendantsOf({ rows }, child.id, depth + 1)])
}

function versionsOf(
  scope: Scope,
  args: readonly string[],
  fits: (row: { released: boolean }) => boolean,
): string[] | undefined {
  const ids =
    args.length === 0 ? undefined : args.flatMap((name) => resolveProject(scope, name) ?? [])
  return scope.rows
    .all(versions)
    .filter((row) => fits(row) && (ids === undefined || ids.includes(row.project)))
    .map((row) => row.id)
}

/** Permissions are named by key or by words: `Edit Issues`. */
function permissionKey(name: string): string {
  return name.trim().toUpperCase().replace(/\s+/g, '_')
}
