import { empty, json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import {
  canBrowse,
  findProject,
  hasPermission,
  isAdmin,
  needAdmin,
  needProject,
  needProjectAdmin,
  viewerOf,
} from '../access.ts'
import { isRecord, textOf } from '../edit/draft.ts'
import { nextId } from '../edit/issue-writes.ts'
import { fail, failFields } from '../errors.ts'
import { lensOf } from '../lens.ts'
import { pageBean, sliceOf } from '../pages.ts'
import { projectRowView, projectView } from '../project-view.ts'
import type { Project } from '../records.ts'
import { issues as issuesTable, issueTypes, projects, statuses, users } from '../state.ts'
import { statusView, type View } from '../views.ts'
import { words } from '../words.ts'
import { workflowOf } from '../workflow.ts'

/** Projects. */
export const projectBehaviors: Readonly<Record<string, Behavior>> = {
  getAllProjects: (exchange) =>
    json(
      200,
      visible(exchange, 'live').map((row) => rowView(exchange, row)),
    ),
  searchProjects: (exchange) => {
    const { query, orderBy, typeKey, action } = exchange.query as Record<string, string | undefined>
    const states = [exchange.query['status'] ?? 'live'].flat() as string[]
    const keys = listOf(exchange.query['keys'])
    const ids = listOf(exchange.query['id'])
    const text = query?.toLowerCase()
    const found = states
      .flatMap((state) => visible(exchange, state))
      .filter((row) => {
        if (
          text !== undefined &&
          !row.name.toLowerCase().includes(text) &&
          !row.key.toLowerCase().includes(text)
        )
          return false
        if (typeKey !== undefined && !typeKey.split(',').includes(row.projectTypeKey)) return false
        if (action === 'edit' && !hasPermission(viewerOf(exchange), 'ADMINISTER_PROJECTS', row))
          return false
        if (ids.length > 0 && !ids.includes(row.id)) return false
        return keys.length === 0 || keys.includes(row.key)
      })
    const sorted = sortBy(found, orderBy ?? 'key')
    const slice = sliceOf(exchange, 50, 100)
    const page = sorted
      .slice(slice.startAt, slice.startAt + slice.maxResults)
      .map((row) => rowView(exchange, row))
    return json(200, pageBean(exchange, lensOf(exchange), slice, found.length, page))
  },
  getProject: (exchange) => {
    const project = needProject(exchange, exchange.path['projectIdOrKey']!)
    return json(200, projectView(lensOf(exchange), project, expandOf(exchange)))
  },
  createProject,
  updateProject: (exchange) => {
    const project = needProject(exchange, exchange.path['projectIdOrKey']!)
    needProjectAdmin(exchange, project)
    const change = readChange(exchange, project)
    const updated = exchange.rows.update(projects, project.id, change)
    return json(200, projectView(lensOf(exchange), updated, expandOf(exchange)))
  },
  deleteProject: (exchange) => {
    needAdmin(exchange)
    const project = needProject(exchange, exchange.path['projectIdOrKey']!)
    exchange.rows.update(projects, project.id, { deleted: true })
    exchange.world.emit('jira', 'project_soft_deleted', {
      timestamp: exchange.at,
      project: { id: project.id, key: project.key },
    })
    return empty(204)
  },
  restore: (exchange) => {
    needAdmin(exchange)
    const name = exchange.path['projectIdOrKey']!
    const project = findProject(exchange.rows, name)
    if (project === undefined) return fail(404, words.noProjectWithKey(name))
    const restored = exchange.rows.update(projects, project.id, { deleted: false, archived: false })
    return json(200, projectView(lensOf(exchange), restored, expandOf(exchange)))
  },
  archiveProject: (exchange) => {
    needAdmin(exchange)
    const project = needProject(exchange, exchange.path['projectIdOrKey']!)
    exchange.rows.update(projects, project.id, { archived: true })
    return empty(204)
  },
  getAllStatuses: (exchange) => {
    const project = needProject(exchange, exchange.path['projectIdOrKey']!)
    const lens = lensOf(exchange)
    const workflow = workflowOf(exchange.rows, project.id)
    const list = workflow.statuses.map((id) => {
      const { statusCategory, ...view } = statusView(lens, exchange.rows.get(statuses, id)!)
      return { ...view, untranslatedName: view['name'], statusCategory }
    })
    const types = project.issueTypes.map((id) => exchange.rows.get(issueTypes, id)!)
    return json(
      200,
      types.map(({ id, name, subtask }) => ({
        self: `${lens.api}/issuetype/${id}`,
        id,
        name,
        subtask,
        statuses: list,
      })),
    )
  },
}

function rowView(exchange: Exchange, row: Project): View {
  return projectRowView(lensOf(exchange), row, expandOf(exchange))
}

function expandOf(exchange: Exchange): Set<string> {
  return new Set(String(exchange.query['expand'] ?? '').split(','))
}

/** The projects in a state that the caller may see; the deleted ones are for administrators. */
function visible(exchange: Exchange, state: string): Project[] {
  const viewer = viewerOf(exchange)
  const all = exchange.rows.all(projects, { index: 'state', equals: state })
  return state === 'deleted'
    ? isAdmin(viewer)
      ? all
      : []
    : all.filter((row) => canBrowse(viewer, row))
}

function sortBy(list: Project[], orderBy: string): Project[] {
  const sign = orderBy.startsWith('-') ? -1 : 1
  const name = orderBy.replace(/^[-+ ]/, '')
  const value = (row: Project) => (name === 'name' ? row.name.toLowerCase() : row.key)
  return list.sort((a, b) => (value(a) < value(b) ? -sign : value(a) > value(b) ? sign : 0))
}

function listOf(value: unknown): string[] {
  return value === undefined
    ? []
    : [value]
        .flat()
        .flatMap((one) => String(one).split(','))
        .filter(Boolean)
}

const projectTypes = new Set([
  'software',
  'service_desk',
  'business',
  'product_discovery',
  'customer_service',
])

function createProject(exchange: Exchange) {
  const viewer = viewerOf(exchange)
  if (!hasPermission(viewer, 'CREATE_PROJECT')) fail(403, words.notAdmin)
  const { rows, world, body } = exchange
  const bean = isRecord(body) ? body : {}
  const errors: Record<string, string> = {}
  const key = textOf(bean, 'key') ?? ''
  const name = textOf(bean, 'name') ?? ''
  const lead = textOf(bean, 'leadAccountId') ?? viewer.account ?? ''
  const template = textOf(bean, 'projectTemplateKey')
  const type =
    textOf(bean, 'projectTypeKey') ??
    (template?.includes('servicedesk') ? 'service_desk' : template && 'software')
  const taken = findProject(rows, key)
  if (!/^[A-Z][A-Z0-9]{1,9}$/.test(key)) errors['projectKey'] = words.projectKeyInvalid
  else if (taken !== undefined) errors['projectKey'] = words.projectKeyTaken(taken.name)
  if (name.trim() === '') errors['projectName'] = words.projectNameMissing
  else if (rows.all(projects).some((row) => row.name.toLowerCase() === name.toLowerCase()))
    errors['projectName'] = words.projectNameTaken
  if (rows.get(users, lead) === undefined) errors['projectLead'] = words.projectLead
  if (type === undefined || !projectTypes.has(type)) errors['projectTypeKey'] = words.projectType
  if (Object.keys(errors).length > 0) failFields(errors)
  const isTeamManaged = template?.includes('gh-simplified-agility') === true
  const project = rows.insert(projects, {
    ...blankProject(rows.all(issueTypes).map((row) => row.id)),
    id: nextId(world, 'projects'),
    key,
    name,
    lead,
    description: textOf(bean, 'description') ?? '',
    projectTypeKey: type!,
    assigneeType: bean['assigneeType'] === 'PROJECT_LEAD' ? 'PROJECT_LEAD' : 'UNASSIGNED',
    simplified: isTeamManaged,
    style: isTeamManaged ? 'next-gen' : 'classic',
    ...(textOf(bean, 'url') !== undefined && { url: textOf(bean, 'url')! }),
  })
  world.emit('jira', 'project_created', {
    timestamp: exchange.at,
    project: { id: project.id, key: project.key },
  })
  return json(201, {
    self: `${lensOf(exchange).api}/project/${project.id}`,
    id: Number(project.id),
    key: project.key,
  })
}

/** What every new project begins with. */
export function blankProject(types: string[]): Omit<Project, 'id' | 'key' | 'name' | 'lead'> {
  return {
    description: '',
    projectTypeKey: 'software',
    assigneeType: 'UNASSIGNED',
    simplified: false,
    style: 'classic',
    isPrivate: false,
    archived: false,
    deleted: false,
    issueTypes: types,
    $workflow: 'default',
    $members: [],
    $formerKeys: [],
  }
}

function readChange(exchange: Exchange, project: Project): Partial<Project> {
  const bean = isRecord(exchange.body) ? exchange.body : {}
  const change: Partial<Project> = {}
  const name = textOf(bean, 'name')
  if (name !== undefined) change.name = name
  const description = textOf(bean, 'description')
  if (description !== undefined) change.description = description
  const lead = textOf(bean, 'leadAccountId')
  if (lead !== undefined) {
    if (exchange.rows.get(users, lead) === undefined) failFields({ projectLead: words.projectLead })
    change.lead = lead
  }
  const { assigneeType } = bean
  if (assigneeType === 'PROJECT_LEAD' || assigneeType === 'UNASSIGNED')
    change.assigneeType = assigneeType
  const key = textOf(bean, 'key')
  if (key !== undefined && key !== project.key) {
    const taken = findProject(exchange.rows, key)
    if (taken !== undefined) failFields({ projectKey: words.projectKeyTaken(taken.name) })
    renameIssues(exchange, project, key)
    change.key = key
    change.$formerKeys = [...project.$formerKeys, project.key]
  }
  return change
}

/** With a project's key all its issues' keys change; the former ones still lead to them (FACTS: former-keys). */
function renameIssues({ rows }: Exchange, project: Project, key: string): void {
  for (const issue of rows.all(issuesTable, { index: 'project', equals: project.id })) {
    const renamed = `${key}-${issue.key.slice(issue.key.lastIndexOf('-') + 1)}`
    rows.update(issuesTable, issue.id, {
      key: renamed,
      $formerKeys: [...issue.$formerKeys, issue.key],
    })
  }
}
