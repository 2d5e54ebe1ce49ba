import { refuse } from '../../../engine/call.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import type { World } from '../../../engine/world.ts'
import { notifyIssue } from '../notify.ts'
import type { History, HistoryItem, Issue, IssueDates, IssueFields } from '../records.ts'
import {
  comments,
  histories,
  issues,
  issueTypes,
  links,
  projects,
  resolutions,
  statuses,
  worklogs,
} from '../state.ts'
import { toWireTime } from '../wire-time.ts'
import { doneCategory, workflowOf } from '../workflow.ts'
import type { Writable } from './draft.ts'
import { itemsBetween } from './history.ts'

/** The next id of a series, as the wire spells it. Ids of most things begin at 10000. */
export function nextId(world: World, series: string): string {
  return String(world.nextNumber(`jira.${series}`, 10_000))
}

/** Puts a new issue into its project. `at` is when it was made. */
export function insertIssue(
  world: World,
  fields: Writable,
  at: number,
  dates: Partial<IssueDates> = {},
): Issue {
  const project = world.rows.get(projects, fields.project!)!
  const number = world.nextNumber(`jira.issue-number.${project.id}`)
  const now = toWireTime(at)
  const creator = fields.creator ?? project.lead
  const complete: IssueFields = {
    ...emptyFields,
    status: workflowOf(world.rows, project.id).statuses[0]!,
    created: now,
    creator,
    reporter: creator,
    customfield_10019: rankOf(world.nextNumber('jira.rank')),
    ...fields,
  } as IssueFields
  return world.rows.insert(issues, {
    id: nextId(world, 'issues'),
    key: `${project.key}-${number}`,
    fields: complete,
    $dates: { updated: now, resolutiondate: null, statuscategorychangedate: now, ...dates },
    $formerKeys: [],
    // Who makes an issue watches it (recorded).
    $watchers: [creator],
    $voters: [],
    $properties: {},
  })
}

const emptyFields = {
  priority: '3',
  resolution: null,
  assignee: null,
  description: null,
  environment: null,
  labels: [],
  components: [],
  fixVersions: [],
  versions: [],
  parent: null,
  duedate: null,
  timeoriginalestimate: null,
  timeestimate: null,
  timespent: null,
} as const

function rankOf(number: number): string {
  return `0|i${number.toString(36).padStart(5, '0')}:`
}

/** Changes an issue's fields, writes its history and tells of it. */
export function changeIssue(
  exchange: Exchange,
  issue: Issue,
  change: Writable,
  {
    reason = 'issue_updated',
    extra = [],
    quiet = false,
  }: { reason?: string; extra?: HistoryItem[]; quiet?: boolean } = {},
): Issue {
  const { rows } = exchange
  const now = toWireTime(exchange.at)
  const fields = { ...issue.fields, ...change } as IssueFields
  const $dates = settleStatus(exchange, issue, fields, now)
  const items = [...itemsBetween(rows, issue.fields, fields), ...extra]
  const changed = rows.update(issues, issue.id, { fields, $dates })
  const history = items.length === 0 ? undefined : writeHistory(exchange, issue.id, items, now)
  if (!quiet) notifyIssue(exchange, 'jira:issue_updated', reason, changed, history)
  return changed
}

/** A step into or out of the last category moves the resolution and its date (FACTS: done). */
function settleStatus(
  { rows }: Exchange,
  issue: Issue,
  after: IssueFields,
  now: string,
): IssueDates {
  const before = issue.fields
  const dates = { ...issue.$dates, updated: now }
  if (before.status !== after.status) {
    const was = rows.get(statuses, before.status)?.category
    const is = rows.get(statuses, after.status)?.category
    if (was !== is) {
      dates.statuscategorychangedate = now
      if (is === doneCategory)
        after.resolution ??= rows.page(resolutions, { limit: 1 })[0]?.id ?? null
      else if (was === doneCategory) after.resolution = null
    }
  }
  if (before.resolution !== after.resolution)
    dates.resolutiondate = after.resolution === null ? null : now
  return dates
}

/** Adds an entry to an issue's history. */
export function writeHistory(
  exchange: Exchange,
  issue: string,
  items: HistoryItem[],
  now: string,
): History {
  const { world, rows } = exchange
  const author = exchange.caller?.account ?? ''
  return rows.insert(histories, {
    id: nextId(world, 'histories'),
    issue,
    author,
    created: now,
    items,
  })
}

/** Marks an issue as changed now: whatever hangs on it was. */
export function touchIssue(
  exchange: Exchange,
  issue: Issue,
  change: Partial<IssueFields> = {},
): Issue {
  const $dates = { ...issue.$dates, updated: toWireTime(exchange.at) }
  const fields = { ...issue.fields, ...change } as IssueFields
  return exchange.rows.update(issues, issue.id, { fields, $dates })
}

/** Removes an issue with all that hangs on it; its sub-tasks go first. */
export function removeIssue(exchange: Exchange, issue: Issue): void {
  const { rows } = exchange
  for (const child of rows.all(issues, { index: 'parent', equals: issue.id })) {
    if (isSubtask(exchange, child)) removeIssue(exchange, child)
    else rows.update(issues, child.id, { fields: { ...child.fields, parent: null } })
  }
  notifyIssue(exchange, 'jira:issue_deleted', 'issue_deleted', issue)
  for (const one of rows.all(comments, { index: 'issue', equals: issue.id }))
    rows.remove(comments, one.id)
  for (const one of rows.all(worklogs, { index: 'issue', equals: issue.id }))
    rows.remove(worklogs, one.id)
  for (const one of rows.all(histories, { index: 'issue', equals: issue.id }))
    rows.remove(histories, one.id)
  for (const one of rows.all(links, { index: 'issue', equals: issue.id }))
    rows.remove(links, one.id)
  rows.remove(issues, issue.id)
}

/** Whether an issue is a sub-task (and not the child of an epic). */
export function isSubtask({ rows }: Pick<Exchange, 'rows'>, issue: Issue): boolean {
  return rows.get(issueTypes, issue.fields.issuetype)?.subtask === true
}

/** Refuses with everything that is wrong with a draft, if anything is. */
export function settleDraft({ errors }: { errors: Record<string, string> }): void {
  if (Object.keys(errors).length > 0) refuse('jira.fields', { status: 400, errors })
}
