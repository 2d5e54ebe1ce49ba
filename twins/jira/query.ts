import type { Exchange } from '../../engine/exchange.ts'
import type { Rows } from '../../engine/rows.ts'
import { canBrowse, viewerOf, type Viewer } from './access.ts'
import type { OrderKey, Query } from './jql/ast.ts'
import { candidatesOf } from './jql/candidates.ts'
import { compileClause, costOf } from './jql/compile.ts'
import type { Compiled } from './jql/compiled.ts'
import type { JqlField } from './jql/field-kinds.ts'
import { findJqlField } from './jql/fields.ts'
import type { Scope } from './jql/scope.ts'
import type { Issue } from './records.ts'
import { issues, projects, site } from './state.ts'
import { lensOf } from './lens.ts'

/** A query made ready to be asked. */
export interface Prepared {
  scope: Scope
  compiled: Compiled
  order: Sorting[]
}

interface Sorting {
  field: JqlField
  isDescending: boolean
}

/** Where a page ended: the sort values and the id of its last issue. */
export interface Cursor {
  values: (string | number | null)[]
  id: number
}

/** One page of answers. */
export interface Found {
  issues: Issue[]
  /** Absent on the last page. */
  next?: Cursor
}

/** The scope of a call. */
export function scopeOf(exchange: Exchange): Scope {
  const weekStart = exchange.world.setting('jira', 'weekStart') as number
  return {
    rows: exchange.rows,
    viewer: viewerOf(exchange),
    now: exchange.at,
    zone: lensOf(exchange).zone,
    weekStart,
    problems: [],
  }
}

/** Makes a query ready: values looked up, indexes chosen. */
export function prepareQuery(query: Query, scope: Scope): Prepared {
  const compiled =
    query.where === undefined ? { test: () => true } : compileClause(query.where, scope)
  return { scope, compiled, order: query.order.flatMap((key) => toSorting(key, scope)) }
}

/** An unknown field to sort by is passed over (FACTS: jql-order). */
function toSorting({ field, direction }: OrderKey, scope: Scope): Sorting[] {
  const known = findJqlField(field, scope)
  if (known?.sort === undefined) return []
  const isDate = known.kind === 'date' || known.kind === 'day'
  // Dates and priorities begin at the top when nothing is said.
  const isDescending =
    direction === undefined ? isDate || known.name === 'priority' : direction === 'desc'
  return [{ field: known, isDescending }]
}

/** One page of the issues that pass a query and that the viewer may browse. */
export function findIssues(prepared: Prepared, limit: number, after?: Cursor): Found {
  const { order, scope } = prepared
  const newestFirst =
    order.length === 0 ||
    (order.length === 1 && isBirth(order[0]!, scope.rows) && order[0]!.isDescending)
  const oldestFirst =
    order.length === 1 && isBirth(order[0]!, scope.rows) && !order[0]!.isDescending
  if (newestFirst || oldestFirst) return pageByBirth(prepared, newestFirst, limit, after)
  if (
    order.length === 1 &&
    order[0]!.field.name === 'updated' &&
    costOf(prepared.compiled, scope) > manyIssues
  ) {
    return pageByUpdate(prepared, order[0]!.isDescending, limit, after)
  }
  return pageSorted(prepared, limit, after)
}

/** From so many candidates on, walking the index of dates is cheaper than sorting. */
const manyIssues = 2000

/** Sorting by when issues were made is the order they lie in, unless somebody made one with an earlier date. */
function isBirth({ field }: Sorting, rows: Rows): boolean {
  return field.name === 'created' && rows.get(site, 'site')?.backdated !== true
}

function pageByBirth(
  { scope, compiled }: Prepared,
  reverse: boolean,
  limit: number,
  after?: Cursor,
): Found {
  const found: Issue[] = []
  const mayBrowse = browseTest(scope)
  for (const issue of candidatesOf(scope.rows, compiled, reverse, after?.id)) {
    if (!mayBrowse(issue) || !compiled.test(issue)) continue
    if (found.length === limit)
      return { issues: found, next: { values: [], id: Number(found[limit - 1]!.id) } }
    found.push(issue)
  }
  return { issues: found }
}

