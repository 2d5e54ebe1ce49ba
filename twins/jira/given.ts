import { tokens, type Token } from '../../engine/auth.ts'
import type { Rows } from '../../engine/rows.ts'
import type { Table } from '../../engine/table.ts'
import type { World } from '../../engine/world.ts'
import { findIssue, findProject } from './access.ts'
import { newAccountId, newApiToken } from './accounts.ts'
import { blankProject } from './behavior/projects.ts'
import { insertIssue, nextId } from './edit/issue-writes.ts'
import type {
  CommentProps,
  GroupProps,
  IssueProps,
  ProjectProps,
  TokenProps,
  UserProps,
} from './given-props.ts'
import type { Comment, Group, Issue, Project, User } from './records.ts'
import { richFromWiki } from './rich/rich.ts'
import {
  comments,
  groups,
  issues,
  issueTypes,
  memberships,
  priorities,
  projects,
  resolutions,
  site,
  statuses,
  users,
} from './state.ts'
import { fromWireTime, toWireTime } from './wire-time.ts'
import { doneCategory, workflows } from './workflow.ts'

function user(world: World, props: UserProps = {}): User {
  const { rows } = world
  const number = world.nextNumber('jira.given')
  const emailAddress = props.emailAddress ?? props.email ?? `person${number}@acme.example`
  if (rows.find(users, 'email', emailAddress.toLowerCase()) !== undefined) {
    throw new Error(`There is a Jira user with the address "${emailAddress}" already.`)
  }
  const row = rows.insert(users, {
    accountId: newAccountId(world),
    accountType: props.accountType ?? 'atlassian',
    emailAddress,
    displayName: props.displayName ?? `Person ${number}`,
    active: props.active ?? true,
    timeZone: props.timeZone ?? 'Etc/UTC',
    locale: 'en_US',
  })
  for (const name of props.groups ?? ['jira-software-users']) {
    rows.put(memberships, { groupId: groupNamed(world, name).groupId, accountId: row.accountId })
  }
  return row
}

function group(world: World, props: GroupProps): Group {
  const row = world.rows.insert(groups, { groupId: world.newUuid(), name: props.name })
  for (const member of props.members ?? []) {
    world.rows.insert(memberships, {
      groupId: row.groupId,
      accountId: userNamed(world, member).accountId,
    })
  }
  return row
}

function project(world: World, props: ProjectProps): Project {
  const { rows } = world
  const { key } = props
  if (findProject(rows, key) !== undefined)
    throw new Error(`There is a Jira project with the key "${key}" already.`)
  const workflow = props.workflow ?? 'default'
  if (!Object.hasOwn(workflows, workflow))
    throw new Error(
      `There is no Jira workflow "${workflow}"; there are ${Object.keys(workflows).join(', ')}.`,
    )
  const lead = props.lead === undefined ? firstUser(world) : userNamed(world, props.lead)
  return rows.insert(projects, {
    ...blankProject(rows.all(issueTypes).map((row) => row.id)),
    id: nextId(world, 'projects'),
    key,
    name: props.name ?? key,
    lead: lead.accountId,
    description: props.description ?? '',
    projectTypeKey: props.type ?? 'software',
    assigneeType: props.assigneeType ?? 'UNASSIGNED',
    isPrivate: props.private ?? false,
    $workflow: workflow,
    $members: (props.members ?? []).map(
      (name) => findUser(rows, name)?.accountId ?? groupNamed(world, name).groupId,
    ),
  })
}

