import { empty, json, refuse, type Reply } from '../../../engine/call.ts'
import { isRecord } from '../../../engine/contract/schema.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import {
  addUser,
  bodyOf,
  deactivate,
  etagOf,
  findUser,
  flag,
  moveUser,
  purge,
  type NewUser,
} from '../accounts.ts'
import { log, partyOf, partyOfGroup } from '../log.ts'
import { readCredentials, type ReadCredentials } from '../passwords.ts'
import { readProfile } from '../profile.ts'
import { groups, org, type Group, type User, type UserStatus } from '../state.ts'
import { viewNewUser, viewUser } from '../views.ts'
import { join } from './members.ts'
import { omitted } from './omit.ts'
import { replaceUser, updateUser } from './update-user.ts'

const groupIdsMax = 20

function createUser(exchange: Exchange): Reply {
  const { rows, world, query, at, origin } = exchange
  const body = bodyOf(exchange)
  const profile = readProfile(rows, body['profile'], undefined, {
    object: 'newUser',
    partial: false,
  })
  const credentials = readCredentials(body['credentials'], profile)
  const status = firstStatus(query, credentials)
  const joined = groupsOf(exchange, body['groupIds'])
  const type = isRecord(body['type']) ? body['type']['id'] : undefined
  const made: NewUser = { profile, credentials, status }
  if (typeof type === 'string') made.typeId = typeOf(type)
  const user = addUser(world, rows, at, made)
  const party = partyOf(user)
  const target = [party]
  log(exchange, 'user.lifecycle.create', target)
  if (status !== 'STAGED') log(exchange, 'user.lifecycle.activate', target)
  for (const group of joined) {
    join(rows, at, group, user)
    log(exchange, 'group.user_membership.add', [party, partyOfGroup(group)])
  }
  return json(200, viewNewUser(user, origin))
}

/** FACTS: create-status. */
function firstStatus(query: Record<string, unknown>, credentials: ReadCredentials): UserStatus {
  const { secret, provider } = credentials
  const active = flag(query['activate'], true)
  if (query['nextLogin'] === 'changePassword') {
    if (secret === undefined) refuse('okta.E0000124')
    if (!active) refuse('okta.E0000125')
    return 'PASSWORD_EXPIRED'
  }
  if (!active) return 'STAGED'
  const external =
    flag(query['provider'], false) && provider !== undefined && provider.type !== 'OKTA'
  return secret !== undefined || external ? 'ACTIVE' : 'PROVISIONED'
}

function groupsOf(exchange: Exchange, ids: unknown): Group[] {
  if (!Array.isArray(ids)) return []
  if (ids.length > groupIdsMax) {
    refuse('okta.E0000001', { object: 'groupIds', causes: ['groupIds: The field is too long'] })
  }
  return ids.map(
    (id) =>
      exchange.rows.get(groups, String(id)) ?? refuse('not-found', { id, entity: 'UserGroup' }),
  )
}

/** The org has the default type alone. */
function typeOf(id: string): string {
  return id === org.typeId || id === 'default'
    ? org.typeId
    : refuse('not-found', { id, entity: 'CVDType' })
}

function getUser(exchange: Exchange): Reply {
  const user = findUser(exchange, exchange.path['id'])
  const { origin, query } = exchange
  let view = omitted(exchange, viewUser(user, origin))
  if (query['expand'] === 'blocks') view = { ...view, _embedded: { blocks: [] } }
  return { status: 200, headers: { etag: etagOf(user) }, json: view }
}

/** The first time deactivates, the second removes for good. */
function deleteUser(exchange: Exchange): Reply {
  const { rows, at } = exchange
  const user = findUser(exchange, exchange.path['id'])
  if (user.status !== 'DEPROVISIONED') leave(exchange, user)
  else {
    const party = partyOf(user)
    log(exchange, 'user.lifecycle.delete.initiated', [party])
    purge(rows, at, user)
    log(exchange, 'user.lifecycle.delete.completed', [party])
  }
  return empty(204)
}

function deactivateUser(exchange: Exchange): Reply {
  const user = findUser(exchange, exchange.path['id'])
  // FACTS: deactivate-twice. As if it were not there.
  if (user.status === 'DEPROVISIONED') refuse('not-found', { id: user.id, entity: 'User' })
  leave(exchange, user)
  return json(200, {})
}

/** Deactivates now, or, when the caller prefers not to wait, soon. */
function leave(exchange: Exchange, user: User): void {
  const { rows, world, at, headers } = exchange
  if (/\brespond-async\b/i.test(headers['prefer'] ?? '')) {
    if (user.transitioningToStatus !== undefined) return
    moveUser(rows, at, user, user.status, {
      transitioningToStatus: 'DEPROVISIONED',
      statusChanged: user.statusChanged,
    })
    const waitMs = Number(world.setting('okta', 'asyncWorkMs'))
    world.schedule('okta', at + waitMs, 'deactivate', { userId: user.id })
    return
  }
  const gone = deactivate(world, rows, at, user)
  log(exchange, 'user.lifecycle.deactivate', [partyOf(gone)])
}

export const userBehaviors = {
  createUser,
  getUser,
  updateUser,
  replaceUser,
  deleteUser,
  deactivateUser,
}
