import { Refused, type Json, type Service } from './service.ts'

/** An account by login; undefined where there is none. */
export async function findUser(okta: Service, login: string): Promise<Json> {
  try {
    return (await okta.read(`/api/v1/users/${encodeURIComponent(login)}`)).body
  } catch (error) {
    if (error instanceof Refused && error.code === 'E0000007') return undefined
    throw error
  }
}

/** The group of exactly this name: the search finds whatever begins alike. */
export async function findGroup(okta: Service, name: string): Promise<{ id: string }> {
  const groups = (await okta.read(`/api/v1/groups?q=${encodeURIComponent(name)}`)).body
  const group = groups.find((one: { profile: { name: string } }) => one.profile.name === name)
  if (group === undefined) throw new Error(`there is no group "${name}"`)
  return group
}

/** Everybody in a group, page by page. */
export async function listMembers(
  okta: Service,
  group: string,
): Promise<{ id: string; status: string; profile: { email: string } }[]> {
  const all = []
  for (
    let path: string | undefined = `/api/v1/groups/${group}/users?limit=200`;
    path !== undefined;
  ) {
    const { body, next } = await okta.read(path)
    all.push(...body)
    path = next
  }
  return all
}

/** Says how it shall be, and so does no harm twice. */
export async function join(okta: Service, group: string, user: string): Promise<void> {
  await okta.write('PUT', `/api/v1/groups/${group}/users/${user}`, undefined, notYet)
}

/** The same for the way out. */
export async function leave(okta: Service, group: string, user: string): Promise<void> {
  await okta.write('DELETE', `/api/v1/groups/${group}/users/${user}`, undefined, notYet)
}

const notYet = (): Promise<boolean> => Promise.resolve(false)
