import { empty, refuse, type Reply } from '../../../engine/call.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import type { Rows } from '../../../engine/rows.ts'
import { findUser, membershipChangedOf } from '../accounts.ts'
import { log, partyOf, partyOfGroup } from '../log.ts'
import { behind, pageReply, readLimit, textOf } from '../pages.ts'
import { groups, memberships, membershipId, org, users, type Group, type User } from '../state.ts'
import { isoSecond } from '../times.ts'
import { viewGroup, viewUserItem } from '../views.ts'

/** The group that a path names. Refuses with E0000007. */
export function findGroup(exchange: Exchange): Group {
  const id = exchange.path['groupId'] ?? ''
  return exchange.rows.get(groups, id) ?? refuse('not-found', { id, entity: 'UserGroup' })
}

/** Puts a user into a group; false when they were in it. */
export function join(rows: Rows, at: number, group: Group, user: User): boolean {
  const id = membershipId(group.id, user.id)
  if (rows.get(memberships, id) !== undefined) return false
  rows.insert(memberships, { id, groupId: group.id, userId: user.id })
  rows.update(groups, group.id, { lastMembershipUpdated: isoSecond(at) })
  return true
}

/** FACTS: members. Whose membership the service keeps to itself. */
function checkAssignable(group: Group): void {
  if (group.id === org.everyoneId) refuse('okta.E0000060')
  if (group.type !== 'OKTA_GROUP') refuse('okta.E0000006')
}

function assignUserToGroup(exchange: Exchange): Reply {
  const { rows, at } = exchange
  const group = findGroup(exchange)
  const user = findUser(exchange, exchange.path['userId'])
  checkAssignable(group)
  if (join(rows, at, group, user)) {
    log(exchange, 'group.user_membership.add', [partyOf(user), partyOfGroup(group)])
  }
  return empty(204)
}

function unassignUserFromGroup(exchange: Exchange): Reply {
  const { rows, at } = exchange
  const group = findGroup(exchange)
  const user = findUser(exchange, exchange.path['userId'])
  checkAssignable(group)
  if (rows.remove(memberships, membershipId(group.id, user.id)) !== undefined) {
    rows.update(groups, group.id, { lastMembershipUpdated: isoSecond(at) })
    log(exchange, 'group.user_membership.remove', [partyOf(user), partyOfGroup(group)])
  }
  return empty(204)
}

const membersMax = 1000

function listGroupUsers(exchange: Exchange): Reply {
  const { rows, origin } = exchange
  const group = findGroup(exchange)
  const limit = readLimit(exchange, membersMax, membersMax)
  const after = textOf(exchange.query['after'])
  const found =
    group.id === org.everyoneId
      ? pageOfEveryone(rows, after, limit)
      : pageOfMembers(rows, group.id, after, limit)
  const page = found.slice(0, limit)
  const next = found.length > limit ? page.at(-1)!.id : undefined
  return pageReply(
    exchange,
    page.map((user) => viewUserItem(user, origin)),
    limit,
    next,
  )
}

function pageOfEveryone(rows: Rows, after: string | undefined, limit: number): User[] {
  const from = after === undefined ? ['live'] : ['live', behind(after)]
  return rows.page(users, { index: 'live', equals: ['live'], from, limit: limit + 1 })
}

function pageOfMembers(
  rows: Rows,
  groupId: string,
  after: string | undefined,
  limit: number,
): User[] {
  const from = after === undefined ? [groupId] : [groupId, behind(after)]
  const found = rows.page(memberships, {
    index: 'group',
    equals: [groupId],
    from,
    limit: limit + 1,
  })
  return found.map((one) => rows.get(users, one.userId)!)
}

const userGroupsMax = 200

function listUserGroups(exchange: Exchange): Reply {
  const { rows, origin } = exchange
  const user = findUser(exchange, exchange.path['id'])
  const mine = rows.all(memberships, { index: 'user', equals: [user.id] })
  const list = mine.map((one) => rows.get(groups, one.groupId)!)
  const everyone = rows.get(groups, org.everyoneId)
  if (everyone !== undefined && user.status !== 'DEPROVISIONED') list.unshift(everyone)
  const views = list.map((group) => viewGroup(group, origin, membershipChangedOf(rows, group)))
  return pageReply(exchange, views, userGroupsMax, undefined)
}

export const memberBehaviors = {
  assignUserToGroup,
  unassignUserFromGroup,
  listGroupUsers,
  listUserGroups,
}
