import type { Kit, Someone } from '../../runner/scenario.ts'

type Story = Kit<'okta'>

export const dayMs = 86_400_000

/** The group whose members are no people. */
export const robots = 'Service accounts'

/** Opens an account whose owner signed in so many days ago. */
export function openAccount({ given, now }: Story, owner: Someone, daysAgo: number): string {
  const { firstName, lastName, email } = owner
  return given.okta.user({ firstName, lastName, email, lastLogin: now() - daysAgo * dayMs }).id
}

/** Asks for a sweep of all who were away for 90 days. */
export function askForSweep({ subject, now }: Story) {
  const inactiveSince = new Date(now() - 90 * dayMs).toISOString()
  return subject.post('/sweeps/stale-accounts', { inactiveSince, spare: robots })
}

export function statusOf({ okta }: Story, id: string): string {
  return okta.get(`/api/v1/users/${id}`).body.status
}
