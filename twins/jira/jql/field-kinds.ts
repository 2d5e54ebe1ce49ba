import type { Table } from '../../../engine/table.ts'
import type { Issue } from '../records.ts'
import { plainOf, type Rich } from '../rich/rich.ts'
import { comments, issues } from '../state.ts'
import { resolveIssue, resolveNamed, resolveUser, resolveVersion } from './resolve.ts'
import type { Scope } from './scope.ts'

/** What a query can ask about an issue. */
export interface JqlField {
  /** Its main name. */
  name: string
  kind: 'ref' | 'date' | 'day' | 'number' | 'text'
  /** The values of an issue: ids, wire times, numbers or texts. None means empty. */
  values: (issue: Issue, scope: Scope) => readonly (string | number)[]
  /** What a text of the query stands for; undefined when it stands for nothing. */
  resolve?: (text: string, scope: Scope) => readonly string[] | undefined
  /** An index of the issues that holds the ids; `''` stands for empty. */
  index?: 'project' | 'status' | 'assignee' | 'reporter' | 'label' | 'parent'
  /** Values that can be compared with < and >: smaller is earlier. */
  rank?: (value: string, scope: Scope) => number | string
  /** A field of the history, for WAS and CHANGED. */
  history?: string
  /** Issues can be sorted by it. */
  sort?: (issue: Issue, scope: Scope) => number | string | undefined
}

export const one = (value: string | number | null | undefined) =>
  value === null || value === undefined ? none : [value]
export const none: readonly (string | number)[] = []
export const named = (table: Table<never, never>) => (text: string, scope: Scope) =>
  resolveNamed(scope, table, text)

export function position(table: Table<never, never>) {
  return (id: string, scope: Scope) =>
    (scope.rows.all(table) as { id: string }[]).findIndex((row) => row.id === id)
}

export function userField(
  name: 'assignee' | 'reporter' | 'creator',
  index?: 'assignee' | 'reporter',
): JqlField {
  return {
    name,
    kind: 'ref',
    values: (issue) => one(issue.fields[name]),
    resolve: (text, scope) => resolveUser(scope, text),
    ...(index !== undefined && { index, history: name }),
    sort: (issue) => issue.fields[name] ?? undefined,
  }
}

export function dateField(name: string, read: (issue: Issue) => string | null): JqlField {
  return {
    name,
    kind: 'date',
    values: (issue) => one(read(issue)),
    sort: (issue) => read(issue) ?? undefined,
  }
}

export function numberField(name: string, read: (issue: Issue) => number | null): JqlField {
  return {
    name,
    kind: 'number',
    values: (issue) => one(read(issue)),
    sort: (issue) => read(issue) ?? undefined,
  }
}

export function textField(
  name: string,
  read: (issue: Issue, scope: Scope) => readonly string[],
): JqlField {
  return { name, kind: 'text', values: read, sort: (issue, scope) => read(issue, scope)[0] }
}

export const rich = (value: Rich | null) => (value === null ? [] : [plainOf(value)])
export const commentTexts = (issue: Issue, { rows }: Scope) =>
  rows.all(comments, { index: 'issue', equals: issue.id }).map((row) => plainOf(row.body))

/** Numbers come last, so that ENG-9 stands before ENG-10. */
export function keyRank(key: string): string {
  const cut = key.lastIndexOf('-')
  return `${key.slice(0, cut)}-${key.slice(cut + 1).padStart(10, '0')}`
}

export const issueKey: JqlField = {
  name: 'issuekey',
  kind: 'ref',
  values: (issue) => [issue.id],
  resolve: (text, scope) => resolveIssue(scope, text),
  rank: (id, { rows }) => keyRank(rows.get(issues, id)?.key ?? ''),
  sort: (issue) => keyRank(issue.key),
}

export const versionField = (
  name: string,
  of: 'fixVersions' | 'versions',
  history?: string,
): JqlField => ({
  name,
  kind: 'ref',
  values: (issue) => issue.fields[of],
  resolve: (text, scope) => resolveVersion(scope, text),
  rank: (id) => Number(id),
  ...(history !== undefined && { history }),
  sort: (issue) => issue.fields[of][0],
})
