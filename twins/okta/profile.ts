import { refuse } from '../../engine/call.ts'
import { isRecord } from '../../engine/contract/schema.ts'
import type { Rows } from '../../engine/rows.ts'
import { baseByName, customAttributes, type Attribute } from './attributes.ts'
import { users, type Profile } from './state.ts'

// In the order in which causes are told.
const required = ['login', 'firstName', 'lastName', 'email']

/**
 * A profile as it will stand, made of what was sent and what stood before; refuses with E0000001,
 * one cause per bad field. `object` names the whole where a property is not defined.
 */
export function readProfile(
  rows: Rows,
  sent: unknown,
  before: Profile | undefined,
  options: { object: string; partial: boolean },
): Profile {
  const values: Record<string, unknown> = options.partial ? { ...before } : {}
  const bad: Complaint[] = []
  if (isRecord(sent)) {
    for (const name in sent) {
      const attribute = baseByName.get(name) ?? rows.get(customAttributes, name)
      if (attribute === undefined) {
        const causes = [`Property name '${name}' is not defined in profile`]
        refuse('okta.E0000001', { object: options.object, causes })
      }
      const value = coerce(sent[name], attribute)
      values[name] = value
      const maxLength = attribute.maxLength ?? attribute.$maxLength
      if (maxLength !== undefined && typeof value === 'string' && value.length > maxLength) {
        bad.push([name, 'The field is too long'])
      }
    }
  }
  checkProfile(rows, values, before, bad)
  if (bad.length > 0) {
    const [object] = bad[0]!
    const causes = bad.map(([field, cause]) => `${field}: ${cause}`)
    refuse('okta.E0000001', { object, causes })
  }
  return inOrder(values)
}

type Complaint = [field: string, cause: string]

/** Strings of the base profile take numbers and booleans; blank is as good as null. */
function coerce(value: unknown, attribute: Attribute): unknown {
  if (value === '') return null
  if (typeof value === 'string' || attribute.type !== 'string') return value
  if (typeof value !== 'number' && typeof value !== 'boolean') return value
  return baseByName.has(attribute.name) ? String(value) : value
}

function checkProfile(
  rows: Rows,
  values: Record<string, unknown>,
  before: Profile | undefined,
  bad: Complaint[],
): void {
  for (const name of required) {
    const value = values[name]
    if (typeof value !== 'string' || value.trim() === '') {
      bad.push([name, 'The field cannot be left blank'])
    }
  }
  const { login, email } = values
  if (typeof login === 'string' && login !== before?.login) {
    // FACTS: login-unique. Case does not tell logins apart, and the deprovisioned keep theirs.
    const found = rows.find(users, 'login', login.toLowerCase())
    if (found !== undefined && found.profile.login !== before?.login) {
      bad.push(['login', 'An object with this field already exists in the current organization'])
    } else if (!isEmail(login)) {
      bad.push(['login', 'Username must be in the form of an email address'])
    }
  }
  if (typeof email === 'string' && !isEmail(email)) {
    bad.push(['email', 'Does not match required pattern'])
  }
}

function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text)
}

/** FACTS: profile-order. Names first, login and e-mail last; null stands only where the service always shows the field. */
export function inOrder(values: Record<string, unknown>): Profile {
  const { firstName, lastName, login, email } = values as Profile
  const mobilePhone = values['mobilePhone'] ?? null
  const secondEmail = values['secondEmail'] ?? null
  let hasMore = false
  for (const name in values) hasMore ||= !always.has(name)
  // Most have no more; a literal is made at once, and stays small.
  if (!hasMore) return { firstName, lastName, mobilePhone, secondEmail, login, email }
  const more: Record<string, unknown> = {}
  for (const name in values) {
    const value = values[name]
    if (value !== null && value !== undefined && !always.has(name)) more[name] = value
  }
  return { firstName, lastName, mobilePhone, ...more, secondEmail, login, email }
}

const always = new Set(['firstName', 'lastName', 'mobilePhone', 'secondEmail', 'login', 'email'])

/** First and last name. */
export function nameOf(profile: Profile): string {
  return `${profile.firstName} ${profile.lastName}`
}
