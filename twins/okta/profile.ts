import { refuse } from '../../engine/call.ts'
import { isRecord } from '../../engine/contract/schema.ts'
import type { Rows } from '../../engine/rows.ts'
import { baseAttributes, baseByName, customAttributes, type Attribute } from './attributes.ts'
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
  const given = isRecord(sent) ? sent : {}
  const values: Record<string, unknown> = options.partial ? { ...before } : {}
  for (const [name, value] of Object.entries(given)) {
    const attribute = baseByName.get(name) ?? rows.get(customAttributes, name)
    if (attribute === undefined) {
      refuse('okta.E0000001', {
        object: options.object,
        causes: [`Property name '${name}' is not defined in profile`],
      })
    }
    values[name] = coerce(value, attribute)
  }
  checkProfile(rows, values, before)
  return inOrder(values)
}

/** Strings of the base profile take numbers and booleans; blank is as good as null. */
function coerce(value: unknown, attribute: Attribute): unknown {
  if (attribute.type !== 'string' || !baseByName.has(attribute.name)) return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return value === '' ? null : value
}

function checkProfile(
  rows: Rows,
  values: Record<string, unknown>,
  before: Profile | undefined,
): void {
  const bad: [field: string, cause: string][] = []
  for (const name of required) {
    const value = values[name]
    if (typeof value !== 'string' || value.trim() === '')
      bad.push([name, 'The field cannot be left blank'])
  }
  for (const { name, maxLength } of baseAttributes) {
    const value = values[name]
    if (typeof value === 'string' && maxLength !== undefined && value.length > maxLength)
      bad.push([name, 'The field is too long'])
  }
  const { login, email } = values
  if (typeof login === 'string' && login !== '') {
    const found = rows.find(users, 'login', login.toLowerCase())
    // FACTS: login-unique. Case does not tell logins apart, and the deprovisioned keep theirs.
    if (found !== undefined && found.profile.login !== before?.login)
      bad.push(['login', 'An object with this field already exists in the current organization'])
    else if (!isEmail(login))
      bad.push(['login', 'Username must be in the form of an email address'])
  }
  if (typeof email === 'string' && email !== '' && !isEmail(email))
    bad.push(['email', 'Does not match required pattern'])
  if (bad.length === 0) return
  refuse('okta.E0000001', {
    object: bad[0]![0],
    causes: bad.map(([field, cause]) => `${field}: ${cause}`),
  })
}

function isEmail(text: string): boolean {
  return /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text)
}

/** FACTS: profile-order. Names first, login and e-mail last; null stands only where the service always shows the field. */
export function inOrder(values: Record<string, unknown>): Profile {
  const profile: Record<string, unknown> = {
    firstName: values['firstName'],
    lastName: values['lastName'],
    mobilePhone: values['mobilePhone'] ?? null,
  }
  for (const name in values) {
    if (name in profile || last.has(name)) continue
    const value = values[name]
    if (value !== null && value !== undefined) profile[name] = value
  }
  profile['secondEmail'] = values['secondEmail'] ?? null
  profile['login'] = values['login']
  profile['email'] = values['email']
  return profile as Profile
}

const last = new Set(['secondEmail', 'login', 'email'])

/** First and last name. */
export function nameOf(profile: Profile): string {
  return `${profile.firstName} ${profile.lastName}`
}
