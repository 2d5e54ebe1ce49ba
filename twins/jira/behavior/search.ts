import { json, type Reply } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { isRecord } from '../edit/draft.ts'
import { fail } from '../errors.ts'
import { allFields } from '../fields.ts'
import { expandIssue, namesOf, schemaOf } from '../issue-expand.ts'
import { issueView, selectionOf } from '../issue-view.ts'
import { JqlError } from '../jql/jql-error.ts'
import { parseJql } from '../jql/parser.ts'
import type { Query } from '../jql/ast.ts'
import { toStructure } from '../jql/structure.ts'
import { reservedWords } from '../jql/reserved-words.ts'
import { lensOf } from '../lens.ts'
import {
  countIssues,
  findIssues,
  passes,
  prepareQuery,
  scopeOf,
  type Cursor,
  type Prepared,
} from '../query.ts'
import type { View } from '../views.ts'
import { words } from '../words.ts'

/** Searching with JQL. */
export const searchBehaviors: Readonly<Record<string, Behavior>> = {
  searchAndReconsileIssuesUsingJql: (exchange) => search(exchange, exchange.query),
  searchAndReconsileIssuesUsingJqlPost: (exchange) =>
    search(exchange, isRecord(exchange.body) ? exchange.body : {}),
  // Gone since 2025 (FACTS: search-gone).
  searchForIssuesUsingJql: () => fail(410, words.searchGone),
  searchForIssuesUsingJqlPost: () => fail(410, words.searchGone),
  countIssues: (exchange) => {
    const jql = isRecord(exchange.body) ? exchange.body['jql'] : undefined
    return json(200, { count: countIssues(ready(exchange, needBounded(jql))) })
  },
  matchIssues: (exchange) => {
    const { issueIds = [], jqls = [] } = exchange.body as { issueIds?: number[]; jqls?: string[] }
    const matches = jqls.slice(0, 20).map((jql) => {
      const query = tryParse(jql)
      if (query instanceof JqlError) return { matchedIssues: [], errors: [query.message] }
      const prepared = prepareQuery(query, scopeOf(exchange))
      return { matchedIssues: issueIds.filter((id) => passes(prepared, String(id))), errors: [] }
    })
    return json(200, { matches })
  },
  parseJqlQueries: (exchange) => {
    const { queries = [] } = exchange.body as { queries?: string[] }
    const validation = String(exchange.query['validation'] ?? 'strict')
    return json(200, { queries: queries.map((query) => parsed(exchange, query, validation)) })
  },
  getAutoComplete: (exchange) => json(200, autoComplete(exchange)),
  getAutoCompletePost: (exchange) => json(200, autoComplete(exchange)),
}

interface SearchInput {
  jql?: string | null
  nextPageToken?: string
  maxResults?: number | null
  fields?: string[]
  expand?: string
  properties?: string[]
}

// Checked in this order: range, bounds, then the token (FACTS: search-checks).
function search(exchange: Exchange, input: SearchInput): Reply {
  const { jql, nextPageToken, maxResults = 50, fields, expand, properties } = input
  const limit = Number(maxResults ?? 0)
  if (limit < 1 || limit > 5000) return fail(400, words.maxResultsRange)
  const query = needBounded(jql)
  if (query.order.length > 7) return fail(400, 'The maximum number of fields to order by is 7.')
  const after =
    nextPageToken === undefined || nextPageToken === ''
      ? undefined
      : readToken(nextPageToken, String(jql))
  const found = findIssues(ready(exchange, query), limit, after)
  const lens = lensOf(exchange)
  const selection = selectionOf(fields, 'id')
  const isBare = selection.name === 'id'
  const views = found.issues.map((issue): View => {
    // Nothing was asked for: not even `fields` is there (FACTS: search-bare).
    if (isBare && expand === undefined && properties === undefined) return { id: issue.id }
    const view = issueView(lens, issue, selection)
    const shown = Object.keys(view['fields'] as View).length === 0 ? withoutFields(view) : view
    return expand === undefined && properties === undefined
      ? shown
      : expandIssue(exchange, lens, issue, shown, expand, properties)
  })
  const first = views[0]?.['fields'] as View | undefined
  const wanted = new Set(String(expand ?? '').split(','))
  return json(200, {
    issues: views,
    ...(found.next !== undefined && { nextPageToken: writeToken(found.next, String(jql)) }),
    isLast: found.next === undefined,
    ...(wanted.has('names') && first && { names: namesOf(lens, first) }),
    ...(wanted.has('schema') && first && { schema: schemaOf(lens, first) }),
  })
}

