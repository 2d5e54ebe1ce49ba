import { didYouMean } from '../../engine/nearest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { tokens } from '../../engine/auth.ts'
import { key } from '../../engine/table.ts'
import type { World } from '../../engine/world.ts'
import { addUser, deactivate, moveUser } from './accounts.ts'
import { customAttributes, type Attribute } from './attributes.ts'
import { insertGroup } from './behavior/groups.ts'
import { join } from './behavior/members.ts'
import { addSession } from './behavior/sessions.ts'
import { newId, newToken } from './ids.ts'
import { inOrder } from './profile.ts'
import { seedPassword } from './seed.ts'
import {
  groups,
  oauthClients,
  sessionTokens,
  users,
  type Group,
  type OauthClient,
  type Session,
  type SessionToken,
  type User,
  type UserStatus,
  userStatuses,
} from './state.ts'
import { isoSecond } from './times.ts'

/** What an author cares about in an account; anything else of the profile may stand here too. */
export interface UserProps {
  email?: string
  login?: string
  firstName?: string
  lastName?: string
  status?: UserStatus
  password?: string
  /** Names or ids of groups; Everyone comes by itself. */
  groups?: readonly string[]
  /** When the person last signed in: `2026-01-02T09:00:00.000Z` or ms. Never when absent. */
  lastLogin?: string | number
  /** How many sessions are open. */
  sessions?: number
  /** Administrator roles: `SUPER_ADMIN`, `READ_ONLY_ADMIN` … */
  roles?: readonly string[]
  /** E-mail, login or id of the manager. */
  manager?: string
  profile?: Record<string, unknown>
}

// Seed files and other languages are held by no compiler: a word that is not known would do nothing, in silence.
const propNames: Record<keyof UserProps, true> = {
  email: true,
  login: true,
  firstName: true,
  lastName: true,
  status: true,
  password: true,
  groups: true,
  lastLogin: true,
  sessions: true,
  roles: true,
  manager: true,
  profile: true,
}

function needKnown(props: UserProps): void {
  const { status = 'ACTIVE' } = props
  if (!userStatuses.includes(status)) {
    const fix = didYouMean(String(status), userStatuses)
    throw new UsageError(`No Okta user is "${String(status)}".`, { field: 'status', fix })
  }
  for (const name of Object.keys(props)) {
    if (Object.hasOwn(propNames, name)) continue
    const fix = didYouMean(name, Object.keys(propNames))
    throw new UsageError(`An Okta user is not made with "${name}".`, { field: name, fix })
  }
}

function user(world: World, props: UserProps = {}): User {
  needKnown(props)
  const { rows } = world
  const at = world.now()
  const number = world.nextNumber('okta.given')
  const email = props.email ?? props.login ?? `person${number}@acme.example`
  const login = props.login ?? email
  if (rows.find(users, 'login', login.toLowerCase()) !== undefined) {
    throw new Error(`There is an Okta user with the login "${login}" already.`)
  }
  const manager = props.manager === undefined ? undefined : userNamed(world, props.manager)
  const status = props.status ?? 'ACTIVE'
  const hasPassword = props.password !== undefined || !without.has(status)
  const made = addUser(world, rows, at, {
    profile: inOrder({
      ...props.profile,
      firstName: props.firstName ?? 'Sam',
      lastName: props.lastName ?? `Person${number}`,
      ...(manager && { managerId: manager.id, manager: manager.profile.login }),
      login,
      email,
    }),
    credentials: {
      secret: hasPassword ? { plain: props.password ?? seedPassword } : undefined,
      question: undefined,
      answer: undefined,
      provider: undefined,
    },
    status: status === 'DEPROVISIONED' ? 'ACTIVE' : status,
  })
  for (const name of props.groups ?? []) join(rows, at, groupNamed(world, name), made)
  for (let i = 0; i < (props.sessions ?? 0); i++) addSession(world, rows, at, made)
  if (props.lastLogin !== undefined) {
    rows.update(users, made.id, { lastLogin: isoSecond(timeOf(props.lastLogin)) })
  }
  if (props.roles !== undefined) rows.update(users, made.id, { $roles: props.roles })
  if (status === 'DEPROVISIONED') return deactivate(world, rows, at, made)
  return moveUser(rows, at, made, status, { statusChanged: isoSecond(at) })
}

function timeOf(time: string | number): number {
  const at = typeof time === 'number' ? time : Date.parse(time)
  if (Number.isFinite(at)) return at
  throw new Error(`"${time}" is no time; write it like 2026-01-02T09:00:00.000Z, or in ms.`)
}

