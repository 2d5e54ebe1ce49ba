import { viewWith, type Reader } from './cache.ts'
import { commentView, isFor } from './comment-view.ts'
import { systemFields } from './fields.ts'
import type { Lens } from './lens.ts'
import { linkViews, stubView } from './link-view.ts'
import type { Issue } from './records.ts'
import type { Rich } from './rich/rich.ts'
import { richView } from './rich-view.ts'
import { comments, customFields, issues, projects, statuses, worklogs } from './state.ts'
import { aggregateOf, progressOf, timetrackingView } from './time-tracking.ts'
import { categoryView, projectStub, refs, userRef, type View } from './views.ts'
import { inZone } from './wire-time.ts'
import { worklogView } from './worklog-view.ts'

/** What a caller wants to see of an issue. */
export interface Selection {
  /** Names it in caches. */
  name: string
  includes: (field: string) => boolean
}

/** What the service says can be expanded (recorded). */
export const issueExpand =
  'renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations'

/** An issue with the selected fields; the same object as long as nothing in it changes. */
export function issueView(lens: Lens, row: Issue, selection: Selection): View {
  return viewWith(row, `${lens.variant}|${selection.name}`, lens.rows, (issue, reader) => ({
    expand: issueExpand,
    id: issue.id,
    self: `${lens.issueApi}/issue/${issue.id}`,
    key: issue.key,
    fields: fieldsView(lens, issue, selection, reader),
  }))
}

/** The selected fields of an issue, as the wire shows them. */
export function fieldsView(lens: Lens, row: Issue, selection: Selection, reader: Reader): View {
  const view: View = {}
  for (const id in builders) {
    if (!selection.includes(id)) continue
    const value = builders[id]!(lens, row, reader)
    if (value !== undefined) view[id] = value
  }
  for (const custom of lens.rows.all(customFields)) {
    if (selection.includes(custom.id)) view[custom.id] = customView(lens, row.fields[custom.id])
  }
  return view
}

function customView(lens: Lens, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'adf' in value)
    return richView(lens, value as Rich)
  return value ?? null
}

type Builder = (lens: Lens, row: Issue, reader: Reader) => unknown

