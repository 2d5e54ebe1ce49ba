import type { Rows } from '../../engine/rows.ts'
import type { CustomField } from './records.ts'
import { customFields } from './state.ts'

/** A field of the site, as `/field` lists it. */
export interface FieldInfo {
  id: string
  name: string
  custom: boolean
  orderable: boolean
  navigable: boolean
  searchable: boolean
  clauseNames: readonly string[]
  schema?: { type: string; items?: string; system?: string; custom?: string; customId?: number }
}

type Line = [
  id: string,
  name: string,
  flags: string,
  clauses: string,
  type?: string,
  items?: string,
]

// Flags: o orderable, n navigable, s searchable. Recorded on a live site (FACTS: fields).
const lines: readonly Line[] = [
  [
    'statuscategorychangedate',
    'Status Category Changed',
    'ns',
    'statusCategoryChangedDate',
    'datetime',
  ],
  ['issuetype', 'Issue Type', 'ons', 'issuetype,type,worktype', 'issuetype'],
  ['parent', 'Parent', 'ons', 'parent'],
  ['timespent', 'Time Spent', 'n', 'timespent', 'number'],
  ['project', 'Project', 'ns', 'project,spaceJira', 'project'],
  ['fixVersions', 'Fix versions', 'ons', 'fixVersion', 'array', 'version'],
  ['aggregatetimespent', 'Σ Time Spent', 'n', '', 'number'],
  ['statusCategory', 'Status Category', 'ns', 'statusCategory', 'statusCategory'],
  ['resolution', 'Resolution', 'ons', 'resolution', 'resolution'],
  ['resolutiondate', 'Resolved', 'ns', 'resolutiondate,resolved', 'datetime'],
  ['workratio', 'Work Ratio', 'ns', 'workratio', 'number'],
  ['lastViewed', 'Last Viewed', 'n', 'lastViewed', 'datetime'],
  ['watches', 'Watchers', 'n', 'watchers', 'watches'],
  ['thumbnail', 'Images', 'n', ''],
  ['created', 'Created', 'ns', 'created,createdDate', 'datetime'],
  ['priority', 'Priority', 'ons', 'priority', 'priority'],
  ['labels', 'Labels', 'ons', 'labels', 'array', 'string'],
  ['timeestimate', 'Remaining Estimate', 'n', 'remainingEstimate,timeestimate', 'number'],
  ['aggregatetimeoriginalestimate', 'Σ Original Estimate', 'n', '', 'number'],
  ['versions', 'Affects versions', 'ons', 'affectedVersion', 'array', 'version'],
  ['issuelinks', 'Linked Issues', 'ons', 'issueLink,workItemLink', 'array', 'issuelinks'],
  ['assignee', 'Assignee', 'ons', 'assignee', 'user'],
  ['updated', 'Updated', 'ns', 'updated,updatedDate', 'datetime'],
  ['status', 'Status', 'ns', 'status', 'status'],
  ['components', 'Components', 'ons', 'component', 'array', 'component'],
  ['issuekey', 'Key', 'n', 'id,issue,issuekey,key,workItem,workItemKey'],
  [
    'timeoriginalestimate',
    'Original estimate',
    'n',
    'originalEstimate,timeoriginalestimate',
    'number',
  ],
  ['description', 'Description', 'ons', 'description', 'string'],
  ['timetracking', 'Time tracking', 'os', '', 'timetracking'],
  ['security', 'Security Level', 'ons', 'level', 'securitylevel'],
  ['attachment', 'Attachment', 'os', 'attachments', 'array', 'attachment'],
  ['aggregatetimeestimate', 'Σ Remaining Estimate', 'n', '', 'number'],
  ['summary', 'Summary', 'ons', 'summary', 'string'],
  ['creator', 'Creator', 'ns', 'creator', 'user'],
  ['subtasks', 'Sub-tasks', 'n', 'subtasks', 'array', 'issuelinks'],
  ['reporter', 'Reporter', 'ons', 'reporter', 'user'],
  ['aggregateprogress', 'Σ Progress', 'n', '', 'progress'],
  ['environment', 'Environment', 'ons', 'environment', 'string'],
  ['duedate', 'Due date', 'ons', 'due,duedate', 'date'],
  ['progress', 'Progress', 'n', 'progress', 'progress'],
  ['votes', 'Votes', 'n', 'votes', 'votes'],
  ['comment', 'Comment', 'os', 'comment', 'comments-page'],
  ['worklog', 'Log Work', 'os', '', 'array', 'worklog'],
]

/** The fields that every site has, by id. */
export const systemFields: ReadonlyMap<string, FieldInfo> = new Map(
  lines.map(([id, name, flags, clauses, type, items]) => [
    id,
    {
      id,
      name,
      custom: false,
      orderable: flags.includes('o'),
      navigable: flags.includes('n'),
      searchable: flags.includes('s'),
      clauseNames: clauses === '' ? [] : clauses.split(','),
      ...(type !== undefined && {
        schema: {
          type,
          ...(items !== undefined && { items }),
          system: id === 'comment' ? 'comment' : id,
        },
      }),
    },
  ]),
)

const infos = new WeakMap<CustomField, FieldInfo>()

/** What the site knows of a custom field. */
export function customInfo(row: CustomField): FieldInfo {
  let info = infos.get(row)
  if (info === undefined) {
    info = {
      id: row.id,
      name: row.name,
      custom: true,
      orderable: true,
      navigable: true,
      searchable: true,
      clauseNames: [`cf[${row.schema.customId}]`, row.name],
      schema: row.schema,
    }
    infos.set(row, info)
  }
  return info
}

/** A field by id. */
export function findField(rows: Rows, id: string): FieldInfo | undefined {
  const system = systemFields.get(id)
  if (system !== undefined) return system
  const custom = rows.get(customFields, id)
  return custom && customInfo(custom)
}

/** All fields of the site. */
export function allFields(rows: Rows): FieldInfo[] {
  return [...systemFields.values(), ...rows.all(customFields).map(customInfo)]
}
