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
  return (views.whole ??= viewNewUser(user, origin))
}

/** The same, not kept: most users that are made are never read again. */
export function viewNewUser(user: User, origin: string): object {
  const view = bare(user)
  view['_links'] = linksOf(user, origin)
  return view
}

/** A user as lists show it: with a link to itself. */
export function viewUserItem(user: User, origin: string): object {
  const views = viewsOf(user, origin)
  if (views.item === undefined) {
    const view = bare(user)
    view['_links'] = { self: { href: selfOf(user, origin) } }
    views.item = view
  }
  return views.item
}

function bare(user: User): Record<string, unknown> {
  const { transitioningToStatus } = user
  if (transitioningToStatus === undefined) {
    return {
      id: user.id,
      status: user.status,
      created: user.created,
      activated: user.activated,
      statusChanged: user.statusChanged,
      lastLogin: user.lastLogin,
      lastUpdated: user.lastUpdated,
      passwordChanged: user.passwordChanged,
      type: user.type,
      profile: user.profile,
      credentials: user.credentials,
      _links: undefined,
    }
  }
  const { id, status, ...rest } = bare({ ...user, transitioningToStatus: undefined })
  return { id, status, transitioningToStatus, ...rest }
}

function selfOf(user: User, origin: string): string {
  return `${origin}/api/v1/users/${user.id}`
}

// FACTS: user-links. In the order of recorded answers; literals, since this is built for every user that is made.
function linksOf(user: User, origin: string): object {
  const self = selfOf(user, origin)
  const schema = { href: `${origin}/api/v1/meta/schemas/user/${org.schemaId}` }
  const type = { href: `${origin}/api/v1/meta/types/user/${user.type.id}` }
  const post = (action: string): object => ({ href: self + action, method: 'POST' })
  switch (user.status) {
    case 'STAGED':
      return {
        schema,
        activate: post('/lifecycle/activate'),
        self: { href: self },
        ...(user.credentials.password && { resetFactors: post('/lifecycle/reset_factors') }),
        type,
      }
    case 'PROVISIONED':
      return {
        suspend: post('/lifecycle/suspend'),
        schema,
        resetPassword: post('/lifecycle/reset_password'),
        reactivate: post('/lifecycle/reactivate'),
        self: { href: self },
        resetFactors: post('/lifecycle/reset_factors'),
        type,
        deactivate: post('/lifecycle/deactivate'),
      }
    case 'ACTIVE':
    case 'PASSWORD_EXPIRED':
      return {
        suspend: post('/lifecycle/suspend'),
        schema,
        resetPassword: post('/lifecycle/reset_password'),
        forgotPassword: post('/credentials/forgot_password'),
        expirePassword: post('/lifecycle/expire_password'),
        changeRecoveryQuestion: post('/credentials/change_recovery_question'),
        self: { href: self },
        resetFactors: post('/lifecycle/reset_factors'),
        type,
        changePassword: post('/credentials/change_password'),
        deactivate: post('/lifecycle/deactivate'),
      }
    case 'DEPROVISIONED':
      return {
        schema,
        activate: post('/lifecycle/activate'),
        self: { href: self },
        type,
        delete: { href: self, method: 'DELETE' },
      }
    default:
      return {
        ...rarer(user.status, post),
        schema,
        self: { href: self },
        resetFactors: post('/lifecycle/reset_factors'),
        type,
        deactivate: post('/lifecycle/deactivate'),
      }
  }
}

function rarer(status: UserStatus, post: (action: string) => object): object {
  if (status === 'SUSPENDED') return { unsuspend: post('/lifecycle/unsuspend') }
  const resetPassword = post('/lifecycle/reset_password')
  if (status === 'LOCKED_OUT') return { unlock: post('/lifecycle/unlock'), resetPassword }
  return { reactivate: post('/lifecycle/reactivate'), resetPassword }
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
