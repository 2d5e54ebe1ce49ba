import { refuse, type Reply } from '../../../engine/call.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import type { Page } from '../../../engine/rows.ts'
import { baseByName, customAttributes } from '../attributes.ts'
import { behind, pageReply, readLimit, textOf } from '../pages.ts'
import { holds, mustEqual, order, type Query } from '../query.ts'
import { users, type User } from '../state.ts'
import { viewUserItem } from '../views.ts'
import { readCriteria, type Vocabulary } from './criteria.ts'
import { omitted } from './omit.ts'

const pageMax = 200
const byWordsDefault = 10

const comparable = ['eq', 'gt', 'ge', 'lt', 'le']
const filterFields: Record<string, readonly string[]> = {
  status: ['eq'],
  lastUpdated: comparable,
  id: ['eq'],
  'profile.login': ['eq'],
  'profile.email': ['eq'],
  'profile.firstName': ['eq'],
  'profile.lastName': ['eq'],
}
const filterWords: Vocabulary = (attribute) =>
  Object.hasOwn(filterFields, attribute) ? filterFields[attribute] : undefined

const searchable = ['eq', 'sw', 'gt', 'ge', 'lt', 'le', 'pr']
const containable = new Set(['firstName', 'lastName', 'email', 'login'])
const topFields = new Set([
  'id',
  'status',
  'created',
  'activated',
  'statusChanged',
  'lastUpdated',
  'lastLogin',
  'passwordChanged',
  'type.id',
  'realmId',
])

/** FACTS: list-users. Plain without the deprovisioned; by words; by filter; by search. */
export function listUsers(exchange: Exchange): Reply {
  const { query } = exchange
  const q = textOf(query['q'])
  const filter = textOf(query['filter'])
  const search = textOf(query['search'])
  if (q !== undefined && filter !== undefined) refuse('okta.E0000033')
  if (search !== undefined) {
    return select(exchange, readCriteria(search, searchWords(exchange)), true)
  }
  if (filter !== undefined) return select(exchange, readCriteria(filter, filterWords), false)
  if (q !== undefined) return byWords(exchange, q)
  return plain(exchange)
}

/** Every attribute that the org has; inside a text only where the index has its parts. */
function searchWords(exchange: Exchange): Vocabulary {
  return (attribute) => {
    if (topFields.has(attribute)) return searchable
    if (!attribute.startsWith('profile.')) return undefined
    const name = attribute.slice('profile.'.length)
    if (containable.has(name)) return [...searchable, 'co']
    const known = baseByName.has(name) || exchange.rows.get(customAttributes, name) !== undefined
    return known ? searchable : undefined
  }
}

function plain(exchange: Exchange): Reply {
  const limit = readLimit(exchange, pageMax, pageMax)
  const after = textOf(exchange.query['after'])
  const from = after === undefined ? ['live'] : ['live', behind(placeOf(after))]
  const found = exchange.rows.page(users, {
    index: 'live',
    equals: ['live'],
    from,
    limit: limit + 1,
  })
  const page = found.slice(0, limit)
  // FACTS: user-cursor. A zero before the id of the last one.
  const next = found.length > limit ? `0${page.at(-1)!.id}` : undefined
  return pageReply(exchange, views(exchange, page), limit, next)
}

/** The id that a cursor stands behind. */
function placeOf(cursor: string): string {
  return cursor.startsWith('000u') ? cursor.slice(1) : cursor
}

/** FACTS: user-q. How first name, last name or e-mail begin; no pages, no links. */
function byWords(exchange: Exchange, q: string): Reply {
  const limit = readLimit(exchange, byWordsDefault, pageMax)
  const start = q.toLowerCase()
  const found: User[] = []
  for (const user of exchange.rows.scan(users, { index: 'live' })) {
    const { firstName, lastName, email } = user.profile
    const begins = [firstName, lastName, email].some((one) => one.toLowerCase().startsWith(start))
    if (!begins || !isIndexed(exchange, user)) continue
    found.push(user)
    if (found.length === limit) break
  }
  return { status: 200, headers: {}, json: views(exchange, found) }
}

function select(exchange: Exchange, query: Query, isSearch: boolean): Reply {
  const limit = readLimit(exchange, pageMax, pageMax)
  const after = textOf(exchange.query['after'])
  const sortBy = isSearch ? textOf(exchange.query['sortBy']) : undefined
  const behindId = after === undefined ? '' : placeOf(after)
  let found: User[] = []
  for (const user of candidates(exchange, query, sortBy === undefined ? behindId : '')) {
    if (!holds(query, (attribute) => valueOf(user, attribute), isSearch)) continue
    if (!isIndexed(exchange, user)) continue
    found.push(user)
    if (sortBy === undefined && found.length > limit) break
  }
  if (sortBy !== undefined) found = sorted(exchange, found, sortBy, behindId)
  const page = found.slice(0, limit)
  const next = found.length > limit ? page.at(-1)!.id : undefined
  return pageReply(exchange, views(exchange, page), limit, next)
}

/** One row where the query names it, else all rows behind the cursor; ids grow with the rows. */
function* candidates(exchange: Exchange, query: Query, behindId: string): Generator<User> {
  const { rows } = exchange
  const id = mustEqual(query, 'id')
  const login = mustEqual(query, 'profile.login')
  if (id !== undefined || login !== undefined) {
    const user =
      id === undefined ? rows.find(users, 'login', login!.toLowerCase()) : rows.get(users, id)
    if (user !== undefined && user.id > behindId) yield user
    return
  }
  const isThere = rows.get(users, behindId) !== undefined
  const range: Omit<Page, 'index' | 'limit'> = isThere ? { after: behindId } : {}
  for (const user of rows.scan(users, range)) if (user.id > behindId) yield user
}

function sorted(exchange: Exchange, list: User[], sortBy: string, behindId: string): User[] {
  const sign = /^desc/i.test(String(exchange.query['sortOrder'])) ? -1 : 1
  list.sort((a, b) => sign * (order(valueOf(a, sortBy), valueOf(b, sortBy), true) ?? 0))
  return behindId === '' ? list : list.slice(list.findIndex((one) => one.id === behindId) + 1)
}

function valueOf(user: User, attribute: string): unknown {
  if (attribute.startsWith('profile.')) return user.profile[attribute.slice('profile.'.length)]
  if (attribute === 'type.id') return user.type.id
  return topFields.has(attribute)
    ? (user as unknown as Record<string, unknown>)[attribute]
    : undefined
}

/** FACTS: search-lag. Searches learn of a new user a while after it was made. */
function isIndexed(exchange: Exchange, user: User): boolean {
  if (exchange.by === 'scenario') return true
  const lagMs = Number(exchange.world.setting('okta', 'searchLagMs'))
  return lagMs === 0 || user.$madeAt + lagMs <= exchange.at
}

function views(exchange: Exchange, list: User[]): object[] {
  return list.map((user) => omitted(exchange, viewUserItem(user, exchange.origin)))
}

export const listUserBehaviors = { listUsers }
