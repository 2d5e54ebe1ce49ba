import { defineTable, key } from '../../engine/table.ts'

export type UserStatus = (typeof userStatuses)[number]

/** Every state of an account. */
export const userStatuses = [
  'STAGED',
  'PROVISIONED',
  'ACTIVE',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'RECOVERY',
  'SUSPENDED',
  'DEPROVISIONED',
] as const

/** Only what is set, `mobilePhone` and `secondEmail` always; in the wire's order. */
export type Profile = Record<string, unknown> & {
  firstName: string
  lastName: string
  login: string
  email: string
}

export interface Credentials {
  password?: Record<string, never>
  recovery_question?: { question: string }
  provider: { type: string; name: string }
}

/** What a password is compared with: as it was given, or a hash that we only keep. */
export type Secret = { plain: string } | { hash: unknown } | { hook: unknown }

/** An account. `$fields` are ours. */
export interface User {
  id: string
  status: UserStatus
  transitioningToStatus?: UserStatus | undefined
  created: string
  activated: string | null
  statusChanged: string | null
  lastLogin: string | null
  lastUpdated: string
  passwordChanged: string | null
  type: { id: string }
  profile: Profile
  credentials: Credentials
  $password?: Secret | undefined
  $answer?: string | undefined
  /** Virtual ms of creation, for the search index's lag. */
  $madeAt: number
  /** Administrator roles; absent: none. */
  $roles?: readonly string[]
}

export const users = defineTable({
  name: 'okta.users',
  id: (row: User) => row.id,
  indexes: {
    login: (row: User) => row.profile.login.toLowerCase(),
    shortname: (row: User) => shortnameOf(row.profile.login),
    // Lists without a condition leave the deprovisioned out, and are in the order of ids.
    live: (row: User) => (row.status === 'DEPROVISIONED' ? undefined : key('live', row.id)),
  },
  byproduct: ['activated', 'statusChanged', 'lastUpdated', 'passwordChanged'],
})

/** What stands before the @ of a login, which finds the user where it is unambiguous. */
function shortnameOf(login: string): string | undefined {
  const at = login.indexOf('@')
  return at === -1 ? undefined : login.slice(0, at).toLowerCase()
}

export interface Group {
  id: string
  created: string
  lastUpdated: string
  lastMembershipUpdated: string
  objectClass: readonly string[]
  type: 'OKTA_GROUP' | 'APP_GROUP' | 'BUILT_IN'
  profile: Record<string, unknown> & { name: string; description: string | null }
  $madeAt: number
}

export const groups = defineTable({
  name: 'okta.groups',
  id: (row: Group) => row.id,
  indexes: {
    name: (row: Group) => key(row.profile.name),
    order: (row: Group) => row.id,
  },
  byproduct: ['lastUpdated', 'lastMembershipUpdated'],
})

/** Everyone is in Everyone: its members are no rows, but all users who are not deprovisioned. */
export interface Membership {
  id: string
  groupId: string
  userId: string
}

export const memberships = defineTable({
  name: 'okta.memberships',
  id: (row: Membership) => row.id,
  indexes: {
    group: (row: Membership) => key(row.groupId, row.userId),
    user: (row: Membership) => key(row.userId, row.groupId),
  },
})

export function membershipId(groupId: string, userId: string): string {
  return `${groupId}/${userId}`
}

export interface Session {
  id: string
  userId: string
  login: string
  createdAt: string
  expiresAt: string
  status: 'ACTIVE'
  lastPasswordVerification: string | null
  lastFactorVerification: string | null
  amr: readonly string[]
  idp: { id: string; type: string }
  mfaActive: boolean
  /** The name under which a session read by id links to itself. */
  $alias: string
  $expiresAt: number
}

export const sessions = defineTable({
  name: 'okta.sessions',
  id: (row: Session) => row.id,
  indexes: { user: (row: Session) => row.userId, alias: (row: Session) => row.$alias },
  byproduct: ['expiresAt', '$expiresAt'],
})

/** What a sign-in hands out and `POST /sessions` takes, once. */
export interface SessionToken {
  id: string
  userId: string
  expiresAt: number
}

export const sessionTokens = defineTable({
  name: 'okta.sessionTokens',
  id: (row: SessionToken) => row.id,
  internal: true,
})

/** One event of the System Log, as it goes out. */
export interface LogEvent {
  uuid: string
  eventType: string
  published: string
  [field: string]: unknown
}

/** An event and its place in the log: rows are only ever added, in order of time. */
export interface LogRow {
  /** `{ms}_{ordinal}`, as cursors name it. */
  id: string
  at: number
  event: LogEvent
}

export const logs = defineTable({
  name: 'okta.logs',
  id: (row: LogRow) => row.id,
  internal: true,
})

/** Small things that the org remembers, such as when Everyone last changed. */
export interface OrgFact {
  id: string
  at: number
}

/** Who is told of events, in the wire's own shape. */
export interface EventHook {
  id: string
  status: 'ACTIVE' | 'INACTIVE'
  verificationStatus: 'UNVERIFIED' | 'VERIFIED'
  name: string
  description: string | null
  created: string
  createdBy: string
  lastUpdated: string
  events: { type: 'EVENT_TYPE'; items: string[]; filter: null }
  channel: {
    type: 'HTTP'
    version: '1.0.0'
    config: {
      uri: string
      headers: { key: string; value: string }[]
      method: 'POST'
      authScheme?: { type: 'HEADER'; key: string }
    }
  }
  /** What stands in the header; never told. */
  $secret?: string | undefined
}

export const eventHooks = defineTable({
  name: 'okta.eventHooks',
  id: (row: EventHook) => row.id,
})

export const orgFacts = defineTable({
  name: 'okta.org',
  id: (row: OrgFact) => row.id,
  internal: true,
})

/** An app that people sign in to, as far as the authorization server knows it. */
export interface OauthClient {
  /** `client_id`. */
  id: string
  label: string
  redirectUris: readonly string[]
  $secret: string
}

export const oauthClients = defineTable({
  name: 'okta.oauthClients',
  id: (row: OauthClient) => row.id,
})

/** What authorize hands out and token takes, once. */
export interface AuthorizationCode {
  id: string
  clientId: string
  userId: string
  redirectUri: string
  scopes: readonly string[]
  nonce?: string | undefined
  /** Of PKCE, method S256. */
  challenge?: string | undefined
  /** When the user gave the password, in seconds. */
  authTime: number
  expiresAt: number
  /** The access token that it was given for: a code that comes twice was stolen. */
  spentOn?: string
}

export const authorizationCodes = defineTable({
  name: 'okta.authorizationCodes',
  id: (row: AuthorizationCode) => row.id,
  internal: true,
})

/** What the key of an authorization server follows from. */
export interface KeySeed {
  id: string
  seed: string
}

export const signingKeys = defineTable({
  name: 'okta.signingKeys',
  id: (row: KeySeed) => row.id,
  internal: true,
})

/** Facts of the one org of a world. */
export const org = {
  id: '00o00qk8w0pOrgAcm5d7',
  host: 'acme.okta.com',
  origin: 'https://acme.okta.com',
  typeId: 'oty00qk8w0pDefUsr5d7',
  schemaId: 'osc00qk8w0pDefUsr5d7',
  everyoneId: '00g00qk8w0pEveryO5d7',
  administratorsId: '00g00qk8w0qAdmins5d7',
} as const
