import { json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { hasPermission, needIssue, needProject, viewerOf } from '../access.ts'
import { cloudId } from '../auth.ts'
import { fail } from '../errors.ts'
import { allFields } from '../fields.ts'
import { lensOf } from '../lens.ts'
import { permissionKinds, type PermissionKind } from '../permissions.ts'
import { pageBean, sliceOf } from '../pages.ts'
import type { Project } from '../records.ts'
import { issues, issueTypes, priorities, projects, resolutions, statuses } from '../state.ts'
import {
  categoryView,
  issueTypeView,
  priorityView,
  resolutionView,
  statusCategories,
  statusView,
} from '../views.ts'
import { toWireTime } from '../wire-time.ts'
import { words } from '../words.ts'

/** The site as a whole: what it is, and the lists that everything else refers to. */
export const siteBehaviors: Readonly<Record<string, Behavior>> = {
  getServerInfo: (exchange) => {
    const { site } = lensOf(exchange)
    return json(200, {
      baseUrl: site,
      displayUrl: site,
      displayUrlServicedeskHelpCenter: site,
      displayUrlConfluence: site,
      version: '1001.0.0-SNAPSHOT',
      versionNumbers: [1001, 0, 0],
      deploymentType: 'Cloud',
      buildNumber: 100_287,
      buildDate: '2025-12-01T09:00:00.000+0000',
      serverTime: toWireTime(exchange.at),
      scmInfo: '57a0ca5b9c34f4d7b9d0b6a2f0d7c1e8a9b3c4d5',
      serverTitle: 'Jira',
      defaultLocale: { locale: 'en_US' },
      serverTimeZone: 'Etc/UTC',
    })
  },
  getTenantInfo: () => json(200, { cloudId }),
  getAccessibleResources: (exchange) => {
    const scopes = exchange.caller?.scopes ?? []
    const { origin } = exchange.twin.definition
    const name = new URL(origin).hostname.split('.')[0]
    const avatarUrl =
      'https://site-admin-avatar-cdn.prod.public.atl-paas.net/avatars/240/jersey.png'
    return json(200, [{ id: cloudId, url: origin, name, scopes, avatarUrl }])
  },
  getFields: (exchange) =>
    json(
      200,
      allFields(exchange.rows).map(({ id, ...rest }) => ({
        id,
        key: id,
        ...rest,
        ...(rest.custom && { untranslatedName: rest.name }),
      })),
    ),
  getPriorities: (exchange) =>
    json(
      200,
      exchange.rows.all(priorities).map((row) => priorityView(lensOf(exchange), row)),
    ),
  getPriority: (exchange) => {
    const row = exchange.rows.get(priorities, exchange.path['id']!)
    return row === undefined
      ? fail(404, 'The priority was not found.')
      : json(200, priorityView(lensOf(exchange), row))
  },
  searchPriorities: (exchange) => {
    const all = exchange.rows.all(priorities)
    const slice = sliceOf(exchange, 50, 50)
    // Measured: the flag is never set (FACTS: priority-default).
    const values = all
      .slice(slice.startAt, slice.startAt + slice.maxResults)
      .map((row) => ({ ...priorityView(lensOf(exchange), row), isDefault: false }))
    return json(200, pageBean(exchange, lensOf(exchange), slice, all.length, values))
  },
  getResolutions: (exchange) =>
    json(
      200,
      exchange.rows.all(resolutions).map((row) => resolutionView(lensOf(exchange), row)),
    ),
  getResolution: (exchange) => {
    const row = exchange.rows.get(resolutions, exchange.path['id']!)
    return row === undefined
      ? fail(404, 'The resolution was not found.')
      : json(200, resolutionView(lensOf(exchange), row))
  },
  getStatuses: (exchange) =>
    json(
      200,
      exchange.rows.all(statuses).map((row) => statusView(lensOf(exchange), row)),
    ),
  getStatus: (exchange) => {
    const name = exchange.path['idOrName']!
    const row =
      exchange.rows.get(statuses, name) ??
      exchange.rows.all(statuses).find((one) => one.name.toLowerCase() === name.toLowerCase())
    return row === undefined
      ? fail(404, 'The status was not found.')
      : json(200, statusView(lensOf(exchange), row))
  },
  getStatusCategories: (exchange) =>
    json(
      200,
      statusCategories.map(({ id }) => categoryView(lensOf(exchange), id)),
    ),
  getStatusCategory: (exchange) => {
    const name = exchange.path['idOrKey']!
    const found = statusCategories.find((one) => String(one.id) === name || one.key === name)
    return found === undefined
      ? fail(404, 'The status category was not found.')
      : json(200, categoryView(lensOf(exchange), found.id))
  },
  getIssueAllTypes: (exchange) =>
    json(
      200,
      exchange.rows
        .all(issueTypes)
        .map((row) => ({ ...issueTypeView(lensOf(exchange), row), untranslatedName: row.name })),
    ),
  getIssueType: (exchange) => {
    const row = exchange.rows.get(issueTypes, exchange.path['id']!)
    if (row === undefined)
      return fail(404, `Issue type with id '${exchange.path['id']}' does not exist.`)
    return json(200, { ...issueTypeView(lensOf(exchange), row), untranslatedName: row.name })
  },
  getIssueTypesForProject: (exchange) => {
    const project = needProject(exchange, String(exchange.query['projectId']))
    return json(
      200,
      project.issueTypes.map((id) =>
        issueTypeView(lensOf(exchange), exchange.rows.get(issueTypes, id)!),
      ),
    )
  },
  getAllLabels: (exchange) => {
    const all = labelsOf(exchange)
    const slice = sliceOf(exchange, 1000, 1000)
    return json(
      200,
      pageBean(
        exchange,
        lensOf(exchange),
        slice,
        all.length,
        all.slice(slice.startAt, slice.startAt + slice.maxResults),
      ),
    )
  },
  getAllPermissions: () =>
    json(200, {
      permissions: Object.fromEntries(permissionKinds.map((kind) => [kind.key, describe(kind)])),
    }),
  getMyPermissions: (exchange) => {
    const asked = String(exchange.query['permissions'] ?? '')
    if (asked === '') return fail(400, words.permissionsNeeded)
    const names = asked
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean)
    const project = contextOf(exchange)
    const unknown = names.filter((name) => !permissionKinds.some(({ key }) => key === name))
    if (unknown.length > 0)
      return json(400, {
        errorMessages: [],
        errors: Object.fromEntries(unknown.map((name) => [name, words.permissionUnknown])),
      })
    const viewer = viewerOf(exchange)
    const found = names.map((name) => {
      const kind = permissionKinds.find(({ key }) => key === name)!
      return [
        name,
        { id: kind.id, ...describe(kind), havePermission: hasPermission(viewer, name, project) },
      ]
    })
    return json(200, { permissions: Object.fromEntries(found) })
  },
}

/** Every label once: the index has them in order, and all of one label are stepped over at once. */
function labelsOf({ rows }: Exchange): string[] {
  const labels: string[] = []
  for (let offset = 0; ;) {
    const issue = rows.page(issues, { index: 'label', offset, limit: 1 })[0]
    if (issue === undefined) return labels
    // Of the issue's labels, the one that the index stands at: the first that is not behind us.
    const label = issue.fields.labels.find(
      (one) => labels.length === 0 || one > labels[labels.length - 1]!,
    )
    if (label === undefined) return labels
    labels.push(label)
    offset += rows.count(issues, { index: 'label', equals: label })
  }
}

function describe({ key, name, type }: PermissionKind) {
  return { key, name, type, description: '' }
}

function contextOf(exchange: Exchange): Project | undefined {
  const { projectKey, projectId, issueKey, issueId } = exchange.query as Record<
    string,
    string | undefined
  >
  const project = projectKey ?? projectId
  if (project !== undefined) return needProject(exchange, project)
  const issue = issueKey ?? issueId
  return issue === undefined
    ? undefined
    : exchange.rows.get(projects, needIssue(exchange, issue).fields.project)
}
