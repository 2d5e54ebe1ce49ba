import type { Exchange } from '../../engine/exchange.ts'
import { findField } from './fields.ts'
import { editMeta, transitionViews } from './issue-meta.ts'
import type { Lens } from './lens.ts'
import type { Comment, History, Issue } from './records.ts'
import type { Rich } from './rich/rich.ts'
import { writeHtml } from './rich/write-html.ts'
import { comments, histories } from './state.ts'
import { commentView, isFor } from './comment-view.ts'
import { userRef, type View } from './views.ts'
import { inZone } from './wire-time.ts'

/** An issue's view with what `expand` and `properties` ask for. */
export function expandIssue(
  exchange: Exchange,
  lens: Lens,
  issue: Issue,
  view: View,
  expand: string | undefined,
  properties: readonly string[] | undefined,
): View {
  const wanted = new Set((expand ?? '').split(',').map((one) => one.trim()))
  const fields = (view['fields'] ?? {}) as View
  return {
    ...view,
    ...(wanted.has('renderedFields') && { renderedFields: renderedFields(lens, issue, fields) }),
    ...(wanted.has('names') && { names: namesOf(lens, fields) }),
    ...(wanted.has('schema') && { schema: schemaOf(lens, fields) }),
    ...(wanted.has('transitions') && {
      transitions: transitionViews(lens, issue, wanted.has('transitions.fields')),
    }),
    ...(wanted.has('operations') && { operations: { linkGroups: [] } }),
    ...(wanted.has('editmeta') && { editmeta: editMeta(lens, issue) }),
    ...(wanted.has('changelog') && { changelog: changelogOf(exchange, lens, issue) }),
    ...(wanted.has('versionedRepresentations') && {
      versionedRepresentations: Object.fromEntries(
        Object.entries(fields).map(([id, value]) => [id, { '1': value }]),
      ),
    }),
    ...(properties !== undefined && { properties: propertiesOf(issue, properties) }),
  }
}

function propertiesOf(issue: Issue, names: readonly string[]): View {
  const wanted = new Set(names.flatMap((one) => one.split(',')))
  if (wanted.has('*all')) return issue.$properties
  return Object.fromEntries(Object.entries(issue.$properties).filter(([name]) => wanted.has(name)))
}

/** The names of the fields of a view. */
export function namesOf(lens: Lens, fields: View): Record<string, string> {
  return Object.fromEntries(
    Object.keys(fields).map((id) => [id, findField(lens.rows, id)?.name ?? id]),
  )
}

/** The types of the fields of a view. */
export function schemaOf(lens: Lens, fields: View): View {
  const known = Object.keys(fields).map((id) => [id, findField(lens.rows, id)?.schema] as const)
  return Object.fromEntries(known.filter(([, schema]) => schema !== undefined))
}

const dateFields = new Set([
  'created',
  'updated',
  'resolutiondate',
  'statuscategorychangedate',
  'lastViewed',
])

/** Rich text as HTML and dates in words; null for what has no other form (FACTS: rendered). */
function renderedFields(lens: Lens, issue: Issue, fields: View): View {
  const rendered: View = {}
  for (const [id, value] of Object.entries(fields)) {
    const own = issue.fields[id as 'description'] as Rich | null | undefined
    if (own && typeof own === 'object' && 'adf' in own) rendered[id] = writeHtml(own.adf)
    else if (dateFields.has(id) && typeof value === 'string') rendered[id] = prettyTime(value)
    else if (id === 'comment') rendered[id] = renderedComments(lens, issue, value as View)
    else rendered[id] = null
  }
  return rendered
}

function renderedComments(lens: Lens, issue: Issue, page: View): View {
  const list = lens.rows
    .all(comments, { index: 'issue', equals: issue.id })
    .filter((row) => isFor(lens, row.visibility, lens.rows))
    .map((row: Comment) => ({
      ...commentView(lens, row),
      body: writeHtml(row.body.adf),
      created: prettyTime(inZone(row.created, lens.zone)),
      updated: prettyTime(inZone(row.updated, lens.zone)),
    }))
  return { ...page, comments: list }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `2021-01-17T12:34…` as `17/Jan/21 12:34 PM`. */
function prettyTime(wire: string): string {
  const [, year, month, day, hour, minute] = /^\d\d(\d\d)-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(wire)!
  const of12 = Number(hour) % 12 || 12
  return `${day}/${months[Number(month) - 1]}/${year} ${of12}:${minute} ${Number(hour) < 12 ? 'AM' : 'PM'}`
}

/** One entry of the history as the wire shows it. */
export function historyView(lens: Lens, row: History): View {
  return {
    id: row.id,
    author: userRef(lens, lens.rows, row.author),
    created: inZone(row.created, lens.zone),
    items: row.items,
  }
}

/** An issue carries its last 100 entries, newest first. */
function changelogOf(exchange: Exchange, lens: Lens, issue: Issue): View {
  const range = { index: 'issue', equals: issue.id } as const
  const total = exchange.rows.count(histories, range)
  const list = exchange.rows
    .page(histories, { ...range, reverse: true, limit: 100 })
    .map((row) => historyView(lens, row))
  return { startAt: 0, maxResults: list.length, total, histories: list }
}
