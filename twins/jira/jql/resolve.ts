import type { Table } from '../../../engine/table.ts'
import { findIssue, findProject } from '../access.ts'
import { components, projects, users, versions } from '../state.ts'
import { statusCategories } from '../views.ts'
import type { Scope } from './scope.ts'

type Ids = readonly string[] | undefined

/** Rows of a small table by id or name, any case. */
export function resolveNamed({ rows }: Scope, table: Table<never, never>, text: string): Ids {
  const name = text.toLowerCase()
  const all = rows.all(table) as { id: string; name: string }[]
  const found = all.filter((row) => row.name.toLowerCase() === name || row.id === text)
  return found.length === 0 ? undefined : found.map((row) => row.id)
}

/** A project by key, name or id. */
export function resolveProject({ rows }: Scope, text: string): Ids {
  const known = findProject(rows, text) ?? findProject(rows, text.toUpperCase())
  if (known !== undefined) return [known.id]
  const name = text.toLowerCase()
  const named = rows
    .all(projects, { index: 'state', equals: 'live' })
    .find((row) => row.name.toLowerCase() === name)
  return named && [named.id]
}

/** A user by account id; leniently by e-mail address or display name (FACTS: jql-users). */
export function resolveUser({ rows }: Scope, text: string): Ids {
  if (rows.get(users, text) !== undefined) return [text]
  const byEmail = rows.find(users, 'email', text.toLowerCase())
  if (byEmail !== undefined) return [byEmail.accountId]
  const name = text.toLowerCase()
  const start = name.split(/\s+/)[0]!.slice(0, 3)
  if (start === '') return undefined
  const found = rows
    .all(users, { index: 'prefix', equals: start })
    .filter((row) => row.displayName.toLowerCase() === name)
  return found.length === 0 ? undefined : found.map((row) => row.accountId)
}

/** An issue by key or id. */
export function resolveIssue({ rows }: Scope, text: string): Ids {
  const issue = findIssue(rows, text)
  return issue && [issue.id]
}

export function resolveComponent({ rows }: Scope, text: string): Ids {
  return idsOf(rows.all(components), text)
}

export function resolveVersion({ rows }: Scope, text: string): Ids {
  return idsOf(rows.all(versions), text)
}

function idsOf(all: { id: string; name: string }[], text: string): Ids {
  const name = text.toLowerCase()
  const found = all.filter((row) => row.id === text || row.name.toLowerCase() === name)
  return found.length === 0 ? undefined : found.map((row) => row.id)
}

/** A status category by name, key or id. */
export function categoryIds(text: string): Ids {
  const name = text.toLowerCase()
  const found = statusCategories.find(
    (one) => one.name.toLowerCase() === name || one.key === name || String(one.id) === text,
  )
  return found && [String(found.id)]
}
