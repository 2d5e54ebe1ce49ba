import { empty, json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { canBrowse, findProject, needIssue, needProject, viewerOf } from '../access.ts'
import { fail } from '../errors.ts'
import { refuse } from '../../../engine/call.ts'
import { historyView } from '../issue-expand.ts'
import { createMeta, editMeta } from '../issue-meta.ts'
import { lensOf } from '../lens.ts'
import { pageBean, sliceOf } from '../pages.ts'
import type { IssueType, Project } from '../records.ts'
import { histories, issues, issueTypes, projects } from '../state.ts'
import { avatarUrls, issueTypeView, type View } from '../views.ts'
import { words } from '../words.ts'

/** What surrounds an issue: what can be set, its history, its properties. */
export const metaBehaviors: Readonly<Record<string, Behavior>> = {
  getCreateIssueMeta: (exchange) =>
    json(200, { expand: 'projects', projects: createProjects(exchange) }),
  getCreateIssueMetaIssueTypes: (exchange) => {
    const project = needProject(exchange, exchange.path['projectIdOrKey']!)
    const { startAt, maxResults } = createSlice(exchange)
    const lens = lensOf(exchange)
    const types = typesOf(exchange, project)
    const page = types
      .slice(startAt, startAt + maxResults)
      .map((type) => ({ ...issueTypeView(lens, type), untranslatedName: type.name }))
    return json(200, { startAt, maxResults, total: types.length, issueTypes: page })
  },
  getCreateIssueMetaIssueTypeId: (exchange) => {
    const project = needProject(exchange, exchange.path['projectIdOrKey']!)
    const { startAt, maxResults } = createSlice(exchange)
    const type = typesOf(exchange, project).find(({ id }) => id === exchange.path['issueTypeId'])
    if (type === undefined) return fail(404, words.issueTypeInvalid)
    const fields = Object.entries(createMeta(lensOf(exchange), project, type)).map(
      ([fieldId, meta]) => ({ ...meta, fieldId }),
    )
    return json(200, {
      startAt,
      maxResults,
      total: fields.length,
      fields: fields.slice(startAt, startAt + maxResults),
    })
  },
  getEditIssueMeta: (exchange) =>
    json(200, editMeta(lensOf(exchange), needIssue(exchange, exchange.path['issueIdOrKey']))),
  getChangeLogs: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const lens = lensOf(exchange)
    const slice = sliceOf(exchange, 100, 100)
    const range = { index: 'issue', equals: issue.id } as const
    const page = exchange.rows.page(histories, {
      ...range,
      offset: slice.startAt,
      limit: slice.maxResults,
    })
    const total = exchange.rows.count(histories, range)
    return json(
      200,
      pageBean(
        exchange,
        lens,
        slice,
        total,
        page.map((row) => historyView(lens, row)),
      ),
    )
  },
  getIssuePropertyKeys: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const { api } = lensOf(exchange)
    const keys = Object.keys(issue.$properties).map((key) => ({
      self: `${api}/issue/${issue.id}/properties/${encodeURIComponent(key)}`,
      key,
    }))
    return json(200, { keys })
  },
  getIssueProperty: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const key = exchange.path['propertyKey']!
    if (!Object.hasOwn(issue.$properties, key))
      return fail(404, `The property with key '${key}' does not exist.`)
    return json(200, { key, value: issue.$properties[key] })
  },
  setIssueProperty: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const key = exchange.path['propertyKey']!
    if (JSON.stringify(exchange.body ?? null).length > 32_768)
      return fail(
        400,
        'The property value is too long. It must be no longer than 32768 characters.',
      )
    const isNew = !Object.hasOwn(issue.$properties, key)
    exchange.rows.update(issues, issue.id, {
      $properties: { ...issue.$properties, [key]: exchange.body },
    })
    return empty(isNew ? 201 : 200)
  },
  deleteIssueProperty: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const key = exchange.path['propertyKey']!
    if (!Object.hasOwn(issue.$properties, key))
      return fail(404, `The property with key '${key}' does not exist.`)
    const { [key]: _, ...rest } = issue.$properties
    exchange.rows.update(issues, issue.id, { $properties: rest })
    return empty(204)
  },
}

/** These lists refuse what others would clamp (FACTS: createmeta-max). */
function createSlice(exchange: Exchange) {
  const asked = exchange.query['maxResults'] as number | undefined
  if (asked !== undefined && asked > 200)
    refuse('jira.with-status', { status: 400, message: words.createmetaMax })
  return sliceOf(exchange, 50, 200)
}

function typesOf(exchange: Exchange, project: Project): IssueType[] {
  return project.issueTypes.map((id) => exchange.rows.get(issueTypes, id)!)
}

function createProjects(exchange: Exchange): View[] {
  const { rows, query } = exchange
  const lens = lensOf(exchange)
  const wanted = [...listOf(query['projectKeys']), ...listOf(query['projectIds'])]
  const viewer = viewerOf(exchange)
  const found =
    wanted.length === 0
      ? rows.all(projects, { index: 'state', equals: 'live' })
      : wanted.map((one) => findProject(rows, one))
  const visible = found.filter((one) => one !== undefined && canBrowse(viewer, one)) as Project[]
  const names = listOf(query['issuetypeNames'])
  const ids = listOf(query['issuetypeIds'])
  const isAny = names.length === 0 && ids.length === 0
  const withFields = String(query['expand'] ?? '').includes('projects.issuetypes.fields')
  return visible.map((project) => ({
    ...(withFields && { expand: 'issuetypes' }),
    self: `${lens.api}/project/${project.id}`,
    id: project.id,
    key: project.key,
    name: project.name,
    avatarUrls: avatarUrls(lens, 'project', 10400 + (Number(project.id) % 24)),
    issuetypes: typesOf(exchange, project)
      .filter((type) => isAny || names.includes(type.name) || ids.includes(type.id))
      .map((type) => ({
        ...issueTypeView(lens, type),
        untranslatedName: type.name,
        ...(withFields && { expand: 'fields', fields: createMeta(lens, project, type) }),
      })),
  }))
}

function listOf(value: unknown): string[] {
  if (value === undefined) return []
  return [value]
    .flat()
    .flatMap((one) => String(one).split(','))
    .filter(Boolean)
}
