import { org, type Group, type Session, type User, type UserStatus } from './state.ts'

/** What goes out of a row depends on the row and on where the caller thinks it is; rows never change in place. */
interface UserViews {
  origin: string
  whole: object | undefined
  item: object | undefined
}

const userViews = new WeakMap<User, UserViews>()

function viewsOf(user: User, origin: string): UserViews {
  let views = userViews.get(user)
  if (views === undefined || views.origin !== origin) {
    views = { origin, whole: undefined, item: undefined }
    userViews.set(user, views)
  }
  return views
}

/** A user as a single answer shows it: with the links that its status allows. */
export function viewUser(user: User, origin: string): object {
  const views = viewsOf(user, origin)
  return (views.whole ??= { ...bare(user), _links: linksOf(user, origin) })
}

/** A user as lists show it: with a link to itself. */
export function viewUserItem(user: User, origin: string): object {
  const views = viewsOf(user, origin)
  return (views.item ??= { ...bare(user), _links: { self: { href: selfOf(user, origin) } } })
}

function bare(user: User): object {
  const { id, status, transitioningToStatus } = user
  return {
    id,
    status,
    ...(transitioningToStatus !== undefined && { transitioningToStatus }),
    created: user.created,
    activated: user.activated,
    statusChanged: user.statusChanged,
    lastLogin: user.lastLogin,
    lastUpdated: user.lastUpdated,
    passwordChanged: user.passwordChanged,
    type: user.type,
    profile: user.profile,
    credentials: user.credentials,
  }
}

function selfOf(user: User, origin: string): string {
  return `${origin}/api/v1/users/${user.id}`
}

// FACTS: user-links. In the order of recorded answers; `schema`, `self`, `type` stand in their places too.
const active = [
  'suspend',
  'schema',
  'resetPassword',
  'forgotPassword',
  'expirePassword',
  'changeRecoveryQuestion',
  'self',
  'resetFactors',
  'type',
  'changePassword',
  'deactivate',
]
const relations: Record<UserStatus, readonly string[]> = {
  STAGED: ['schema', 'activate', 'self', 'resetFactors', 'type'],
  PROVISIONED: [
    'suspend',
    'schema',
    'resetPassword',
    'reactivate',
    'self',
    'resetFactors',
    'type',
    'deactivate',
  ],
  ACTIVE: active,
  PASSWORD_EXPIRED: active,
  LOCKED_OUT: ['unlock', 'schema', 'resetPassword', 'self', 'resetFactors', 'type', 'deactivate'],
  RECOVERY: ['schema', 'resetPassword', 'reactivate', 'self', 'resetFactors', 'type', 'deactivate'],
  SUSPENDED: ['unsuspend', 'schema', 'self', 'resetFactors', 'type', 'deactivate'],
  DEPROVISIONED: ['schema', 'activate', 'self', 'type', 'delete'],
}

const actions: Record<string, string> = {
  activate: 'lifecycle/activate',
  reactivate: 'lifecycle/reactivate',
  suspend: 'lifecycle/suspend',
  unsuspend: 'lifecycle/unsuspend',
  unlock: 'lifecycle/unlock',
  deactivate: 'lifecycle/deactivate',
  resetPassword: 'lifecycle/reset_password',
  expirePassword: 'lifecycle/expire_password',
  resetFactors: 'lifecycle/reset_factors',
  forgotPassword: 'credentials/forgot_password',
  changePassword: 'credentials/change_password',
  changeRecoveryQuestion: 'credentials/change_recovery_question',
}

function linksOf(user: User, origin: string): object {
  const self = selfOf(user, origin)
  const links: Record<string, object> = {}
  for (const relation of relations[user.status]) {
    const action = actions[relation]
    if (action !== undefined) {
      if (relation === 'resetFactors' && user.status === 'STAGED' && !user.credentials.password)
        continue
      links[relation] = { href: `${self}/${action}`, method: 'POST' }
    } else if (relation === 'self') links['self'] = { href: self }
    else if (relation === 'delete') links['delete'] = { href: self, method: 'DELETE' }
    else if (relation === 'schema')
      links['schema'] = { href: `${origin}/api/v1/meta/schemas/user/${org.schemaId}` }
    else links['type'] = { href: `${origin}/api/v1/meta/types/user/${user.type.id}` }
  }
  return links
}

const logos = 'https://ok14static.oktacdn.com/assets/img/logos/groups/odyssey'
const logo = [
  {
    name: 'medium',
    href: `${logos}/okta-medium.30ce6d4085dff29412984e4c191bc874.png`,
    type: 'image/png',
  },
  {
    name: 'large',
    href: `${logos}/okta-large.c3cb8cda8ae0add1b4fe928f5844dbe3.png`,
    type: 'image/png',
  },
]

const groupViews = new WeakMap<Group, { origin: string; changed: string; view: object }>()

/** A group; `changed` is when its membership last changed, which Everyone does not keep in its row. */
export function viewGroup(group: Group, origin: string, changed: string): object {
  const known = groupViews.get(group)
  if (known?.origin === origin && known.changed === changed) return known.view
  const self = `${origin}/api/v1/groups/${group.id}`
  const view = {
    id: group.id,
    created: group.created,
    lastUpdated: group.lastUpdated,
    lastMembershipUpdated: changed,
    objectClass: group.objectClass,
    type: group.type,
    profile: group.profile,
    _links: {
      logo,
      owners: { href: `${self}/owners` },
      users: { href: `${self}/users` },
      apps: { href: `${self}/apps` },
    },
  }
  groupViews.set(group, { origin, changed, view })
  return view
}

/** A session. `me`: as its owner sees it, and as its creation is answered. */
export function viewSession(session: Session, name: string, origin: string, me: boolean): object {
  const self = `${origin}/api/v1/sessions/${me ? 'me' : session.$alias}`
  const user = `${origin}/api/v1/users/${me ? 'me' : session.userId}`
  return {
    id: session.id,
    userId: session.userId,
    login: session.login,
    createdAt: session.createdAt,
    expiresAt: session.expiresAt,
    status: session.status,
    lastPasswordVerification: session.lastPasswordVerification,
    lastFactorVerification: session.lastFactorVerification,
    amr: session.amr,
    idp: session.idp,
    mfaActive: session.mfaActive,
    _links: {
      self: { href: self, hints: { allow: ['GET', 'DELETE'] } },
      refresh: { href: `${self}/lifecycle/refresh`, hints: { allow: ['POST'] } },
      user: { name, href: user, hints: { allow: ['GET'] } },
    },
  }
}
