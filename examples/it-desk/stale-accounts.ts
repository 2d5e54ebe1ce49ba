import type { Services } from './desk.ts'
import type { Service } from './service.ts'

interface Account {
  id: string
  status: string
  created: string
  lastLogin: string | null
}

/** Suspends who has not signed in since a time, except the members of one group. */
export async function suspendStale(
  { okta }: Services,
  { inactiveSince, spare }: { inactiveSince: string; spare: string },
): Promise<unknown> {
  const spared = await findSpared(okta, spare)
  const accounts = await readAll<Account>(okta, '/api/v1/users?limit=200&filter=status+eq+"ACTIVE"')
  const stale = accounts.filter(
    // Who never signed in is as old as the account.
    ({ id, lastLogin, created }) =>
      !spared.has(id) && Date.parse(lastLogin ?? created) < Date.parse(inactiveSince),
  )
  for (const { id } of stale) {
    const isSuspended = async (): Promise<boolean> =>
      (await okta.read(`/api/v1/users/${id}`)).body.status === 'SUSPENDED'
    await okta.write('POST', `/api/v1/users/${id}/lifecycle/suspend`, undefined, isSuspended)
  }
  return { suspended: stale.length }
}

async function findSpared(okta: Service, group: string): Promise<Set<string>> {
  const found = (await okta.read(`/api/v1/groups?q=${encodeURIComponent(group)}`)).body
  // The search finds whatever begins so.
  const exact = found.find((one: { profile: { name: string } }) => one.profile.name === group)
  // Better nobody suspended than a robot that ships the releases.
  if (exact === undefined) throw new Error(`there is no group "${group}" to spare`)
  const members = await readAll<Account>(okta, `/api/v1/groups/${exact.id}/users?limit=200`)
  return new Set(members.map(({ id }) => id))
}

async function readAll<T>(okta: Service, path: string): Promise<T[]> {
  const all: T[] = []
  for (let next: string | undefined = path; next !== undefined;) {
    const page = await okta.read(next)
    all.push(...page.body)
    next = page.next
  }
  return all
}