function issue(world: World, props: IssueProps = {}): Issue {
  const { rows } = world
  const place =
    props.project === undefined
      ? rows.page(projects, { limit: 1 })[0]
      : findProject(rows, props.project)
  if (place === undefined)
    throw new Error(
      missing(
        'project',
        props.project,
        rows.all(projects).map(({ key }) => key),
      ),
    )
  const type = named(world, issueTypes, 'issue type', props.type ?? 'Task')
  const status = named(world, statuses, 'status', props.status ?? 'To Do')
  const isDone = rows.get(statuses, status)?.category === doneCategory
  const at = momentOf(world, props.created)
  const resolution =
    props.resolution === undefined
      ? undefined
      : named(world, resolutions, 'resolution', props.resolution)
  const reporter =
    props.reporter === undefined ? place.lead : userNamed(world, props.reporter).accountId
  const fields = {
    project: place.id,
    issuetype: type,
    summary: props.summary ?? `Issue ${world.nextNumber('jira.given')}`,
    status,
    creator: reporter,
    assignee: props.assignee == null ? null : userNamed(world, props.assignee).accountId,
    resolution: resolution ?? (isDone ? rows.page(resolutions, { limit: 1 })[0]!.id : null),
    labels: [...(props.labels ?? [])].sort(),
    ...(props.description !== undefined && { description: richFromWiki(props.description) }),
    ...(props.priority !== undefined && {
      priority: named(world, priorities, 'priority', props.priority),
    }),
    ...(props.parent !== undefined && { parent: issueNamed(world, props.parent).id }),
    ...(props.duedate !== undefined && { duedate: props.duedate }),
    ...props.fields,
  }
  const row = insertIssue(world, fields, at, isDone ? { resolutiondate: toWireTime(at) } : {})
  const watchers = (props.watchers ?? []).map((name) => userNamed(world, name).accountId)
  if (watchers.length > 0)
    rows.update(issues, row.id, { $watchers: [...row.$watchers, ...watchers] })
  for (const one of props.comments ?? []) {
    comment(world, { issue: row.id, ...(typeof one === 'string' ? { body: one } : one) })
  }
  return rows.get(issues, row.id)!
}

function comment(world: World, props: CommentProps): Comment {
  const row = issueNamed(world, props.issue)
  const author =
    props.author === undefined
      ? (row.fields.reporter ?? row.fields.creator)
      : userNamed(world, props.author).accountId
  const now = toWireTime(world.now())
  return world.rows.insert(comments, {
    id: nextId(world, 'comments'),
    issue: row.id,
    author,
    updateAuthor: author,
    body: richFromWiki(props.body),
    created: now,
    updated: now,
    $properties: {},
  })
}

/** A credential: an API token for Basic, or an OAuth token for the gateway. */
function token(world: World, props: TokenProps): Token {
  const { accountId } = userNamed(world, props.user)
  const id = newApiToken(world)
  const isOauth = props.scopes !== undefined
  return world.rows.insert(tokens, {
    id,
    twin: 'jira',
    kind: isOauth ? 'oauth' : 'api-token',
    account: accountId,
    ...(isOauth && { scopes: props.scopes! }),
  })
}

/** What scenarios start from. */
export const given = { user, group, project, issue, comment, token }

function momentOf(world: World, created: string | number | undefined): number {
  if (created === undefined) return world.now()
  const ms = typeof created === 'number' ? created : fromWireTime(created)
  if (ms === undefined)
    throw new Error(
      `"${created}" is no time. Write it as the wire does: 2026-01-02T09:00:00.000+0000.`,
    )
  world.rows.put(site, { id: 'site', backdated: true })
  return ms
}

function firstUser({ rows }: World): User {
  const row = rows.page(users, { limit: 1 })[0]
  if (row === undefined) throw new Error('There is no Jira user yet; make one first.')
  return row
}

function findUser(rows: Rows, name: string): User | undefined {
  return rows.get(users, name) ?? rows.find(users, 'email', name.toLowerCase())
}

/** The user with an account id or e-mail address. Throws where there is none. */
export function userNamed({ rows }: World, name: string): User {
  const row = findUser(rows, name)
  if (row === undefined)
    throw new Error(
      missing(
        'user',
        name,
        rows.page(users, { limit: 20 }).map((one) => one.emailAddress),
      ),
    )
  return row
}

function groupNamed({ rows }: World, name: string): Group {
  const row = rows.get(groups, name) ?? rows.find(groups, 'name', name.toLowerCase())
  if (row === undefined)
    throw new Error(
      missing(
        'group',
        name,
        rows.page(groups, { limit: 20 }).map((one) => one.name),
      ),
    )
  return row
}

function issueNamed({ rows }: World, name: string): Issue {
  const row = findIssue(rows, name)
  if (row === undefined)
    throw new Error(
      missing(
        'issue',
        name,
        rows.page(issues, { limit: 20 }).map((one) => one.key),
      ),
    )
  return row
}

function named({ rows }: World, table: Table<never, never>, what: string, name: string): string {
  const all = rows.all(table) as { id: string; name: string }[]
  const row = all.find((one) => one.id === name || one.name.toLowerCase() === name.toLowerCase())
  if (row === undefined)
    throw new Error(
      missing(
        what,
        name,
        all.map((one) => one.name),
      ),
    )
  return row.id
}

function missing(what: string, name: string | undefined, known: string[]): string {
  return `There is no Jira ${what} "${name}"; there are ${known.join(', ') || 'none'}.`
}