function withoutFields(view: View): View {
  const { fields: _, ...rest } = view
  return rest
}

const parsedBefore = new Map<string, Query | JqlError>()

/** Parses a query; the same text is parsed once. */
function tryParse(jql: string): Query | JqlError {
  let query = parsedBefore.get(jql)
  if (query === undefined) {
    query = parseOrError(jql)
    if (parsedBefore.size > 500) parsedBefore.clear()
    parsedBefore.set(jql, query)
  }
  return query
}

function parseOrError(jql: string): Query | JqlError {
  try {
    return parseJql(jql)
  } catch (error) {
    if (error instanceof JqlError) return error
    throw error
  }
}

/** The query, which must restrict something. */
function needBounded(jql: unknown): Query {
  if (jql === undefined || jql === null) return fail(400, words.unbounded)
  const query = tryParse(String(jql))
  if (query instanceof JqlError) return fail(400, query.message)
  return query.where === undefined ? fail(400, words.unbounded) : query
}

/** Makes a query ready. What it names and nobody knows matches nothing, or is refused where the world is strict (FACTS: jql-lenient). */
function ready(exchange: Exchange, query: Query): Prepared {
  const prepared = prepareQuery(query, scopeOf(exchange))
  const { problems } = prepared.scope
  if (problems.length > 0 && exchange.world.setting('jira', 'strictJql') === true)
    return fail(400, ...problems)
  return prepared
}

/** A token only fits the query that it was given for. */
function writeToken(cursor: Cursor, jql: string): string {
  return Buffer.from(JSON.stringify([markOf(jql), cursor.id, cursor.values])).toString('base64url')
}

function readToken(token: string, jql: string): Cursor {
  try {
    const parts = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as unknown
    if (
      Array.isArray(parts) &&
      parts[0] === markOf(jql) &&
      typeof parts[1] === 'number' &&
      Array.isArray(parts[2])
    ) {
      return { id: parts[1], values: parts[2] as Cursor['values'] }
    }
  } catch {
    // Not one of ours: told below.
  }
  return fail(400, words.badToken)
}

function markOf(jql: string): number {
  let hash = 2166136261
  for (let i = 0; i < jql.length; i++) hash = Math.imul(hash ^ jql.charCodeAt(i), 16777619)
  return hash >>> 0
}

function parsed(exchange: Exchange, text: string, validation: string): View {
  const query = tryParse(text)
  if (query instanceof JqlError) return { query: text, errors: [query.message] }
  const { problems } = prepareQuery(query, scopeOf(exchange)).scope
  const structure = toStructure(query)
  if (problems.length === 0 || validation === 'none') return { query: text, structure }
  return validation === 'strict'
    ? { query: text, errors: problems }
    : { query: text, structure, warnings: problems }
}

function autoComplete(exchange: Exchange): View {
  const names = allFields(exchange.rows).filter(
    ({ clauseNames, searchable }) => searchable && clauseNames.length > 0,
  )
  return {
    visibleFieldNames: names.map(({ clauseNames, name, id }) => ({
      value: clauseNames[0],
      displayName: name,
      orderable: 'true',
      searchable: 'true',
      auto: 'true',
      ...(id.startsWith('customfield_') && { cfid: clauseNames[0] }),
      operators: ['=', '!=', 'in', 'not in', 'is', 'is not'],
      types: ['java.lang.String'],
    })),
    visibleFunctionNames: [
      'currentUser()',
      'now()',
      'startOfDay()',
      'endOfDay()',
      'startOfWeek()',
      'endOfWeek()',
      'startOfMonth()',
      'endOfMonth()',
      'startOfYear()',
      'endOfYear()',
    ].map((value) => ({ value, displayName: value, types: ['java.lang.String'] })),
    jqlReservedWords: [...reservedWords],
  }
}
