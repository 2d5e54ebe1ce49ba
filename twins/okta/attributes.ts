import { defineTable } from '../../engine/table.ts'

/** One property of the user profile, as the schema shows it. */
export interface Attribute {
  name: string
  title: string
  type: 'string' | 'boolean' | 'number' | 'integer' | 'array'
  required?: true
  minLength?: number
  maxLength?: number
  /** A limit that holds although the schema does not show it. */
  $maxLength?: number
  format?: string
  /** What the user may do with it. */
  self: 'HIDE' | 'READ_ONLY' | 'READ_WRITE'
  description?: string
}

type Extra = Partial<Omit<Attribute, 'name' | 'title' | 'type'>>

function text(name: string, title: string, extra: Extra = {}): Attribute {
  return { name, title, type: 'string', self: 'READ_ONLY', ...extra }
}

const own: Extra = { self: 'READ_WRITE' }
const hidden: Extra = { self: 'HIDE' }

/** FACTS: profile. The 31 properties that every org has, in the schema's order. */
export const baseAttributes: readonly Attribute[] = [
  text('login', 'Username', { ...own, required: true, minLength: 5, maxLength: 100 }),
  text('firstName', 'First name', { ...own, required: true, minLength: 1, maxLength: 50 }),
  text('lastName', 'Last name', { ...own, required: true, minLength: 1, maxLength: 50 }),
  text('middleName', 'Middle name'),
  text('honorificPrefix', 'Honorific prefix'),
  text('honorificSuffix', 'Honorific suffix'),
  text('email', 'Primary email', { ...own, required: true, $maxLength: 100, format: 'email' }),
  text('title', 'Title'),
  text('displayName', 'Display name'),
  text('nickName', 'Nickname'),
  text('profileUrl', 'Profile Url', { format: 'uri' }),
  text('secondEmail', 'Secondary email', { ...own, $maxLength: 100, format: 'email' }),
  text('mobilePhone', 'Mobile phone', { ...own, maxLength: 100 }),
  text('primaryPhone', 'Primary phone', { ...hidden, maxLength: 100 }),
  text('streetAddress', 'Street address', { ...hidden, $maxLength: 1024 }),
  text('city', 'City', { ...hidden, $maxLength: 128 }),
  text('state', 'State', { ...hidden, $maxLength: 128 }),
  text('zipCode', 'Zip code', { ...hidden, $maxLength: 50 }),
  text('countryCode', 'Country code', { ...hidden, $maxLength: 2, format: 'country-code' }),
  text('postalAddress', 'Postal Address', { ...hidden, $maxLength: 4096 }),
  text('preferredLanguage', 'Preferred language', { format: 'language-code' }),
  text('locale', 'Locale', { format: 'locale' }),
  text('timezone', 'Time zone', { format: 'timezone' }),
  text('userType', 'User type'),
  text('employeeNumber', 'Employee number'),
  text('costCenter', 'Cost center'),
  text('organization', 'Organization'),
  text('division', 'Division'),
  text('department', 'Department'),
  text('managerId', 'ManagerId'),
  text('manager', 'Manager'),
]

/** The same by name. */
export const baseByName: ReadonlyMap<string, Attribute> = new Map(
  baseAttributes.map((one) => [one.name, one]),
)

/** Properties that an org added to the profile. */
export const customAttributes = defineTable({
  name: 'okta.customAttributes',
  id: (row: Attribute) => row.name,
})
