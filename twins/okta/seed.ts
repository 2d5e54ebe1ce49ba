import type { Person } from '../../engine/cast.ts'
import type { World } from '../../engine/world.ts'
import { addUser } from './accounts.ts'
import { insertGroup } from './behavior/groups.ts'
import { join } from './behavior/members.ts'
import { addSession } from './behavior/sessions.ts'
import { inOrder } from './profile.ts'
import { org, orgFacts, signingKeys, users, type Group, type User } from './state.ts'

const dayMs = 86_400_000

/** Where the default world's accounts come from: some time before the world begins. */
const ageDays = 90

/** The password of everybody in the default world. */
export const seedPassword = 'Correct-Horse-7'

/** Acme's org: the cast as active accounts, the built-in groups, one group for each department. */
export function seed(world: World, cast: readonly Person[]): void {
  const { rows } = world
  const at = world.now() - ageDays * dayMs
  rows.put(orgFacts, { id: 'born', at })
  rows.put(signingKeys, { id: 'default', seed: world.seed })
  insertGroup(world, rows, at, {
    id: org.everyoneId,
    type: 'BUILT_IN',
    profile: { name: 'Everyone', description: 'All users in your organization' },
  })
  const administrators = insertGroup(world, rows, at, {
    id: org.administratorsId,
    type: 'BUILT_IN',
    profile: {
      name: 'Okta Administrators',
      description:
        'Okta manages this group, which contains all administrators in your organization.',
    },
  })
  const departments = new Map<string, Group>()
  const groupOf = (name: string, description: string): Group => {
    let group = departments.get(name)
    if (group === undefined) {
      group = insertGroup(world, rows, at, { profile: { name, description } })
      departments.set(name, group)
    }
    return group
  }
  for (const person of cast) {
    const user = addPerson(world, at, person)
    const group = person.guest
      ? groupOf('Contractors', 'People from outside Acme')
      : groupOf(person.department, `Everybody in ${person.department}`)
    join(rows, at, group, user)
    if (person.admin) join(rows, at, administrators, user)
  }
  // Some are signed in when the world begins.
  for (const person of cast.slice(0, 4)) {
    const user = rows.find(users, 'login', person.email)
    if (user !== undefined) addSession(world, rows, world.now() - 600_000, user)
  }
}

function addPerson(world: World, at: number, person: Person): User {
  const { firstName, lastName, email, title, department, admin, guest } = person
  const user = addUser(world, world.rows, at, {
    profile: inOrder({
      firstName,
      lastName,
      displayName: `${firstName} ${lastName}`,
      title,
      department,
      organization: guest ? 'Partner' : 'Acme',
      userType: guest ? 'Contractor' : 'Employee',
      login: email,
      email,
    }),
    credentials: {
      secret: { plain: seedPassword },
      question: undefined,
      answer: undefined,
      provider: undefined,
    },
    status: 'ACTIVE',
  })
  if (!admin) return user
  return world.rows.update(users, user.id, { $roles: ['SUPER_ADMIN'] })
}