/** Accounts that have no password yet, or no longer. */
const without = new Set<UserStatus>(['STAGED', 'PROVISIONED', 'DEPROVISIONED'])

/** A user by id, login or e-mail. */
function userNamed(world: World, name: string): User {
  const { rows } = world
  const found = rows.get(users, name) ?? rows.find(users, 'login', name.toLowerCase())
  if (found !== undefined) return found
  const some = rows.page(users, { limit: 12 }).map((one) => one.profile.login)
  throw new Error(`There is no Okta user "${name}"; there are ${some.join(', ')}.`)
}

/** A group by id or name. */
function groupNamed(world: World, name: string): Group {
  const { rows } = world
  const found = rows.get(groups, name) ?? rows.find(groups, 'name', key(name))
  if (found !== undefined) return found
  const some = rows.page(groups, { limit: 20 }).map((one) => one.profile.name)
  throw new Error(`There is no Okta group "${name}"; there are ${some.join(', ')}.`)
}

/** What an author cares about in a group. */
export interface GroupProps {
  name?: string
  description?: string
  type?: Group['type']
  /** Ids, logins or e-mails. */
  members?: readonly string[]
}

function group(world: World, props: GroupProps = {}): Group {
  const { rows } = world
  const at = world.now()
  const name = props.name ?? `Group ${world.nextNumber('okta.given')}`
  if (rows.find(groups, 'name', key(name)) !== undefined) {
    throw new Error(`There is an Okta group "${name}" already.`)
  }
  const made = insertGroup(world, rows, at, {
    type: props.type ?? 'OKTA_GROUP',
    profile: { name, description: props.description ?? null },
  })
  for (const one of props.members ?? []) join(rows, at, made, userNamed(world, one))
  return rows.get(groups, made.id)!
}

function session(world: World, props: { user: string }): Session {
  return addSession(world, world.rows, world.now(), userNamed(world, props.user))
}

/** What a sign-in would hand out, to be exchanged for a session within five minutes. */
function sessionToken(world: World, props: { user: string }): SessionToken {
  return world.rows.insert(sessionTokens, {
    id: `20111${newToken(world, 50)}`,
    userId: userNamed(world, props.user).id,
    expiresAt: world.now() + 300_000,
  })
}

/** An attribute that the org added to the user profile. */
function attribute(world: World, props: Partial<Attribute> & { name: string }): Attribute {
  const { name } = props
  return world.rows.put(customAttributes, {
    title: name,
    type: 'string',
    self: 'READ_ONLY',
    ...props,
  })
}

/** An API token or, with `scopes`, an OAuth access token. */
function token(
  world: World,
  props: { user?: string; scopes?: readonly string[]; client?: string } = {},
): { id: string } {
  const owner = props.user === undefined ? undefined : userNamed(world, props.user)
  return mintToken(world, owner, props.scopes, props.client)
}

/** An app that people sign in to: a web application with a secret. */
function client(
  world: World,
  props: { redirectUris: readonly string[]; id?: string; secret?: string; label?: string },
): OauthClient {
  const { redirectUris, label = 'My Web App' } = props
  return world.rows.insert(oauthClients, {
    id: props.id ?? newId(world, '0oa'),
    label,
    redirectUris,
    $secret: props.secret ?? newToken(world, 64),
  })
}

/** Makes a token and enters it; its owner's roles are what it may do. */
export function mintToken(
  world: World,
  owner: User | undefined,
  scopes: readonly string[] | undefined,
  client: string | undefined,
): { id: string } {
  const isOauth = scopes !== undefined
  const roles = owner === undefined || isOauth ? undefined : (owner.$roles ?? [])
  return world.rows.insert(tokens, {
    id: isOauth ? `eyJ${newToken(world, 60)}` : `00${newToken(world, 40)}`,
    twin: 'okta',
    kind: isOauth ? 'bearer' : 'ssws',
    account: owner?.id ?? client ?? '0oa00qk8w0pService5d7',
    ...(isOauth && { scopes }),
    facts: { ...(roles && { roles }), tokenId: `00T00${newToken(world, 12)}5d7` },
  })
}

/** Makers of what scenarios start from. */
export const given = { user, group, session, sessionToken, attribute, token, client }

/** Ada, or whoever administers this world. */
export function administratorOf(world: World): User {
  const admin = world.cast.find((person) => person.admin)
  const found = admin && world.rows.find(users, 'login', admin.email)
  if (found !== undefined) return found
  for (const one of world.rows.scan(users)) if (one.$roles?.includes('SUPER_ADMIN')) return one
  return user(world, { firstName: 'Ada', lastName: 'Admin', roles: ['SUPER_ADMIN'] })
}
