import { empty, json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { needAdmin } from '../access.ts'
import { textOf } from '../edit/draft.ts'
import { fail } from '../errors.ts'
import { lensOf } from '../lens.ts'
import { pageBean, sliceOf, type Slice } from '../pages.ts'
import type { Group } from '../records.ts'
import { groups, memberships, users } from '../state.ts'
import { userView, type View } from '../views.ts'
import { words } from '../words.ts'
import { needUser } from './users.ts'

/** Groups and who is in them. */
export const groupBehaviors: Readonly<Record<string, Behavior>> = {
  getGroup: (exchange) => {
    const group = needGroup(exchange)
    const expand = String(exchange.query['expand'] ?? '')
    return json(200, wholeView(exchange, group, expand.includes('users')))
  },
  createGroup: (exchange) => {
    needAdmin(exchange)
    const name = textOf(exchange.body, 'name') ?? ''
    if (name.trim() === '') return fail(400, words.groupNeeded)
    if (exchange.rows.find(groups, 'name', name.toLowerCase()) !== undefined)
      return fail(400, words.groupTaken(name))
    const group = exchange.rows.insert(groups, { groupId: exchange.world.newUuid(), name })
    return json(201, wholeView(exchange, group, true))
  },
  removeGroup: (exchange) => {
    needAdmin(exchange)
    const group = needGroup(exchange)
    const { swapGroup, swapGroupId } = exchange.query as {
      swapGroup?: string
      swapGroupId?: string
    }
    if (swapGroup !== undefined || swapGroupId !== undefined)
      findGroup(exchange, swapGroup, swapGroupId)
    for (const { accountId } of exchange.rows.all(memberships, {
      index: 'group',
      equals: group.groupId,
    })) {
      exchange.rows.remove(memberships, `${group.groupId}/${accountId}`)
    }
    exchange.rows.remove(groups, group.groupId)
    return empty(200)
  },
  addUserToGroup: (exchange) => {
    needAdmin(exchange)
    const group = needGroup(exchange)
    const accountId = textOf(exchange.body, 'accountId')
    if (accountId === undefined) return fail(400, words.accountNeeded)
    const user = needUser(exchange, accountId)
    if (exchange.rows.get(memberships, `${group.groupId}/${accountId}`) !== undefined)
      return fail(400, words.alreadyMember)
    exchange.rows.insert(memberships, { groupId: group.groupId, accountId: user.accountId })
    return json(201, wholeView(exchange, group, true))
  },
  removeUserFromGroup: (exchange) => {
    needAdmin(exchange)
    const group = needGroup(exchange)
    const accountId = exchange.query['accountId']
    if (typeof accountId !== 'string' || accountId === '') return fail(400, words.accountNeeded)
    needUser(exchange, accountId)
    if (exchange.rows.remove(memberships, `${group.groupId}/${accountId}`) === undefined) {
      return fail(404, words.specifiedUser)
    }
    return empty(200)
  },
  getUsersFromGroup: (exchange) => {
    const group = needGroup(exchange)
    const lens = lensOf(exchange)
    const slice = sliceOf(exchange, 50, 50)
    const withInactive = exchange.query['includeInactiveUsers'] === true
    const { total, members } = membersOf(exchange, group, slice, withInactive)
    const values = members.map((accountId) => userView(lens, exchange.rows.get(users, accountId)!))
    return json(200, pageBean(exchange, lens, slice, total, values))
  },
  findGroups: (exchange) => {
    const query = String(exchange.query['query'] ?? '').toLowerCase()
    const { maxResults } = sliceOf(exchange, 20, 1000)
    const found = exchange.rows.all(groups).filter(({ name }) => name.toLowerCase().includes(query))
    const list = found.slice(0, maxResults).map(({ name, groupId }) => ({
      name,
      html: mark(name, query),
      labels: [],
      groupId,
    }))
    return json(200, {
      header: `Showing ${list.length} of ${found.length} matching groups`,
      total: found.length,
      groups: list,
    })
  },
  bulkGetGroups: (exchange) => {
    needAdmin(exchange)
    const { groupId, groupName } = exchange.query as {
      groupId?: string | string[]
      groupName?: string | string[]
    }
    const ids = groupId === undefined ? undefined : [groupId].flat()
    const names = groupName === undefined ? undefined : [groupName].flat()
    const isAll = ids === undefined && names === undefined
    const found = exchange.rows
      .all(groups)
      .filter((one) => isAll || ids?.includes(one.groupId) || names?.includes(one.name))
    const slice = sliceOf(exchange, 50, 50)
    const values = found
      .slice(slice.startAt, slice.startAt + slice.maxResults)
      .map(({ name, groupId: id }) => ({ name, groupId: id }))
    return json(200, pageBean(exchange, lensOf(exchange), slice, found.length, values))
  },
}

function needGroup(exchange: Exchange): Group {
  const { groupname, groupName, groupId } = exchange.query as Record<string, string | undefined>
  return findGroup(exchange, groupname ?? groupName, groupId)
}

function findGroup({ rows }: Exchange, name: string | undefined, id: string | undefined): Group {
  if (id !== undefined && id !== '') return rows.get(groups, id) ?? fail(404, words.noGroup)
  if (name === undefined || name === '') return fail(400, words.groupNeeded)
  return rows.find(groups, 'name', name.toLowerCase()) ?? fail(404, words.groupNamed(name))
}

/** One page of a group's members. The inactive ones are few: they are stepped over, not searched for. */
function membersOf({ rows }: Exchange, { groupId }: Group, slice: Slice, withInactive: boolean) {
  const range = { index: 'group', equals: groupId } as const
  const hidden = withInactive
    ? []
    : rows
        .all(users, { index: 'inactive', equals: 'inactive' })
        .filter(({ accountId }) => rows.get(memberships, `${groupId}/${accountId}`) !== undefined)
  const total = rows.count(memberships, range) - hidden.length
  const { startAt, maxResults } = slice
  if (hidden.length === 0) {
    const page = rows.page(memberships, { ...range, offset: startAt, limit: maxResults })
    return { total, members: page.map(({ accountId }) => accountId) }
  }
  const isHidden = new Set(hidden.map(({ accountId }) => accountId))
  const members: string[] = []
  let skip = startAt
  for (const { accountId } of rows.scan(memberships, range)) {
    if (isHidden.has(accountId) || skip-- > 0) continue
    members.push(accountId)
    if (members.length === maxResults) break
  }
  return { total, members }
}

function wholeView(exchange: Exchange, { name, groupId }: Group, withUsers: boolean): View {
  const lens = lensOf(exchange)
  const range = { index: 'group', equals: groupId } as const
  const size = exchange.rows.count(memberships, range)
  const page = withUsers ? exchange.rows.page(memberships, { ...range, limit: 50 }) : []
  const items = page.map(({ accountId }) => userView(lens, exchange.rows.get(users, accountId)!))
  return {
    name,
    groupId,
    self: `${lens.api}/group?groupId=${groupId}`,
    users: {
      size,
      items,
      'max-results': 50,
      'start-index': 0,
      'end-index': items.length === 0 ? 0 : items.length - 1,
    },
    expand: 'users',
  }
}

function mark(name: string, query: string): string {
  const at = query === '' ? -1 : name.toLowerCase().indexOf(query)
  if (at === -1) return name
  return `${name.slice(0, at)}<b>${name.slice(at, at + query.length)}</b>${name.slice(at + query.length)}`
}
