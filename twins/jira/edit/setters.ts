import type { Rows } from '../../../engine/rows.ts'
import type { Table } from '../../../engine/table.ts'
import { canBrowse, findIssue } from '../access.ts'
import {
  components,
  customFields,
  issueTypes,
  priorities,
  projects,
  resolutions,
  versions,
} from '../state.ts'
import { readWork } from '../time-tracking.ts'
import { words } from '../words.ts'
import { isRecord, reject, setRich, textOf, valueIn, type Draft } from './draft.ts'
import { setAssignee, setReporter } from './people.ts'

/** Reads the wanted value of a field into the draft, or says what is wrong with it. */
export type Setter = (draft: Draft, value: unknown) => void

/** How fields are set, by id. What is not here can't be set. */
export const setters: Readonly<Record<string, Setter>> = {
  summary: setSummary,
  description: (draft, value) => setRich(draft, 'description', value),
  environment: (draft, value) => setRich(draft, 'environment', value),
  assignee: (draft, value) => setAssignee(draft, value),
  reporter: setReporter,
  priority: (draft, value) => {
    if (value === null) draft.fields.priority = null
    else setNamed(draft, 'priority', priorities, value, [words.badPriorityId, words.badPriority])
  },
  resolution: (draft, value) => {
    if (value === null) draft.fields.resolution = null
    else
      setNamed(draft, 'resolution', resolutions, value, [words.badResolution, words.badResolution])
  },
  labels: setLabels,
  components: (draft, value) => setProjectList(draft, 'components', components, value),
  fixVersions: (draft, value) => setProjectList(draft, 'fixVersions', versions, value),
  versions: (draft, value) => setProjectList(draft, 'versions', versions, value),
  duedate: setDueDate,
  parent: setParent,
  issuetype: setIssueType,
  timetracking: setTimetracking,
  // Known already when fields are read; sending it again is fine as long as it is the same.
  project: () => undefined,
  attachment: (draft) => reject(draft, 'attachment', words.attachmentField),
}

/** The setter of a field, custom fields too. */
export function setterOf(rows: Rows, id: string): Setter | undefined {
  if (Object.hasOwn(setters, id)) return setters[id]
  const custom = rows.get(customFields, id)
  if (custom === undefined) return undefined
  return (draft, value) => setCustom(draft, custom.id, custom.schema, value)
}

function setSummary(draft: Draft, value: unknown): void {
  if (value === null || value === undefined || value === '')
    return reject(draft, 'summary', words.summaryMissing)
  if (typeof value === 'object') return reject(draft, 'summary', words.needsString)
  const summary = String(value)
  if (summary.trim() === '') return reject(draft, 'summary', words.summaryMissing)
  if (/[\r\n]/.test(summary)) return reject(draft, 'summary', words.summaryLines)
  if (summary.length > 255) return reject(draft, 'summary', words.summaryLong)
  draft.fields.summary = summary.trim()
}

type Named = { id: string; name: string }
type Words = readonly [byId: (id: string) => string, byName: (name: string) => string]

function setNamed(
  draft: Draft,
  field: 'priority' | 'resolution',
  table: Table<never, never>,
  value: unknown,
  [byId, byName]: Words,
): void {
  const { rows } = draft.exchange
  const id = textOf(value, 'id')
  const name = textOf(value, 'name')
  if (id !== undefined) {
    if (rows.get(table as never, id) === undefined) reject(draft, field, byId(id))
    else draft.fields[field] = id
  } else if (name !== undefined) {
    const row = (rows.all(table) as Named[]).find((one) => one.name === name)
    if (row === undefined) reject(draft, field, byName(name))
    else draft.fields[field] = row.id
  } else reject(draft, field, byName(typeof value === 'string' ? value : ''))
}

function setLabels(draft: Draft, value: unknown): void {
  if (value === null) {
    draft.fields.labels = []
    return
  }
  if (!Array.isArray(value)) return reject(draft, 'labels', words.notArray)
  const labels: string[] = []
  for (const one of value as unknown[]) {
    const problem = labelProblem(one)
    if (problem !== undefined) return reject(draft, 'labels', problem)
    if (!labels.includes(one as string)) labels.push(one as string)
  }
  draft.fields.labels = labels.sort()
}

/** What is wrong with a label, if anything. */
export function labelProblem(label: unknown): string | undefined {
  if (typeof label !== 'string' || label === '') return words.needsString
  if (/\s/.test(label)) return words.labelSpaces(label)
  return label.length > 255 ? words.labelLong(label) : undefined
}

type ListField = 'components' | 'fixVersions' | 'versions'

