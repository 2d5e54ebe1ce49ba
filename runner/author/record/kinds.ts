import type { World } from '../../../engine/world.ts'
import { readValue } from '../../journal-view.ts'
import type { FreeJson } from '../../scenario.ts'
import { toWire } from '../../../engine/wire.ts'

/** A kind of thing that a story can begin with: how it is found through the vendor's API, and how it is given. */
export interface Kind {
  twin: string
  maker: string
  /** What a person would call it. */
  label: (shown: FreeJson) => string
  /** Finds what a word of a request names. */
  find: (look: LookAt, word: string) => FreeJson | undefined
  /** The paths of the given row below which its names stand, and the names that it has here. */
  names: (shown: FreeJson) => Record<string, unknown>
  /** Whose name and address it bears, where it is somebody's. */
  email?: (shown: FreeJson) => string | undefined
  /** What its maker is told; what is somebody's own is filled in by `fields`. */
  props: (shown: FreeJson, around: Around) => Record<string, unknown>
  /** The maker's fields for what a person draws. */
  fields?: Readonly<Record<string, 'firstName' | 'lastName' | 'name' | 'email'>>
}

/** Looks at a world; undefined where nothing is. */
export type LookAt = (twin: string, path: string) => FreeJson | undefined

/** What the props of a thing may refer to. */
export interface Around {
  look: LookAt
  /** The reference to another thing of the story by its id, where it is one. */
  ref: (twin: string, id: unknown) => unknown
}

const encode = encodeURIComponent

/** What can be given, in the order in which it has to be: people before what they are in. */
export const kinds: readonly Kind[] = [
  {
    twin: 'okta',
    maker: 'user',
    label: ({ profile }) => profile.firstName,
    find: (look, word) => look('okta', `/api/v1/users/${encode(word)}`),
    names: ({ id, profile }) => ({ id, 'profile.login': profile.login }),
    email: ({ profile }) => profile.email,
    fields: { firstName: 'firstName', lastName: 'lastName', email: 'email' },
    props: ({ status }) => (status === 'ACTIVE' ? {} : { status }),
  },
  {
    twin: 'slack',
    maker: 'user',
    label: ({ profile, name }) => profile.first_name ?? name,
    find: (look, word) => {
      const by = word.includes('@') ? 'lookupByEmail?email=' : 'info?user='
      const user = look('slack', `/api/users.${by}${encode(word)}`)?.user
      return user?.is_bot === true ? undefined : user
    },
    names: ({ id, profile }) => ({ id, 'profile.email': profile.email }),
    email: ({ profile }) => profile.email,
    fields: { real_name: 'name', email: 'email' },
    props: ({ is_restricted: guest }) => (guest === true ? { is_restricted: true } : {}),
  },
  {
    twin: 'jira',
    maker: 'user',
    label: ({ displayName }) => displayName.split(' ', 1)[0],
    find: (look, word) => look('jira', `/rest/api/3/user?accountId=${encode(word)}`),
    names: ({ accountId, emailAddress }) => ({ accountId, emailAddress }),
    email: ({ emailAddress }) => emailAddress,
    fields: { displayName: 'name', emailAddress: 'email' },
    props: () => ({}),
  },
  {
    twin: 'okta',
    maker: 'group',
    label: ({ profile }) => profile.name,
    find: (look, word) => look('okta', `/api/v1/groups/${encode(word)}`),
    names: ({ id, profile }) => ({ id, 'profile.name': profile.name }),
    props: ({ id, profile }, { look, ref }) => ({
      name: `${profile.name} of the story`,
      members: (look('okta', `/api/v1/groups/${id}/users?limit=200`) ?? [])
        .map((one: { id: string }) => ref('okta', one.id))
        .filter(Boolean),
    }),
  },
  {
    twin: 'slack',
    maker: 'channel',
    label: ({ name }) => name,
    find: (look, word) => look('slack', `/api/conversations.info?channel=${encode(word)}`)?.channel,
    names: ({ id, name }) => ({ id, name }),
    props: ({ id, name, is_private: isPrivate, is_archived: isArchived }, { look, ref }) => {
      const query = `channel=${id}&limit=999`
      const members: string[] = look('slack', `/api/conversations.members?${query}`)?.members ?? []
      const bot = look('slack', '/api/users.list?limit=999')?.members.find(
        (one: FreeJson) => one.is_bot && one.name === 'acmeassistant',
      )
      return {
        name: `${name}-story`,
        members: [
          ...(bot !== undefined && members.includes(bot.id) ? ['acmeassistant'] : []),
          ...members.map((one) => ref('slack', one)).filter(Boolean),
        ],
        ...(isPrivate === true ? { is_private: true } : {}),
        ...(isArchived === true ? { is_archived: true } : {}),
      }
    },
  },
  {
    twin: 'jira',
    maker: 'project',
    label: ({ name }) => name,
    find: (look, word) => look('jira', `/rest/api/3/project/${encode(word)}`),
    // Its id may be that of an issue as well: a project goes by its key.
    names: ({ key }) => ({ key }),
    props: ({ key, name }) => ({ key: `${key}STORY`.slice(0, 10), name: `${name} of the story` }),
  },
  {
    twin: 'jira',
    maker: 'issue',
    label: ({ key }) => key,
    find: (look, word) => look('jira', `/rest/api/3/issue/${encode(word)}`),
    names: ({ id, key }) => ({ id, key }),
    props: ({ fields }, { ref }) => {
      const assignee = ref('jira', fields.assignee?.accountId)
      return {
        project: ref('jira', fields.project.key) ?? fields.project.key,
        summary: fields.summary,
        type: fields.issuetype.name,
        status: fields.status.name,
        ...(assignee === undefined ? {} : { assignee }),
      }
    },
  },
]

/** Looks at a world without leaving a trace in it: a fork is asked. */
export function createLookAt(world: World): LookAt {
  return (twin, path) => {
    const open = world.twins.get(twin)
    if (open === undefined) return undefined
    const wire = toWire(open, world.fork().look(twin, { method: 'GET', path }))
    const type = wire.headers['content-type']
    const body: FreeJson = readValue(wire.body, typeof type === 'string' ? type : '')
    return wire.status === 200 && body?.ok !== false ? body : undefined
  }
}
