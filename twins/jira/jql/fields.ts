import { customFields, issueTypes, priorities, resolutions, statuses, worklogs } from '../state.ts'
import type { Field } from './ast.ts'
import { customField, propertyField } from './custom-fields.ts'
import {
  commentTexts,
  dateField,
  issueKey,
  keyRank,
  named,
  numberField,
  one,
  position,
  rich,
  textField,
  userField,
  versionField,
  type JqlField,
} from './field-kinds.ts'
import {
  categoryIds,
  resolveComponent,
  resolveIssue,
  resolveNamed,
  resolveProject,
  resolveUser,
} from './resolve.ts'
import type { Scope } from './scope.ts'

const list: readonly [names: string, field: JqlField][] = [
  ['issuekey key id issue workitem workitemkey', issueKey],
  [
    'project space spacejira',
    {
      name: 'project',
      kind: 'ref',
      values: (i) => [i.fields.project],
      resolve: (t, s) => resolveProject(s, t),
      index: 'project',
      sort: (i) => keyRank(i.key).split('-')[0]!,
    },
  ],
  [
    'issuetype type worktype',
    {
      name: 'issuetype',
      kind: 'ref',
      values: (i) => [i.fields.issuetype],
      resolve: named(issueTypes),
      sort: (i, s) => s.rows.get(issueTypes, i.fields.issuetype)?.name,
    },
  ],
  [
    'status',
    {
      name: 'status',
      kind: 'ref',
      values: (i) => [i.fields.status],
      resolve: named(statuses),
      index: 'status',
      history: 'status',
      sort: (i, s) => position(statuses)(i.fields.status, s),
    },
  ],
  [
    'statuscategory',
    {
      name: 'statusCategory',
      kind: 'ref',
      values: (i, s) => [String(s.rows.get(statuses, i.fields.status)?.category)],
      resolve: (t) => categoryIds(t),
      sort: (i, s) => s.rows.get(statuses, i.fields.status)?.category,
    },
  ],
  [
    'priority',
    {
      name: 'priority',
      kind: 'ref',
      values: (i) => one(i.fields.priority),
      resolve: named(priorities),
      rank: (id, s) => -position(priorities)(id, s),
      history: 'priority',
      sort: (i, s) =>
        i.fields.priority === null ? undefined : -position(priorities)(i.fields.priority, s),
    },
  ],
  [
    'resolution',
    {
      name: 'resolution',
      kind: 'ref',
      values: (i) => one(i.fields.resolution),
      resolve: (t, s) => (/^unresolved$/i.test(t) ? [''] : resolveNamed(s, resolutions, t)),
      history: 'resolution',
      sort: (i) => i.fields.resolution ?? undefined,
    },
  ],
  ['assignee', userField('assignee', 'assignee')],
  ['reporter', userField('reporter', 'reporter')],
  ['creator', userField('creator')],
  [
    'watcher',
    {
      name: 'watcher',
      kind: 'ref',
      values: (i) => i.$watchers,
      resolve: (t, s) => resolveUser(s, t),
    },
  ],
  [
    'voter',
    { name: 'voter', kind: 'ref', values: (i) => i.$voters, resolve: (t, s) => resolveUser(s, t) },
  ],
  [
    'worklogauthor',
    {
      name: 'worklogAuthor',
      kind: 'ref',
      values: (i, s) =>
        s.rows.all(worklogs, { index: 'issue', equals: i.id }).map((row) => row.author),
      resolve: (t, s) => resolveUser(s, t),
    },
  ],
  [
    'labels label',
    {
      name: 'labels',
      kind: 'ref',
      values: (i) => i.fields.labels,
      resolve: (t) => [t],
      index: 'label',
      sort: (i) => i.fields.labels[0],
    },
  ],
  [
    'component',
    {
      name: 'component',
      kind: 'ref',
      values: (i) => i.fields.components,
      resolve: (t, s) => resolveComponent(s, t),
      sort: (i) => i.fields.components[0],
    },
  ],
  ['fixversion', versionField('fixVersion', 'fixVersions', 'fixVersions')],
  ['affectedversion', versionField('affectedVersion', 'versions')],
  [
    'parent parentepic',
    {
      name: 'parent',
      kind: 'ref',
      values: (i) => one(i.fields.parent),
      resolve: (t, s) => resolveIssue(s, t),
      index: 'parent',
      sort: (i) => i.fields.parent ?? undefined,
    },
  ],
  ['hierarchylevel', numberField('hierarchyLevel', () => 0)],
  ['created createddate', dateField('created', (i) => i.fields.created)],
  ['updated updateddate', dateField('updated', (i) => i.$dates.updated)],
  ['resolved resolutiondate', dateField('resolutiondate', (i) => i.$dates.resolutiondate)],
  [
    'statuscategorychangeddate',
    dateField('statusCategoryChangedDate', (i) => i.$dates.statuscategorychangedate),
  ],
  [
    'due duedate',
    {
      name: 'due',
      kind: 'day',
      values: (i) => one(i.fields.duedate),
      sort: (i) => i.fields.duedate ?? undefined,
    },
  ],
  ['votes', numberField('votes', (i) => i.$voters.length)],
  ['watchers', numberField('watchers', (i) => i.$watchers.length)],
  ['timespent', numberField('timespent', (i) => i.fields.timespent)],
  [
    'timeestimate remainingestimate',
    numberField('remainingEstimate', (i) => i.fields.timeestimate),
  ],
  [
    'timeoriginalestimate originalestimate',
    numberField('originalEstimate', (i) => i.fields.timeoriginalestimate),
  ],
  ['summary', textField('summary', (i) => [i.fields.summary])],
  ['description', textField('description', (i) => rich(i.fields.description))],
  ['environment', textField('environment', (i) => rich(i.fields.environment))],
  ['comment', textField('comment', commentTexts)],
  [
    'text',
    textField('text', (i, s) => [
      i.fields.summary,
      ...rich(i.fields.description),
      ...rich(i.fields.environment),
      ...commentTexts(i, s),
    ]),
  ],
]

const byName: ReadonlyMap<string, JqlField> = new Map(
  list.flatMap(([names, field]) => names.split(' ').map((name) => [name, field])),
)

/** The field that a query names; undefined when there is none. */
export function findJqlField(field: Field, scope: Scope): JqlField | undefined {
  if (field.kind === 'property') return propertyField(field)
  if (field.kind === 'name') {
    const known = byName.get(field.name.toLowerCase())
    if (known !== undefined) return known
  }
  const name = field.kind === 'custom' ? `cf[${field.number}]` : field.name
  const row = scope.rows
    .all(customFields)
    .find(
      ({ id, name: own, schema }) =>
        `cf[${schema.customId}]` === name ||
        id === name ||
        own.toLowerCase() === name.toLowerCase(),
    )
  return row && customField(row)
}
