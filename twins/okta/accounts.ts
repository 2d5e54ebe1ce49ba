import { createChance, draw32 } from '../../engine/chance.ts'
import { refuse } from '../../engine/call.ts'
import { isRecord } from '../../engine/contract/schema.ts'
import type { Exchange } from '../../engine/exchange.ts'
import type { Rows } from '../../engine/rows.ts'
import type { World } from '../../engine/world.ts'
import { revokeTokens } from './auth.ts'
import { newId } from './ids.ts'
import {
  groups,
  memberships,
  org,
  orgFacts,
  sessions,
  users,
  type Group,
  type Profile,
  type User,
  type UserStatus,
} from './state.ts'
import { toCredentials, type ReadCredentials } from './passwords.ts'
import { isoSecond } from './times.ts'

/** The user that a path names: by id, login, unambiguous part before the @, or `me`. Refuses with E0000007. */
export function findUser(exchange: Exchange, name: string | undefined): User {
  const { rows } = exchange
  const user = rows.get(users, name ?? '') ?? findByName(exchange, name ?? '')
  return user ?? refuse('not-found', { id: name, entity: 'User' })
}

function findByName(exchange: Exchange, name: string): User | undefined {
  const { rows, caller } = exchange
  if (name === 'me') return caller && rows.get(users, caller.account)
  const lower = name.toLowerCase()
  const byLogin = rows.find(users, 'login', lower)
  if (byLogin !== undefined || lower === '') return byLogin
  const alike = rows.page(users, { index: 'shortname', equals: lower, limit: 2 })
  return alike.length === 1 ? alike[0] : undefined
}

/** A call's body as an object; refuses with E0000003 where it is something else. */
export function bodyOf(exchange: Exchange): Record<string, unknown> {
  return isRecord(exchange.body) ? exchange.body : refuse('malformed-body')
}

/** A query parameter as yes or no. */
export function flag(value: unknown, standard: boolean): boolean {
  return value === undefined ? standard : value === true || value === 'true'
}

/** What a new account is made of. */
export interface NewUser {
  profile: Profile
  credentials: ReadCredentials
  status: UserStatus
  typeId?: string
}

/** Puts a new account into the world. */
export function addUser(world: World, rows: Rows, at: number, made: NewUser): User {
  const { profile, credentials, status } = made
  const now = isoSecond(at)
  const { secret, question, answer } = credentials
  const hasPassword = secret !== undefined
  const isStaged = status === 'STAGED'
  const user: User = {
    id: newId(world, '00u'),
    status,
    created: now,
    activated: isStaged ? null : now,
    // FACTS: staged. A password that is set counts as a change of status, its absence does not.
    statusChanged: isStaged && !hasPassword ? null : now,
    lastLogin: null,
    lastUpdated: now,
    passwordChanged: hasPassword ? now : null,
    type: made.typeId === undefined ? defaultType : { id: made.typeId },
    profile,
    credentials: toCredentials(hasPassword, question, credentials.provider ?? okta),
    $password: secret,
    $answer: answer,
    $madeAt: at,
  }
  rows.insert(users, user)
  touchEveryone(rows, at)
  return user
}

const okta = { type: 'OKTA', name: 'OKTA' }
const defaultType = { id: org.typeId }

/** Everyone changed: somebody came or went. */
function touchEveryone(rows: Rows, at: number): void {
  rows.put(orgFacts, { id: 'everyone', at })
}

/** When a group's membership last changed. */
export function membershipChangedOf(rows: Rows, group: Group): string {
  if (group.id !== org.everyoneId) return group.lastMembershipUpdated
  const fact = rows.get(orgFacts, 'everyone')
  return fact === undefined ? group.lastMembershipUpdated : isoSecond(fact.at)
}

/** Moves a user to a status; `more` changes along with it. */
export function moveUser(
  rows: Rows,
  at: number,
  user: User,
  status: UserStatus,
  more: Partial<User> = {},
): User {
  const now = isoSecond(at)
  return rows.update(users, user.id, { status, statusChanged: now, lastUpdated: now, ...more })
}

/** Takes everything from an account that a leaver must not keep: password, sessions, tokens. */
export function deactivate(world: World, rows: Rows, at: number, user: User): User {
  const { provider } = user.credentials
  const gone = moveUser(rows, at, user, 'DEPROVISIONED', {
    transitioningToStatus: undefined,
    credentials: { provider },
    $password: undefined,
    $answer: undefined,
  })
  endSessions(rows, user.id)
  revokeTokens(rows, user.id, 'owner deactivated')
  // FACTS: leaver-groups. A person who is deactivated stays in the groups unless the setting says otherwise.
  if (world.setting('okta', 'deactivationClearsGroups') === true) leaveGroups(rows, at, user.id)
  touchEveryone(rows, at)
  return gone
}

/** Ends all sessions of a user; returns how many. */
export function endSessions(rows: Rows, userId: string): number {
  const open = rows.all(sessions, { index: 'user', equals: userId })
  for (const one of open) rows.remove(sessions, one.id)
  return open.length
}

/** Takes a user out of all groups. */
function leaveGroups(rows: Rows, at: number, userId: string): void {
  for (const one of rows.all(memberships, { index: 'user', equals: [userId] })) {
    rows.remove(memberships, one.id)
    rows.update(groups, one.groupId, { lastMembershipUpdated: isoSecond(at) })
  }
}

/** Removes an account for good. */
export function purge(rows: Rows, at: number, user: User): void {
  leaveGroups(rows, at, user.id)
  endSessions(rows, user.id)
  rows.remove(users, user.id)
}

const etags = new WeakMap<Profile, string>()

/** FACTS: etag. It follows the profile alone: suspending a user left it as it was. */
export function etagOf(user: User): string {
  let etag = etags.get(user.profile)
  if (etag === undefined) {
    const chance = createChance(user.id + JSON.stringify(user.profile))
    let hex = ''
    for (let i = 0; i < 8; i++) hex += draw32(chance).toString(16).padStart(8, '0')
    etags.set(user.profile, (etag = `W/"${hex}"`))
  }
  return etag
}
