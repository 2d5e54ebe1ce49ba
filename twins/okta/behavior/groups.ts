import { empty, json, refuse, type Reply } from '../../../engine/call.ts'
import { isRecord } from '../../../engine/contract/schema.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import type { Rows } from '../../../engine/rows.ts'
import { key } from '../../../engine/table.ts'
import type { World } from '../../../engine/world.ts'
import { bodyOf, membershipChangedOf } from '../accounts.ts'
import { newId } from '../ids.ts'
import { log, partyOfGroup } from '../log.ts'
import { groups, memberships, type Group } from '../state.ts'
import { isoSecond } from '../times.ts'
import { viewGroup } from '../views.ts'
import { listGroups } from './list-groups.ts'
import { findGroup } from './members.ts'

const nameMax = 255

/** Puts a new group into the world. */
export function insertGroup(
  world: World,
  rows: Rows,
  at: number,
  made: Pick<Group, 'profile'> & Partial<Pick<Group, 'id' | 'type'>>,
): Group {
  const now = isoSecond(at)
  return rows.insert(groups, {
    id: made.id ?? newId(world, '00g'),
    created: now,
    lastUpdated: now,
    lastMembershipUpdated: now,
    objectClass,
    type: made.type ?? 'OKTA_GROUP',
    profile: made.profile,
    $madeAt: at,
  })
}

const objectClass = ['okta:user_group']

function addGroup(exchange: Exchange): Reply {
  const { world, rows, at } = exchange
  const group = insertGroup(world, rows, at, { profile: readGroup(exchange, undefined) })
  log(exchange, 'group.lifecycle.create', [partyOfGroup(group)])
  return json(200, view(exchange, group))
}

function readGroup(exchange: Exchange, before: Group | undefined): Group['profile'] {
  const sent = bodyOf(exchange)['profile']
  const profile = isRecord(sent) ? sent : {}
  const { name, description } = profile
  if (typeof name !== 'string' || name.trim() === '') bad('The field cannot be left blank')
  if (name.length > nameMax) bad('The field is too long')
  const known = exchange.rows.find(groups, 'name', key(name))
  if (known !== undefined && known.id !== before?.id) {
    bad('An object with this field already exists in the current organization')
  }
  return {
    ...profile,
    name,
    description: typeof description === 'string' ? description : null,
  }
}

function bad(cause: string): never {
  refuse('okta.E0000001', { object: 'name', causes: [`name: ${cause}`] })
}

function view(exchange: Exchange, group: Group): object {
  return viewGroup(group, exchange.origin, membershipChangedOf(exchange.rows, group))
}

function getGroup(exchange: Exchange): Reply {
  return json(200, view(exchange, findGroup(exchange)))
}

function replaceGroup(exchange: Exchange): Reply {
  const { rows, at } = exchange
  const group = findGroup(exchange)
  checkOurs(group)
  const profile = readGroup(exchange, group)
  const changed = rows.update(groups, group.id, { profile, lastUpdated: isoSecond(at) })
  log(exchange, 'group.profile.update', [partyOfGroup(changed)])
  return json(200, view(exchange, changed))
}

function deleteGroup(exchange: Exchange): Reply {
  const { rows } = exchange
  const group = findGroup(exchange)
  checkOurs(group)
  for (const one of rows.all(memberships, { index: 'group', equals: [group.id] })) {
    rows.remove(memberships, one.id)
  }
  rows.remove(groups, group.id)
  log(exchange, 'group.lifecycle.delete', [partyOfGroup(group)])
  return empty(204)
}

/** What the service or an app brought along is not ours to change. */
function checkOurs(group: Group): void {
  if (group.type !== 'OKTA_GROUP') refuse('okta.E0000006')
}

export const groupBehaviors = { addGroup, getGroup, replaceGroup, deleteGroup, listGroups }
