import { empty, json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { canAdminister, findProject, needProject, needProjectAdmin, viewerOf } from '../access.ts'
import { isRecord, textOf } from '../edit/draft.ts'
import { nextId, touchIssue } from '../edit/issue-writes.ts'
import { isDate } from '../edit/setters.ts'
import { fail, failFields } from '../errors.ts'
import { lensOf } from '../lens.ts'
import { pageBean, sliceOf } from '../pages.ts'
import { componentView, versionView } from '../project-view.ts'
import type { Component, Project, Version } from '../records.ts'
import { components, issues, projects, users, versions } from '../state.ts'
import { words } from '../words.ts'

/** Components and versions. */
export const projectPartBehaviors: Readonly<Record<string, Behavior>> = {
  getProjectComponents: (exchange) => {
    const project = needProject(exchange, exchange.path['projectIdOrKey']!)
    return json(
      200,
      exchange.rows
        .all(components, inProject(project))
        .map((row) => componentView(lensOf(exchange), row)),
    )
  },
  getComponent: (exchange) => json(200, componentView(lensOf(exchange), needComponent(exchange))),
  createComponent: (exchange) => {
    const bean = isRecord(exchange.body) ? exchange.body : {}
    const key = textOf(bean, 'project')
    if (key === undefined) return failFields({ project: words.componentProject })
    const project = needProject(exchange, key)
    needProjectAdmin(exchange, project)
    const name = readComponentName(exchange, project, bean)
    const row = exchange.rows.insert(components, {
      id: nextId(exchange.world, 'components'),
      name: name!,
      project: project.id,
      assigneeType: textOf(bean, 'assigneeType') ?? 'PROJECT_DEFAULT',
      ...(textOf(bean, 'description') !== undefined && {
        description: textOf(bean, 'description')!,
      }),
      ...(leadOf(exchange, bean) !== undefined && { lead: leadOf(exchange, bean)! }),
    })
    return json(201, componentView(lensOf(exchange), row))
  },
  updateComponent: (exchange) => {
    const component = needComponent(exchange)
    const project = exchange.rows.get(projects, component.project)!
    needProjectAdmin(exchange, project)
    const bean = isRecord(exchange.body) ? exchange.body : {}
    const name =
      textOf(bean, 'name') === component.name
        ? undefined
        : readComponentName(exchange, project, bean, true)
    const lead = leadOf(exchange, bean)
    const description = textOf(bean, 'description')
    const row = exchange.rows.update(components, component.id, {
      ...(name !== undefined && { name }),
      ...(lead !== undefined && { lead }),
      ...(description !== undefined && { description }),
    })
    return json(200, componentView(lensOf(exchange), row))
  },
  deleteComponent: (exchange) => {
    const component = needComponent(exchange)
    needProjectAdmin(exchange, exchange.rows.get(projects, component.project)!)
    const target = exchange.query['moveIssuesTo'] as string | undefined
    if (target !== undefined && exchange.rows.get(components, target) === undefined)
      fail(404, words.noComponent(target))
    for (const issue of exchange.rows.all(issues, {
      index: 'project',
      equals: component.project,
    })) {
      if (!issue.fields.components.includes(component.id)) continue
      const rest = issue.fields.components.filter((id) => id !== component.id)
      touchIssue(exchange, issue, { components: target === undefined ? rest : [...rest, target] })
    }
    exchange.rows.remove(components, component.id)
    return empty(204)
  },
  getProjectVersions: (exchange) => {
    const project = needProject(exchange, exchange.path['projectIdOrKey']!)
    return json(
      200,
      exchange.rows
        .all(versions, inProject(project))
        .map((row) => versionView(lensOf(exchange), row, exchange.at)),
    )
  },
  getProjectVersionsPaginated: (exchange) => {
    const project = needProject(exchange, exchange.path['projectIdOrKey']!)
    const query = (exchange.query['query'] as string | undefined)?.toLowerCase()
    const all = exchange.rows
      .all(versions, inProject(project))
      .filter(({ name }) => query === undefined || name.toLowerCase().includes(query))
    const slice = sliceOf(exchange, 50, 50)
    const page = all
      .slice(slice.startAt, slice.startAt + slice.maxResults)
      .map((row) => versionView(lensOf(exchange), row, exchange.at))
    return json(200, pageBean(exchange, lensOf(exchange), slice, all.length, page))
  },
  getVersion: (exchange) =>
    json(200, versionView(lensOf(exchange), needVersion(exchange), exchange.at)),
  createVersion,
  updateVersion: (exchange) => {
    const version = needVersion(exchange)
    const project = exchange.rows.get(projects, version.project)!
    needProjectAdmin(exchange, project)
    const row = exchange.rows.update(versions, version.id, readVersion(exchange, project, version))
    return json(200, versionView(lensOf(exchange), row, exchange.at))
  },
}

function inProject(project: Project) {
  return { index: 'project', equals: project.id } as const
}

function needComponent(exchange: Exchange): Component {
  const id = exchange.path['id']!
  return exchange.rows.get(components, id) ?? fail(404, words.noComponent(id))
}

function readComponentName(
  exchange: Exchange,
  project: Project,
  bean: Record<string, unknown>,
  isOptional = false,
): string | undefined {
  const name = textOf(bean, 'name')
  if (name === undefined && isOptional) return undefined
  if (name === undefined || name.trim() === '') return failFields({ name: words.componentName })
  if (
    exchange.rows
      .all(components, inProject(project))
      .some((row) => row.name.toLowerCase() === name.toLowerCase())
  ) {
    return failFields({ name: words.componentTaken(name) })
  }
  return name
}

function leadOf(exchange: Exchange, bean: Record<string, unknown>): string | undefined {
  const id = textOf(bean, 'leadAccountId')
  if (id !== undefined && exchange.rows.get(users, id) === undefined)
    failFields({ leadAccountId: words.noSuchUser(id) })
  return id
}

function needVersion(exchange: Exchange): Version {
  const id = exchange.path['id']!
  return exchange.rows.get(versions, id) ?? fail(404, words.noVersion(id))
}

/** Somebody who may not is told that there is no such project (FACTS: version-404). */
function createVersion(exchange: Exchange) {
  const bean = isRecord(exchange.body) ? exchange.body : {}
  const idOrKey = textOf(bean, 'projectId') ?? textOf(bean, 'project')
  if (idOrKey === undefined) return fail(400, words.versionProject)
  const project = findProject(exchange.rows, idOrKey)
  if (project === undefined || !canAdminister(viewerOf(exchange), project)) {
    return fail(
      404,
      `Project with key '${project?.key ?? idOrKey}' either does not exist or you do not have permission to create versions in it.`,
    )
  }
  const change = readVersion(exchange, project, undefined)
  const row = exchange.rows.insert(versions, {
    id: nextId(exchange.world, 'versions'),
    project: project.id,
    archived: false,
    released: false,
    ...change,
    name: change.name!,
  })
  exchange.world.emit('jira', 'jira:version_created', {
    timestamp: exchange.at,
    version: { id: row.id, name: row.name },
  })
  return json(201, versionView(lensOf(exchange), row, exchange.at))
}

function readVersion(
  exchange: Exchange,
  project: Project,
  before: Version | undefined,
): Partial<Version> {
  const bean = isRecord(exchange.body) ? exchange.body : {}
  const change: Partial<Version> = {}
  const name = textOf(bean, 'name')
  if (name === undefined ? before === undefined : name.trim() === '' || name.length > 255)
    return failFields({ name: words.versionName })
  const isTaken = exchange.rows
    .all(versions, inProject(project))
    .some((row) => row.name === name && row.id !== before?.id)
  if (isTaken) return failFields({ name: words.versionTaken })
  if (name !== undefined) change.name = name
  const description = textOf(bean, 'description')
  if (description !== undefined) change.description = description
  for (const field of ['startDate', 'releaseDate'] as const) {
    const date = textOf(bean, field)
    if (date === undefined) continue
    if (!isDate(date)) failFields({ [field]: words.badDate(date) })
    change[field] = date
  }
  for (const field of ['archived', 'released'] as const)
    if (typeof bean[field] === 'boolean') change[field] = bean[field]
  return change
}
