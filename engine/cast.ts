/**
 * The people of the default world. Every twin seeds the same ones, so that one person has an Okta
 * account, a Jira account and a Slack account under one e-mail address.
 */
export interface Person {
  firstName: string
  lastName: string
  email: string
  title: string
  department: string
  /** Holds the administrator's role in every service. */
  admin?: true
  /** From outside: a guest where the service has guests. */
  guest?: true
}

function person(
  firstName: string,
  lastName: string,
  title: string,
  department: string,
  extra: { admin?: true; guest?: true } = {},
): Person {
  const host = extra.guest ? 'partner.example' : 'acme.example'
  const email = `${firstName}.${lastName}@${host}`.toLowerCase()
  return { firstName, lastName, email, title, department, ...extra }
}

/** Acme's staff: one administrator, ten others, one guest. */
export const cast: readonly Person[] = [
  person('Ada', 'Admin', 'IT Administrator', 'IT', { admin: true }),
  person('Grace', 'Nguyen', 'Engineering Manager', 'Engineering'),
  person('Omar', 'Haddad', 'Staff Engineer', 'Engineering'),
  person('Lena', 'Fischer', 'Software Engineer', 'Engineering'),
  person('Tomás', 'Rivera', 'Site Reliability Engineer', 'Engineering'),
  person('Priya', 'Raman', 'Product Manager', 'Product'),
  person('Noah', 'Okafor', 'Designer', 'Product'),
  person('Mia', 'Lindqvist', 'Support Lead', 'Support'),
  person('Kenji', 'Sato', 'Support Engineer', 'Support'),
  person('Elena', 'Petrova', 'Accountant', 'Finance'),
  person('Samuel', 'Osei', 'People Partner', 'People'),
  person('Pat', 'Partner', 'Consultant', 'Consulting', { guest: true }),
].map((one) => ({ ...one, email: one.email.normalize('NFD').replace(/[^\x20-\x7e]/g, '') }))
