import type { Rows } from '../../../engine/rows.ts'
import { findField } from '../fields.ts'
import type { HistoryItem, IssueFields } from '../records.ts'
import { plainOf, sameRich, wikiOf, type Rich } from '../rich/rich.ts'
import {
  components,
  issues,
  issueTypes,
  priorities,
  projects,
  resolutions,
  statuses,
  users,
  versions,
} from '../state.ts'

type Named = { name: string } | undefined
type Sides = Omit<HistoryItem, 'field' | 'fieldtype' | 'fieldId'>

/** What changed between two states of an issue's fields, in the history's words. */
export function itemsBetween(rows: Rows, before: IssueFields, after: IssueFields): HistoryItem[] {
  const items: HistoryItem[] = []
  // The resolution stands before the status, as recorded.
  for (const [field, name, side] of simple(rows)) {
    const was = before[field]
    const is = after[field]
    if (was === is || (isRich(was, is) && sameRich(was as Rich, is as Rich))) continue
    if (Array.isArray(was) && Array.isArray(is) && was.join(' ') === is.join(' ')) continue
    items.push({
      field: name,
      fieldtype: 'jira',
      fieldId: field,
      ...side(was as never, is as never),
    })
  }
  for (const [field, name, table] of lists) {
    for (const id of before[field]) {
      if (after[field].includes(id)) continue
      const label = (rows.get(table as never, id) as Named)?.name ?? id
      items.push({
        field: name,
        fieldtype: 'jira',
        fieldId: field,
        from: id,
        fromString: label,
        to: null,
        toString: null,
      })
    }
    for (const id of after[field]) {
      if (before[field].includes(id)) continue
      const label = (rows.get(table as never, id) as Named)?.name ?? id
      items.push({
        field: name,
        fieldtype: 'jira',
        fieldId: field,
        from: null,
        fromString: null,
        to: id,
        toString: label,
      })
    }
  }
  items.push(...customItems(rows, before, after))
  return items
}

type Side = (was: string | null, is: string | null) => Sides
type Line = readonly [field: keyof IssueFields, name: string, side: Side]

function simple(rows: Rows): Line[] {
  const name = (table: Parameters<Rows['get']>[0]) => (id: string | null) =>
    id === null ? null : ((rows.get(table, id) as Named)?.name ?? id)
  const user = (id: string | null) =>
    id === null ? null : (rows.get(users, id)?.displayName ?? id)
  const key = (id: string | null) => (id === null ? null : (rows.get(issues, id)?.key ?? id))
  return [
    ['project', 'project', byId(name(projects as never))],
    ['resolution', 'resolution', byId(name(resolutions as never))],
    ['status', 'status', byId(name(statuses as never))],
    ['summary', 'summary', byText],
    ['description', 'description', byRich],
    ['environment', 'environment', byRich],
    ['assignee', 'assignee', byAccount(user)],
    ['reporter', 'reporter', byAccount(user)],
    ['priority', 'priority', byId(name(priorities as never))],
    ['issuetype', 'issuetype', byId(name(issueTypes as never))],
    ['labels', 'labels', byLabels as never],
    ['duedate', 'duedate', byDate],
    ['parent', 'IssueParentAssociation', byId(key)],
    ['timeoriginalestimate', 'timeoriginalestimate', byNumber as never],
    ['timeestimate', 'timeestimate', byNumber as never],
    ['timespent', 'timespent', byNumber as never],
  ]
}

const lists = [
  ['components', 'Component', components],
  ['fixVersions', 'Fix Version', versions],
  ['versions', 'Version', versions],
] as const

function byId(name: (id: string | null) => string | null): Side {
  return (was, is) => ({ from: was, fromString: name(was), to: is, toString: name(is) })
}

/** People also stand under their account ids (recorded in webhooks). */
function byAccount(name: (id: string | null) => string | null): Side {
  return (was, is) => ({
    from: was,
    fromString: name(was),
    to: is,
    toString: name(is),
    tmpFromAccountId: was,
    tmpToAccountId: is,
  })
}

const byText: Side = (was, is) => ({ from: null, fromString: was, to: null, toString: is })

function byRich(was: unknown, is: unknown): Sides {
  const text = (rich: unknown) => (rich === null ? null : wikiOf(rich as Rich))
  return { from: null, fromString: text(was), to: null, toString: text(is) }
}

function byLabels(was: readonly string[], is: readonly string[]): Sides {
  return { from: '', fromString: was.join(' '), to: '', toString: is.join(' ') }
}

function byDate(was: string | null, is: string | null): Sides {
  const day = (date: string | null) => (date === null ? null : `${date} 00:00:00.0`)
  return { from: was, fromString: day(was), to: is, toString: day(is) }
}

function byNumber(was: number | null, is: number | null): Sides {
  const text = (value: number | null) => (value === null ? null : String(value))
  return { from: text(was), fromString: text(was), to: text(is), toString: text(is) }
}

function isRich(was: unknown, is: unknown): boolean {
  const one = was ?? is
  return typeof one === 'object' && one !== null && 'adf' in one
}

function customItems(rows: Rows, before: IssueFields, after: IssueFields): HistoryItem[] {
  const items: HistoryItem[] = []
  for (const field of Object.keys(after) as `customfield_${number}`[]) {
    if (
      !field.startsWith('customfield_') ||
      JSON.stringify(before[field] ?? null) === JSON.stringify(after[field] ?? null)
    )
      continue
    const name = findField(rows, field)?.name ?? field
    items.push({
      field: name,
      fieldtype: 'custom',
      fieldId: field,
      from: null,
      fromString: customText(before[field]),
      to: null,
      toString: customText(after[field]),
    })
  }
  return items
}

function customText(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.map(customText).join(',')
  if (typeof value !== 'object') return String(value)
  if ('adf' in value) return plainOf(value as Rich)
  const { value: label, name } = value as { value?: unknown; name?: unknown }
  return String(label ?? name ?? JSON.stringify(value))
}
