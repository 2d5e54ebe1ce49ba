import type { Rows } from '../../engine/rows.ts'
import { findField, type FieldInfo } from './fields.ts'
import type { Lens } from './lens.ts'
import type { Issue, IssueType, Project } from './records.ts'
import {
  components,
  customFields,
  issueTypes,
  priorities,
  projects,
  resolutions,
  statuses,
  versions,
} from './state.ts'
import {
  componentStub,
  issueTypeView,
  priorityStub,
  projectStub,
  resolutionView,
  statusView,
  versionStub,
  type View,
} from './views.ts'
import { transitionsFrom } from './workflow.ts'

/** The transitions that an issue can take. The live name is `isLooped`, whatever the document says (FACTS: looped). */
export function transitionViews(lens: Lens, issue: Issue, withFields: boolean): View[] {
  const { rows } = lens
  return transitionsFrom(rows, issue).map((one) => ({
    id: one.id,
    name: one.name,
    to: statusView(lens, rows.get(statuses, one.to)!),
    hasScreen: one.screen !== undefined,
    isGlobal: one.from === undefined,
    isInitial: false,
    isAvailable: true,
    isConditional: false,
    isLooped: false,
    ...(withFields && {
      fields: Object.fromEntries(
        (one.screen ?? []).map(({ field, required }) => [
          field,
          fieldMeta(lens, field, projectOf(rows, issue), required),
        ]),
      ),
    }),
  }))
}

function projectOf(rows: Rows, issue: Issue): Project {
  return rows.get(projects, issue.fields.project)!
}

const lists = new Set(['labels', 'components', 'fixVersions', 'versions'])

/** What is known of a field where it can be set. */
export function fieldMeta(lens: Lens, id: string, project: Project, required: boolean): View {
  const field: FieldInfo = findField(lens.rows, id)!
  const allowed = allowedValues(lens, id, project)
  return {
    required,
    // Rich text claims to be a string (FACTS: rich-schema).
    schema: field.schema ?? { type: 'issuelink', system: id },
    name: field.name,
    key: id,
    ...(autoComplete(lens, id) !== undefined && { autoCompleteUrl: autoComplete(lens, id) }),
    hasDefaultValue: id === 'priority',
    operations: operationsOf(field),
    ...(allowed !== undefined && { allowedValues: allowed }),
    ...(id === 'priority' && {
      defaultValue: allowed!.find((one) => one['id'] === defaultPriority),
    }),
  }
}

/** What an issue gets when nothing is said. */
const defaultPriority = '3'

function operationsOf(field: FieldInfo): string[] {
  if (field.id === 'issuetype') return []
  if (lists.has(field.id) || (field.custom && field.schema?.type === 'array'))
    return ['add', 'set', 'remove']
  if (field.id === 'comment') return ['add', 'edit', 'remove']
  if (field.id === 'issuelinks') return ['add', 'copy']
  if (field.id === 'timetracking') return ['set', 'edit']
  return ['set']
}

function allowedValues(lens: Lens, id: string, project: Project): View[] | undefined {
  const { rows } = lens
  const inProject = { index: 'project', equals: project.id } as const
  switch (id) {
    case 'project':
      return [projectStub(lens, project)]
    case 'issuetype':
      return project.issueTypes.map((type) => issueTypeView(lens, rows.get(issueTypes, type)!))
    case 'priority':
      return rows.all(priorities).map((row) => priorityStub(lens, row))
    case 'resolution':
      return rows.all(resolutions).map((row) => resolutionView(lens, row))
    case 'components':
      return rows.all(components, inProject).map((row) => componentStub(lens, row))
    case 'fixVersions':
    case 'versions':
      return rows.all(versions, inProject).map((row) => versionStub(lens, row))
    default:
      return undefined
  }
}

function autoComplete(lens: Lens, id: string): string | undefined {
  if (id === 'labels') return `${lens.site}/rest/api/1.0/labels/suggest?query=`
  if (id === 'issuelinks')
    return `${lens.api}/issue/picker?currentProjectId=&showSubTaskParent=true&showSubTasks=true&query=`
  if (id === 'assignee') return `${lens.api}/user/assignable/search?query=`
  if (id === 'reporter') return `${lens.api}/user/recommend?context=Reporter&query=`
  return undefined
}

const createFields = [
  'summary',
  'issuetype',
  'parent',
  'components',
  'description',
  'project',
  'fixVersions',
  'versions',
  'priority',
  'labels',
  'environment',
  'attachment',
  'issuelinks',
  'assignee',
  'reporter',
  'duedate',
  'timetracking',
]
const requiredFields = new Set(['summary', 'issuetype', 'project', 'reporter'])

/** The fields that can be set while an issue of a type is made. */
export function createMeta(lens: Lens, project: Project, type: IssueType): Record<string, View> {
  const ids = [...createFields, ...lens.rows.all(customFields).map((row) => row.id)]
  return Object.fromEntries(
    ids.map((id) => [
      id,
      fieldMeta(lens, id, project, requiredFields.has(id) || (id === 'parent' && type.subtask)),
    ]),
  )
}

/** The fields of an issue that can be changed. */
export function editMeta(lens: Lens, issue: Issue): View {
  const project = projectOf(lens.rows, issue)
  const ids = [
    ...createFields.filter((id) => id !== 'project'),
    'comment',
    ...lens.rows.all(customFields).map((row) => row.id),
  ]
  return {
    fields: Object.fromEntries(
      ids.map((id) => [id, fieldMeta(lens, id, project, requiredFields.has(id))]),
    ),
  }
}
