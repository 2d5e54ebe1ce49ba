import { json, refuse, type Reply } from '../../../engine/call.ts'
import { isRecord } from '../../../engine/contract/schema.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import { bodyOf, etagOf, findUser } from '../accounts.ts'
import { log, partyOf } from '../log.ts'
import { isPasswordOf, readCredentials, toCredentials } from '../passwords.ts'
import { readProfile } from '../profile.ts'
import { org, users, type User, type UserStatus } from '../state.ts'
import { isoSecond } from '../times.ts'
import { viewUser } from '../views.ts'

/** POST: what is absent is kept, null clears. */
export function updateUser(exchange: Exchange): Reply {
  return change(exchange, true)
}

/** PUT: what is absent of the profile is cleared. */
export function replaceUser(exchange: Exchange): Reply {
  return change(exchange, false)
}

function change(exchange: Exchange, partial: boolean): Reply {
  const { rows, at, origin, world } = exchange
  const user = findUser(exchange, exchange.path['id'])
  checkEtag(exchange, user)
  const body = bodyOf(exchange)
  if (user.status === 'DEPROVISIONED') {
    // FACTS: update-deprovisioned.
    const answer = world.setting('okta', 'updateDeprovisioned')
    if (answer === 'not-found') refuse('not-found', { id: user.id, entity: 'User' })
    if (answer === 'ignored') return json(200, viewUser(user, origin))
  }
  const changes: Partial<User> = {}
  const hasProfile = isRecord(body['profile'])
  if (hasProfile) {
    const options = { object: 'newUser', partial }
    changes.profile = readProfile(rows, body['profile'], user.profile, options)
    changes.lastUpdated = isoSecond(at)
  }
  const typeId = isRecord(body['type']) ? body['type']['id'] : undefined
  if (!partial && typeof typeId === 'string' && typeId !== user.type.id && typeId !== org.typeId) {
    refuse('not-found', { id: typeId, entity: 'CVDType' })
  }
  const hasPassword = changeCredentials(exchange, user, body['credentials'], changes)
  const changed = rows.update(users, user.id, changes)
  const party = partyOf(changed)
  if (hasProfile) log(exchange, 'user.account.update_profile', [party])
  if (hasPassword) log(exchange, 'user.account.update_password', [party])
  return json(200, viewUser(changed, origin))
}

/** FACTS: etag. */
function checkEtag(exchange: Exchange, user: User): void {
  const wanted = exchange.headers['if-match']
  if (wanted === undefined || wanted === '*') return
  if (!/^(W\/)?"[^"]*"$/.test(wanted)) refuse('okta.E0000242')
  if (wanted.replace('W/', '') !== etagOf(user).replace('W/', '')) refuse('okta.E0000231')
}

// FACTS: set-password. An administrator's new password lifts what waited for one.
const lifted = new Set<UserStatus>(['PROVISIONED', 'PASSWORD_EXPIRED', 'RECOVERY'])

/** Enters into `changes` what the body says of credentials; true when a password is set. */
function changeCredentials(
  exchange: Exchange,
  user: User,
  sent: unknown,
  changes: Partial<User>,
): boolean {
  if (!isRecord(sent)) return false
  const { secret, question, answer, provider } = readCredentials(
    sent,
    changes.profile ?? user.profile,
  )
  const { at, query } = exchange
  if (secret !== undefined) {
    if (String(query['strict']) === 'true' && isPasswordOf(user, sent['password'])) {
      const causes = ['password: Password has been used too recently']
      refuse('okta.E0000001', { object: 'password', causes })
    }
    changes.$password = secret
    changes.passwordChanged = isoSecond(at)
    if (lifted.has(user.status)) {
      changes.status = 'ACTIVE'
      changes.statusChanged = isoSecond(at)
    }
  }
  if (question !== undefined) changes.$answer = answer
  changes.credentials = toCredentials(
    secret !== undefined || user.credentials.password !== undefined,
    question ?? user.credentials.recovery_question?.question,
    provider ?? user.credentials.provider,
  )
  return secret !== undefined
}