/** Walks all issues in the order of their last change and keeps those that pass. */
function pageByUpdate(
  { scope, compiled }: Prepared,
  reverse: boolean,
  limit: number,
  after?: Cursor,
): Found {
  const { rows } = scope
  const found: Issue[] = []
  const mayBrowse = browseTest(scope)
  let offset = after === undefined ? 0 : rankBehind(rows, after, reverse)
  for (;;) {
    const block = rows.page(issues, { index: 'updated', reverse, offset, limit: 256 })
    offset += block.length
    for (const issue of block) {
      if (!mayBrowse(issue) || !compiled.test(issue)) continue
      if (found.length === limit) {
        const last = found[limit - 1]!
        return { issues: found, next: { values: [last.$dates.updated], id: Number(last.id) } }
      }
      found.push(issue)
    }
    if (block.length < 256) return { issues: found }
  }
}

/** How many issues lie before the first one behind a cursor; within one date they lie as they were made. */
function rankBehind(rows: Rows, after: Cursor, reverse: boolean): number {
  const date = String(after.values[0])
  let low = 0
  let high = rows.count(issues)
  while (low < high) {
    const middle = (low + high) >> 1
    const [there] = rows.page(issues, { index: 'updated', reverse, offset: middle, limit: 1 })
    const at = there!.$dates.updated
    const isBehind =
      at === date
        ? reverse
          ? Number(there!.id) < after.id
          : Number(there!.id) > after.id
        : reverse
          ? at < date
          : at > date
    if (isBehind) high = middle
    else low = middle + 1
  }
  return low
}

interface Sorted {
  issue: Issue
  cursor: Cursor
}

function pageSorted({ scope, compiled, order }: Prepared, limit: number, after?: Cursor): Found {
  const all: Sorted[] = []
  const mayBrowse = browseTest(scope)
  for (const issue of candidatesOf(scope.rows, compiled, true)) {
    if (!mayBrowse(issue) || !compiled.test(issue)) continue
    const cursor = {
      values: order.map(({ field }) => field.sort!(issue, scope) ?? null),
      id: Number(issue.id),
    }
    if (after === undefined || compare(cursor, after, order) > 0) all.push({ issue, cursor })
  }
  all.sort((a, b) => compare(a.cursor, b.cursor, order))
  const page = all.slice(0, limit)
  const isLast = all.length <= limit
  return {
    issues: page.map(({ issue }) => issue),
    ...(!isLast && { next: page[limit - 1]!.cursor }),
  }
}

/** Empty values come last when ascending; equal ones newest first. */
function compare(a: Cursor, b: Cursor, order: readonly Sorting[]): number {
  for (let i = 0; i < order.length; i++) {
    const [x, y] = [a.values[i] ?? null, b.values[i] ?? null]
    if (x === y) continue
    const sign = order[i]!.isDescending ? -1 : 1
    if (x === null) return sign
    if (y === null) return -sign
    return x < y ? -sign : sign
  }
  return b.id - a.id
}

/** How many issues pass. */
export function countIssues({ scope, compiled }: Prepared): number {
  const { rows, viewer } = scope
  const isOpen =
    viewer.allSeeing || rows.all(projects).every((project) => canBrowse(viewer, project))
  if (isOpen && compiled.isExact && compiled.ranges?.length === 1) return costOf(compiled, scope)
  const mayBrowse = browseTest(scope)
  let count = 0
  for (const issue of candidatesOf(rows, compiled, true))
    if (mayBrowse(issue) && compiled.test(issue)) count++
  return count
}

/** Whether a single issue passes. */
export function passes({ scope, compiled }: Prepared, id: string): boolean {
  const issue = scope.rows.get(issues, id)
  return issue !== undefined && browseTest(scope)(issue) && compiled.test(issue)
}

function browseTest({ rows, viewer }: { rows: Rows; viewer: Viewer }): (issue: Issue) => boolean {
  const known = new Map<string, boolean>()
  return ({ fields }) => {
    let may = known.get(fields.project)
    if (may === undefined) {
      may = canBrowse(viewer, rows.get(projects, fields.project))
      known.set(fields.project, may)
    }
    return may
  }
}
