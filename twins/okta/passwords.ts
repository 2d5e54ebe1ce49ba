import { refuse } from '../../engine/call.ts'
import { isRecord } from '../../engine/contract/schema.ts'
import type { Credentials, Profile, Secret, User } from './state.ts'

/** What a body's `credentials` mean: what will stand there, and what is kept behind it. */
export interface ReadCredentials {
  secret: Secret | undefined
  question: string | undefined
  answer: string | undefined
  provider: { type: string; name: string } | undefined
}

/** Reads `credentials`; a plain password must meet the policy. Refuses with E0000001. */
export function readCredentials(sent: unknown, profile: Profile): ReadCredentials {
  const credentials = isRecord(sent) ? sent : {}
  const password = isRecord(credentials['password']) ? credentials['password'] : {}
  const recovery = isRecord(credentials['recovery_question'])
    ? credentials['recovery_question']
    : {}
  const provider = isRecord(credentials['provider']) ? credentials['provider'] : undefined
  const secret = secretOf(password)
  if (secret !== undefined && 'plain' in secret) {
    const cause = weakness(secret.plain, profile.login)
    if (cause !== undefined) refuse('okta.E0000001', { object: 'password', causes: [cause] })
  }
  const question = textOf(recovery['question'])
  const answer = textOf(recovery['answer'])
  if (question !== undefined) checkAnswer(answer)
  return {
    secret,
    question,
    answer,
    provider: toProvider(provider) ?? (secret && !('plain' in secret) ? imported : undefined),
  }
}

// FACTS: imported. A hash or an import hook makes the account an imported one.
const imported = { type: 'IMPORT', name: 'IMPORT' }

function toProvider(provider: Record<string, unknown> | undefined): ReadCredentials['provider'] {
  const type = textOf(provider?.['type'])
  if (type === undefined) return undefined
  return { type, name: textOf(provider?.['name']) ?? type }
}

function secretOf(password: Record<string, unknown>): Secret | undefined {
  const { value, hash, hook } = password
  if (typeof value === 'string' && value !== '') return { plain: value }
  if (isRecord(hash)) return { hash }
  return isRecord(hook) ? { hook } : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

const requirements =
  'Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username.'

/** Why the default password policy turns a password down. */
export function weakness(password: string, login: string): string | undefined {
  const isStrong =
    password.length >= 8 &&
    password.length <= 72 &&
    /[a-z]/.test(password) &&
    /[A-Z]/.test(password) &&
    /\d/.test(password) &&
    !hasPartOf(login, password)
  return isStrong ? undefined : `password: Password requirements were not met. ${requirements}`
}

/** Parts of a username that are long enough to count. */
function hasPartOf(login: string, password: string): boolean {
  const lower = password.toLowerCase()
  const parts = login.toLowerCase().split(/[@._,#-]+/)
  return parts.some((part) => part.length >= 4 && lower.includes(part))
}

/** The default policy wants four characters. */
export function checkAnswer(answer: string | undefined): void {
  if (answer !== undefined && answer.length >= 4 && answer.length <= 100) return
  const cause =
    'recovery_question: The security question answer must be at least 4 characters in length'
  refuse('okta.E0000001', { object: 'recovery_question', causes: [cause] })
}

// That there is a password is all that anybody is told of it.
const password: Record<string, never> = Object.freeze({})

/** Credentials as they go out. The order is the wire's. */
export function toCredentials(
  hasPassword: boolean,
  question: string | undefined,
  provider: { type: string; name: string },
): Credentials {
  const credentials: Credentials = hasPassword ? { password, provider } : { provider }
  if (question === undefined) return credentials
  const recovery_question = { question }
  return hasPassword
    ? { password: {}, recovery_question, provider }
    : { recovery_question, provider }
}

/** Whether a password is the user's; of a hash that was imported we can't tell, so it is not. */
export function isPasswordOf(user: User, sent: unknown): boolean {
  const value = isRecord(sent) ? sent['value'] : undefined
  return user.$password !== undefined && 'plain' in user.$password && user.$password.plain === value
}

/** Accounts whose password another system keeps. */
export function isExternal(user: { credentials: Credentials }): boolean {
  const { type } = user.credentials.provider
  return type !== 'OKTA' && type !== 'IMPORT'
}