const builders: Readonly<Record<string, Builder>> = {
  statuscategorychangedate: (lens, { $dates }) =>
    inZone($dates.statuscategorychangedate, lens.zone),
  issuetype: (lens, { fields }, reader) => refs.issuetype(lens, reader, fields.issuetype),
  parent: (lens, { fields }, reader) => {
    const parent = fields.parent === null ? undefined : reader.get(issues, fields.parent)
    return parent && stubView(lens, parent, reader)
  },
  timespent: (_, { fields }) => fields.timespent,
  project: (lens, { fields }, reader) => projectStub(lens, reader.get(projects, fields.project)!),
  fixVersions: (lens, { fields }, reader) =>
    fields.fixVersions.map((id) => refs.version(lens, reader, id)),
  statusCategory: (lens, { fields }, reader) =>
    categoryView(lens, reader.get(statuses, fields.status)!.category),
  aggregatetimespent: (_, row, reader) => aggregateOf(row, reader, 'timespent'),
  resolution: (lens, { fields }, reader) =>
    fields.resolution && refs.resolution(lens, reader, fields.resolution),
  resolutiondate: (lens, { $dates }) =>
    $dates.resolutiondate && inZone($dates.resolutiondate, lens.zone),
  workratio: (_, { fields }) => workratioOf(fields.timespent, fields.timeoriginalestimate),
  lastViewed: () => null,
  watches: (lens, row) => ({
    self: `${lens.api}/issue/${row.key}/watchers`,
    watchCount: row.$watchers.length,
    isWatching: lens.account !== undefined && row.$watchers.includes(lens.account),
  }),
  created: (lens, { fields }) => inZone(fields.created, lens.zone),
  priority: (lens, { fields }, reader) =>
    fields.priority && refs.priority(lens, reader, fields.priority),
  labels: (_, { fields }) => fields.labels,
  timeestimate: (_, { fields }) => fields.timeestimate,
  aggregatetimeoriginalestimate: (_, row, reader) =>
    aggregateOf(row, reader, 'timeoriginalestimate'),
  versions: (lens, { fields }, reader) =>
    fields.versions.map((id) => refs.version(lens, reader, id)),
  issuelinks: (lens, row, reader) => linkViews(lens, row, reader),
  assignee: (lens, { fields }, reader) => userRef(lens, reader, fields.assignee),
  updated: (lens, { $dates }) => inZone($dates.updated, lens.zone),
  status: (lens, { fields }, reader) => refs.status(lens, reader, fields.status),
  components: (lens, { fields }, reader) =>
    fields.components.map((id) => refs.component(lens, reader, id)),
  timeoriginalestimate: (_, { fields }) => fields.timeoriginalestimate,
  description: (lens, { fields }) => richView(lens, fields.description),
  timetracking: (_, row) => timetrackingView(row),
  security: () => null,
  attachment: () => [],
  aggregatetimeestimate: (_, row, reader) => aggregateOf(row, reader, 'timeestimate'),
  summary: (_, { fields }) => fields.summary,
  creator: (lens, { fields }, reader) => userRef(lens, reader, fields.creator),
  subtasks: (lens, row, reader) =>
    reader
      .list(issues, 'parent', row.id)
      .filter((child) => refs.issuetype(lens, reader, child.fields.issuetype)?.['subtask'] === true)
      .map((child) => stubView(lens, child, reader)),
  reporter: (lens, { fields }, reader) => userRef(lens, reader, fields.reporter),
  aggregateprogress: (_, row, reader) =>
    progressOf(aggregateOf(row, reader, 'timespent'), aggregateOf(row, reader, 'timeestimate')),
  environment: (lens, { fields }) => richView(lens, fields.environment),
  duedate: (_, { fields }) => fields.duedate,
  progress: (_, { fields }) => progressOf(fields.timespent, fields.timeestimate),
  votes: (lens, row) => ({
    self: `${lens.api}/issue/${row.key}/votes`,
    votes: row.$voters.length,
    hasVoted: lens.account !== undefined && row.$voters.includes(lens.account),
  }),
  comment: (lens, row, reader) => {
    const all = reader
      .list(comments, 'issue', row.id)
      .filter((one) => isFor(lens, one.visibility, reader))
    const list = all.map((one) => commentView(lens, one, reader))
    const self = `${lens.api}/issue/${row.id}/comment`
    return { comments: list, self, maxResults: list.length, total: list.length, startAt: 0 }
  },
  worklog: (lens, row, reader) => {
    const all = reader
      .list(worklogs, 'issue', row.id)
      .filter((one) => isFor(lens, one.visibility, reader))
    const list = all.slice(0, embeddedWorklogs).map((one) => worklogView(lens, one, reader))
    return { startAt: 0, maxResults: embeddedWorklogs, total: all.length, worklogs: list }
  },
}

/** An issue shows so many of its worklogs, the first ones. */
const embeddedWorklogs = 20

function workratioOf(spent: number | null, estimate: number | null): number {
  return estimate === null || estimate === 0 ? -1 : Math.floor(((spent ?? 0) * 100) / estimate)
}

const heavy = new Set(['comment', 'worklog', 'attachment', 'timetracking'])

const everything: Selection = { name: '*all', includes: () => true }
const selections = new Map<string, Selection>()

/** Reads a `fields` parameter: names, `*all`, `*navigable`, `-name`; none means `fallback`. */
export function selectionOf(names: readonly string[] | undefined, fallback: string): Selection {
  const list = (names ?? [])
    .flatMap((one) => String(one).split(','))
    .map((one) => one.trim())
    .filter(Boolean)
  const name = list.length === 0 ? fallback : list.join()
  if (name === '*all') return everything
  let selection = selections.get(name)
  if (selection === undefined) {
    selection = readSelection(name)
    if (selections.size > 500) selections.clear()
    selections.set(name, selection)
  }
  return selection
}

function readSelection(name: string): Selection {
  const plus = new Set<string>()
  const minus = new Set<string>()
  for (const one of name.split(',')) {
    if (one.startsWith('-')) minus.add(one.slice(1))
    else plus.add(one)
  }
  // With exclusions alone, the rest is everything.
  const all = plus.has('*all') || plus.size === 0
  const navigable = plus.has('*navigable')
  const includes = (field: string) => {
    if (minus.has(field)) return false
    if (all || plus.has(field)) return true
    return navigable && !heavy.has(field) && (systemFields.get(field)?.navigable ?? true)
  }
  return { name, includes }
}