function setProjectList(
  draft: Draft,
  field: ListField,
  table: Table<never, 'project'>,
  value: unknown,
): void {
  if (value === null) {
    draft.fields[field] = []
    return
  }
  if (!Array.isArray(value)) return reject(draft, field, words.notArray)
  const ids: string[] = []
  for (const one of value as unknown[]) {
    const id = findInProject(draft, field, table, one)
    if (id !== undefined && !ids.includes(id)) ids.push(id)
  }
  draft.fields[field] = ids
}

/** The id of a component or version of the draft's project. */
export function findInProject(
  draft: Draft,
  field: ListField,
  table: Table<never, 'project'>,
  value: unknown,
): string | undefined {
  const id = textOf(value, 'id')
  const name = textOf(value, 'name')
  const { rows } = draft.exchange
  const all: Named[] = rows.all(table, { index: 'project', equals: draft.project?.id ?? '' })
  const found = all.find((one) => (id === undefined ? one.name === name : one.id === id))
  if (found !== undefined) return found.id
  const isComponent = field === 'components'
  const byId = isComponent ? words.badComponentId : words.badVersionId
  const byName = isComponent ? words.badComponent : words.badVersion
  return reject(draft, field, id === undefined ? byName(name ?? '') : byId(id))
}

function setDueDate(draft: Draft, value: unknown): void {
  if (value === null || value === '') {
    draft.fields.duedate = null
    return
  }
  const text = String(value)
  if (!isDate(text)) return reject(draft, 'duedate', words.badDate(text))
  draft.fields.duedate = text
}

/** Whether a text is a day of the calendar. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const ms = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text)
}

function setParent(draft: Draft, value: unknown): void {
  if (value === null || (isRecord(value) && value['none'] === true)) {
    draft.fields.parent = null
    return
  }
  const wanted = textOf(value, 'id') ?? textOf(value, 'key')
  const { rows } = draft.exchange
  const parent = wanted === undefined ? undefined : findIssue(rows, wanted)
  if (parent === undefined || !canBrowse(draft.viewer, rows.get(projects, parent.fields.project))) {
    return reject(draft, 'parent', words.noParent)
  }
  const level = rows.get(issueTypes, parent.fields.issuetype)?.hierarchyLevel ?? 0
  const own =
    (draft.type ?? rows.get(issueTypes, valueIn(draft, 'issuetype') ?? ''))?.hierarchyLevel ?? 0
  if (level !== own + 1) return reject(draft, 'parentId', words.parentLevel)
  if (own === -1 && parent.fields.project !== draft.project?.id) {
    return reject(draft, 'project', words.subtaskProject)
  }
  draft.fields.parent = parent.id
}

function setIssueType(draft: Draft, value: unknown): void {
  // While an issue is made, its type is known before its fields are read.
  if (draft.issue === undefined) return
  const { rows } = draft.exchange
  const allowed = (draft.project?.issueTypes ?? []).map((id) => rows.get(issueTypes, id)!)
  const id = textOf(value, 'id')
  const name = textOf(value, 'name')
  const type = allowed.find((one) => (id === undefined ? one.name === name : one.id === id))
  const before = rows.get(issueTypes, draft.issue.fields.issuetype)
  if (type === undefined || type.subtask !== before?.subtask)
    return reject(draft, 'issuetype', words.issueTypeSelected)
  draft.fields.issuetype = type.id
}

function setTimetracking(draft: Draft, value: unknown): void {
  const original = readEstimate(draft, value, 'originalEstimate')
  const remaining = readEstimate(draft, value, 'remainingEstimate')
  if (original !== undefined) draft.fields.timeoriginalestimate = original
  if (remaining !== undefined) draft.fields.timeestimate = remaining
  else if (original !== undefined && draft.issue?.fields.timespent == null)
    draft.fields.timeestimate = original
}

function readEstimate(draft: Draft, value: unknown, name: string): number | null | undefined {
  const text = textOf(value, name)
  if (text === undefined) return undefined
  const seconds = readWork(text)
  return seconds ?? reject(draft, 'timetracking', words.timeInvalid)
}

function setCustom(
  draft: Draft,
  id: `customfield_${number}`,
  schema: { type: string; items?: string; custom: string },
  value: unknown,
): void {
  if (value === null) draft.fields[id] = null
  else if (schema.custom.endsWith(':textarea')) setRich(draft, id, value)
  else if (schema.type === 'number' && typeof value !== 'number')
    reject(draft, id, words.needsNumber)
  else if (schema.type === 'string' && typeof value !== 'string')
    reject(draft, id, words.needsString)
  else if (schema.type === 'date' && !isDate(String(value)))
    reject(draft, id, words.badDate(String(value)))
  else if (schema.type === 'array' && !Array.isArray(value)) reject(draft, id, words.notArray)
  else draft.fields[id] = value
}
