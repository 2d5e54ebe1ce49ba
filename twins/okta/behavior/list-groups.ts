import { refuse, type Reply } from '../../../engine/call.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import { membershipChangedOf } from '../accounts.ts'
import { behind, pageReply, readLimit, textOf } from '../pages.ts'
import { holds, order, type Query } from '../query.ts'
import { groups, memberships, org, users, type Group } from '../state.ts'
import { viewGroup } from '../views.ts'
import { readCriteria, type Vocabulary } from './criteria.ts'

const pageMax = 10_000

const dates = new Set(['created', 'lastUpdated', 'lastMembershipUpdated'])
const all = ['eq', 'sw', 'co', 'gt', 'ge', 'lt', 'le', 'pr']

const searchWords: Vocabulary = (attribute) =>
  attribute === 'id' ||
  attribute === 'type' ||
  attribute === 'source.id' ||
  dates.has(attribute) ||
  attribute.startsWith('profile.')
    ? all
    : undefined

const filterWords: Vocabulary = (attribute) => {
  if (dates.has(attribute)) return ['eq', 'gt', 'ge', 'lt', 'le']
  return attribute === 'id' || attribute === 'type' ? ['eq'] : undefined
}

/** Plain by cursor; by the beginning of the name, all at once; by search or filter. */
export function listGroups(exchange: Exchange): Reply {
  const { query } = exchange
  const limit = readLimit(exchange, pageMax, pageMax)
  const q = textOf(query['q'])
  const search = textOf(query['search'])
  const filter = textOf(query['filter'])
  if (q !== undefined && (search ?? filter) !== undefined) refuse('okta.E0000033')
  if (q !== undefined) return startingWith(exchange, q, limit)
  if (search !== undefined) return select(exchange, readCriteria(search, searchWords), limit, true)
  if (filter !== undefined) return select(exchange, readCriteria(filter, filterWords), limit, false)
  const after = textOf(query['after'])
  const from = after === undefined ? [''] : [behind(after)]
  const found = exchange.rows.page(groups, { index: 'order', from, limit: limit + 1 })
  return reply(exchange, found, limit)
}

function startingWith(exchange: Exchange, q: string, limit: number): Reply {
  const start = q.toLowerCase()
  const found: Group[] = []
  for (const group of exchange.rows.scan(groups, { index: 'order' })) {
    if (!group.profile.name.toLowerCase().startsWith(start)) continue
    found.push(group)
    if (found.length === limit) break
  }
  return { status: 200, headers: {}, json: views(exchange, found) }
}

function select(exchange: Exchange, query: Query, limit: number, ignoreCase: boolean): Reply {
  const { rows } = exchange
  const after = textOf(exchange.query['after'])
  const sortBy = textOf(exchange.query['sortBy'])
  const from = after === undefined || sortBy !== undefined ? [''] : [behind(after)]
  let found: Group[] = []
  for (const group of rows.scan(groups, { index: 'order', from })) {
    const changed = membershipChangedOf(rows, group)
    if (!holds(query, (attribute) => valueOf(group, attribute, changed), ignoreCase)) continue
    found.push(group)
    if (sortBy === undefined && found.length > limit) break
  }
  if (sortBy !== undefined) {
    const sign = /^desc/i.test(String(exchange.query['sortOrder'])) ? -1 : 1
    const read = (group: Group): unknown => valueOf(group, sortBy, membershipChangedOf(rows, group))
    found.sort((a, b) => sign * (order(read(a), read(b), true) ?? 0))
    if (after !== undefined) found = found.slice(found.findIndex((one) => one.id === after) + 1)
  }
  return reply(exchange, found, limit)
}

function valueOf(group: Group, attribute: string, changed: string): unknown {
  if (attribute.startsWith('profile.')) return group.profile[attribute.slice('profile.'.length)]
  if (attribute === 'lastMembershipUpdated') return changed
  return (group as unknown as Record<string, unknown>)[attribute]
}

function reply(exchange: Exchange, found: Group[], limit: number): Reply {
  const page = found.slice(0, limit)
  const next = found.length > limit ? page.at(-1)!.id : undefined
  return pageReply(exchange, views(exchange, page), limit, next)
}

function views(exchange: Exchange, list: Group[]): object[] {
  const { rows, origin } = exchange
  const stats = /\bstats\b/.test(String(exchange.query['expand'] ?? ''))
  return list.map((group) => {
    const view = viewGroup(group, origin, membershipChangedOf(rows, group))
    return stats ? { ...view, _embedded: { stats: statsOf(exchange, group) } } : view
  })
}

function statsOf(exchange: Exchange, group: Group): object {
  const { rows, origin } = exchange
  const usersCount =
    group.id === org.everyoneId
      ? rows.count(users, { index: 'live' })
      : rows.count(memberships, { index: 'group', equals: [group.id] })
  return {
    usersCount,
    appsCount: 0,
    groupPushMappingsCount: 0,
    hasAdminPrivilege: group.id === org.administratorsId,
    _links: { users: { href: `${origin}/api/v1/groups/${group.id}/users` } },
  }
}
