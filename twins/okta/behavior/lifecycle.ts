import { json, refuse, type Reply } from '../../../engine/call.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import { endSessions, findUser, flag, moveUser } from '../accounts.ts'
import { newToken } from '../ids.ts'
import { log, partyOf } from '../log.ts'
import { isExternal, toCredentials } from '../passwords.ts'
import { users, type User, type UserStatus } from '../state.ts'
import { isoSecond } from '../times.ts'
import { viewUser } from '../views.ts'

const done = Object.freeze({})

function userOf(exchange: Exchange): User {
  return findUser(exchange, exchange.path['id'] ?? exchange.path['userId'])
}

/** FACTS: lifecycle. A repeated operation is an error, never a success. */
function activateUser(exchange: Exchange): Reply {
  const { rows, at } = exchange
  const user = userOf(exchange)
  if (user.status !== 'STAGED' && user.status !== 'DEPROVISIONED') refuse('okta.E0000016')
  const status = user.$password !== undefined || isExternal(user) ? 'ACTIVE' : 'PROVISIONED'
  const now = moveUser(rows, at, user, status, { activated: isoSecond(at) })
  log(exchange, 'user.lifecycle.activate', [partyOf(now)])
  return activationOf(exchange, status, true)
}

function reactivateUser(exchange: Exchange): Reply {
  const { rows, at } = exchange
  const user = userOf(exchange)
  if (user.status !== 'PROVISIONED' && user.status !== 'RECOVERY') refuse('okta.E0000038')
  const now = moveUser(rows, at, user, 'PROVISIONED')
  log(exchange, 'user.lifecycle.reactivate', [partyOf(now)])
  return activationOf(exchange, 'PROVISIONED', false)
}

/** FACTS: activation-token. What would have been mailed is in the answer when no mail is wanted. */
function activationOf(exchange: Exchange, status: UserStatus, mailsByDefault: boolean): Reply {
  const { world, origin, query } = exchange
  const wanted = status !== 'ACTIVE' || world.setting('okta', 'activationTokenForActive') === true
  if (flag(query['sendEmail'], mailsByDefault) || !wanted) return json(200, done)
  const activationToken = newToken(world, 20)
  return json(200, { activationUrl: `${origin}/tokens/${activationToken}/verify`, activationToken })
}

function suspendUser(exchange: Exchange): Reply {
  const { rows, at, world } = exchange
  const user = userOf(exchange)
  if (user.status !== 'ACTIVE') {
    const causes = ['Cannot suspend a user that is not active']
    refuse('okta.E0000001', { object: 'suspend', causes })
  }
  const now = moveUser(rows, at, user, 'SUSPENDED')
  if (world.setting('okta', 'suspensionEndsSessions') === true) endSessions(rows, user.id)
  log(exchange, 'user.lifecycle.suspend', [partyOf(now)])
  return json(200, done)
}

function unsuspendUser(exchange: Exchange): Reply {
  const { rows, at } = exchange
  const user = userOf(exchange)
  if (user.status !== 'SUSPENDED') {
    const causes = ['Cannot unsuspend a user that is not suspended']
    refuse('okta.E0000001', { object: 'unsuspend', causes })
  }
  const now = moveUser(rows, at, user, 'ACTIVE')
  log(exchange, 'user.lifecycle.unsuspend', [partyOf(now)])
  return json(200, done)
}

function unlockUser(exchange: Exchange): Reply {
  const { rows, at } = exchange
  const user = userOf(exchange)
  if (user.status !== 'LOCKED_OUT')
    refuse('okta.E0000032', { causes: ['The user is not locked out.'] })
  const now = moveUser(rows, at, user, 'ACTIVE')
  log(exchange, 'user.account.unlock_by_admin', [partyOf(now)])
  return json(200, done)
}

const resettable = new Set<UserStatus>([
  'ACTIVE',
  'PASSWORD_EXPIRED',
  'LOCKED_OUT',
  'RECOVERY',
  'PROVISIONED',
])

function resetPassword(exchange: Exchange): Reply {
  const { rows, at, query, world, origin } = exchange
  const user = userOf(exchange)
  if (!resettable.has(user.status) || isExternal(user)) refuse('okta.E0000038')
  if (query['provider'] === 'FEDERATION') {
    const federation = { type: 'FEDERATION', name: 'FEDERATION' }
    moveUser(rows, at, user, 'ACTIVE', {
      credentials: toCredentials(false, undefined, federation),
      $password: undefined,
    })
    return json(200, done)
  }
  const now = moveUser(rows, at, user, 'RECOVERY')
  if (flag(query['revokeSessions'], false)) endSessions(rows, user.id)
  log(exchange, 'user.account.reset_password', [partyOf(now)])
  if (flag(query['sendEmail'], true)) return json(200, done)
  return json(200, { resetPasswordUrl: `${origin}/reset_password/${newToken(world, 20)}` })
}

/** FACTS: expire-password. It moves `lastUpdated`, and leaves `statusChanged`. */
function expire(exchange: Exchange, secret: User['$password']): User {
  const { rows, at } = exchange
  const user = userOf(exchange)
  if (user.status !== 'ACTIVE' && user.status !== 'PASSWORD_EXPIRED') refuse('okta.E0000038')
  const changes: Partial<User> = { statusChanged: user.statusChanged }
  if (secret !== undefined) {
    const { recovery_question: recovery, provider } = user.credentials
    changes.$password = secret
    changes.credentials = toCredentials(true, recovery?.question, provider)
  }
  const now = moveUser(rows, at, user, 'PASSWORD_EXPIRED', changes)
  log(exchange, 'user.account.expire_password', [partyOf(now)])
  return now
}

function expirePassword(exchange: Exchange): Reply {
  if (flag(exchange.query['tempPassword'], false)) return withTempPassword(exchange)
  return json(200, viewUser(expire(exchange, undefined), exchange.origin))
}

function withTempPassword(exchange: Exchange): Reply {
  const tempPassword = `${newToken(exchange.world, 9)}aA1`
  const user = expire(exchange, { plain: tempPassword })
  if (flag(exchange.query['revokeSessions'], false)) endSessions(exchange.rows, user.id)
  return json(200, { tempPassword })
}

function resetFactors(exchange: Exchange): Reply {
  const user = userOf(exchange)
  if (user.status === 'DEPROVISIONED') refuse('okta.E0000038')
  exchange.rows.update(users, user.id, { lastUpdated: isoSecond(exchange.at) })
  log(exchange, 'user.mfa.factor.reset_all', [partyOf(user)])
  return json(200, done)
}

export const lifecycleBehaviors = {
  activateUser,
  reactivateUser,
  suspendUser,
  unsuspendUser,
  unlockUser,
  resetPassword,
  expirePassword,
  expirePasswordWithTempPassword: withTempPassword,
  resetFactors,
}
