import { json, refuse, type Reply } from '../../../engine/call.ts'
import { isRecord } from '../../../engine/contract/schema.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import { bodyOf, findUser, flag } from '../accounts.ts'
import { newToken } from '../ids.ts'
import { log, partyOf } from '../log.ts'
import { checkAnswer, isPasswordOf, toCredentials, weakness } from '../passwords.ts'
import { users, type User, type UserStatus } from '../state.ts'
import { isoSecond } from '../times.ts'

const changeable = new Set<UserStatus>(['ACTIVE', 'STAGED', 'RECOVERY', 'PASSWORD_EXPIRED'])

/** The owner's own change: the old password must be right. */
function changePassword(exchange: Exchange): Reply {
  const user = findUser(exchange, exchange.path['userId'])
  const body = bodyOf(exchange)
  if (!changeable.has(user.status)) refuse('okta.E0000035')
  if (!isPasswordOf(user, body['oldPassword'])) {
    refuse('okta.E0000014', { causes: ['oldPassword: The credentials provided were incorrect.'] })
  }
  const isStrict = String(exchange.query['strict']) === 'true'
  if (isStrict && isPasswordOf(user, body['newPassword'])) {
    refuse('okta.E0000014', { causes: ['Password has been used too recently'] })
  }
  return json(200, setPassword(exchange, user, body['newPassword']))
}

/** Sets a password of the owner's choice; what waited for one becomes active. */
function setPassword(exchange: Exchange, user: User, sent: unknown): object {
  const { rows, at } = exchange
  const value = isRecord(sent) ? sent['value'] : undefined
  const text = typeof value === 'string' ? value : ''
  const cause = weakness(text, user.profile.login)
  if (cause !== undefined) refuse('okta.E0000014', { causes: [cause] })
  const now = isoSecond(at)
  const waited = user.status === 'RECOVERY' || user.status === 'PASSWORD_EXPIRED'
  const { recovery_question: recovery, provider } = user.credentials
  const changed = rows.update(users, user.id, {
    $password: { plain: text },
    passwordChanged: now,
    lastUpdated: now,
    credentials: toCredentials(true, recovery?.question, provider),
    ...(waited && { status: 'ACTIVE' as const, statusChanged: now }),
  })
  log(exchange, 'user.account.update_password', [partyOf(changed)])
  return changed.credentials
}

const askable = new Set<UserStatus>(['STAGED', 'ACTIVE', 'RECOVERY'])

function changeRecoveryQuestion(exchange: Exchange): Reply {
  const { rows, at } = exchange
  const user = findUser(exchange, exchange.path['userId'])
  const body = bodyOf(exchange)
  if (!askable.has(user.status)) refuse('okta.E0000036')
  if (!isPasswordOf(user, body['password'])) {
    refuse('okta.E0000014', { causes: ['password: The credentials provided were incorrect.'] })
  }
  const { question, answer } = recoveryOf(body)
  if (question === undefined) {
    const causes = ['recovery_question: The field cannot be left blank']
    refuse('okta.E0000001', { object: 'recovery_question', causes })
  }
  checkAnswer(answer)
  const changed = rows.update(users, user.id, {
    $answer: answer,
    lastUpdated: isoSecond(at),
    credentials: toCredentials(true, question, user.credentials.provider),
  })
  log(exchange, 'user.account.update_profile', [partyOf(changed)])
  return json(200, changed.credentials)
}

function recoveryOf(
  body: Record<string, unknown>,
): Record<'question' | 'answer', string | undefined> {
  const sent = isRecord(body['recovery_question']) ? body['recovery_question'] : {}
  const { question, answer } = sent
  return {
    question: typeof question === 'string' && question !== '' ? question : undefined,
    answer: typeof answer === 'string' && answer !== '' ? answer : undefined,
  }
}

/** Without a body: a link. With one: the answer to the question, and the new password. */
function forgotPassword(exchange: Exchange): Reply {
  const { world, origin, query } = exchange
  const user = forgetful(exchange)
  if (isRecord(exchange.body) && Object.keys(exchange.body).length > 0)
    return answerQuestion(exchange)
  log(exchange, 'user.account.reset_password', [partyOf(user)])
  if (flag(query['sendEmail'], true)) return json(200, {})
  return json(200, { resetPasswordUrl: `${origin}/reset_password/${newToken(world, 20)}` })
}

/** Forgetting is for the active who have a question to answer. */
function forgetful(exchange: Exchange): User {
  const user = findUser(exchange, exchange.path['userId'])
  if (user.status !== 'ACTIVE' || user.credentials.recovery_question === undefined) {
    refuse('okta.E0000034')
  }
  return user
}

function answerQuestion(exchange: Exchange): Reply {
  const user = forgetful(exchange)
  const body = bodyOf(exchange)
  // Answers are compared as people type them: case and outer spaces do not count.
  if (recoveryOf(body).answer?.trim().toLowerCase() !== user.$answer?.trim().toLowerCase()) {
    refuse('okta.E0000087')
  }
  return json(200, setPassword(exchange, user, body['password']))
}

export const credentialBehaviors = {
  changePassword,
  changeRecoveryQuestion,
  forgotPassword,
  forgotPasswordSetNewPassword: answerQuestion,
}
