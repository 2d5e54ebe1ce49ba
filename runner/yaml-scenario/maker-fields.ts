import type { World } from '../../engine/world.ts'
import type { TwinName, TwinOf } from '../../twins/index.ts'

/** What a field of a maker takes; `!` where it must be given. */
export type FieldKind = 'text' | 'number' | 'yes' | 'texts' | 'object' | 'any'
export type MakerFields = Readonly<Record<string, FieldKind | `${FieldKind}!`>>

/**
 * The fields of the makers of our own twins, for the editor's completion and for mistakes that are
 * told when a file is loaded. The compiler holds it against the makers' own types, both ways: a
 * field that is new, gone or no longer needed is an error here.
 */
export const makerFields: Readonly<Record<string, Readonly<Record<string, MakerFields>>>> = {
  jira: {
    user: {
      emailAddress: 'text',
      email: 'text',
      displayName: 'text',
      active: 'yes',
      timeZone: 'text',
      accountType: 'text',
      groups: 'texts',
    },
    group: { name: 'text!', members: 'texts' },
    project: {
      key: 'text!',
      name: 'text',
      lead: 'text',
      description: 'text',
      type: 'text',
      workflow: 'text',
      assigneeType: 'text',
      private: 'yes',
      members: 'texts',
    },
    issue: {
      project: 'text',
      summary: 'text',
      type: 'text',
      description: 'text',
      assignee: 'any',
      reporter: 'text',
      status: 'text',
      priority: 'text',
      resolution: 'text',
      labels: 'texts',
      parent: 'text',
      duedate: 'text',
      created: 'any',
      comments: 'any',
      watchers: 'texts',
      fields: 'object',
    },
    comment: { issue: 'text!', body: 'text!', author: 'text' },
    token: { user: 'text!', scopes: 'texts' },
  },
  okta: {
    user: {
      email: 'text',
      login: 'text',
      firstName: 'text',
      lastName: 'text',
      status: 'text',
      password: 'text',
      groups: 'texts',
      lastLogin: 'any',
      sessions: 'number',
      roles: 'texts',
      manager: 'text',
      profile: 'object',
    },
    group: { name: 'text', description: 'text', type: 'text', members: 'texts' },
    session: { user: 'text!' },
    sessionToken: { user: 'text!' },
    attribute: {
      name: 'text!',
      title: 'text',
      type: 'text',
      required: 'yes',
      minLength: 'number',
      maxLength: 'number',
      $maxLength: 'number',
      format: 'text',
      self: 'text',
      description: 'text',
    },
    token: { user: 'text', scopes: 'texts', client: 'text' },
    client: { redirectUris: 'texts!', id: 'text', secret: 'text', label: 'text' },
  },
  slack: {
    user: {
      email: 'text',
      real_name: 'text',
      name: 'text',
      title: 'text',
      deleted: 'yes',
      is_admin: 'yes',
      is_owner: 'yes',
      is_restricted: 'yes',
      is_ultra_restricted: 'yes',
      channels: 'texts',
      profile: 'object',
    },
    channel: {
      name: 'text',
      is_private: 'yes',
      is_archived: 'yes',
      is_general: 'yes',
      members: 'texts',
      creator: 'text',
      topic: 'text',
      purpose: 'text',
    },
    message: { channel: 'text!', text: 'text', user: 'text', ts: 'text', thread_ts: 'text' },
    reaction: { channel: 'text!', ts: 'text!', user: 'text!', name: 'text' },
    membership: { channel: 'text!', user: 'text!' },
  },
} satisfies { [Twin in TwinName]?: FieldsOfTwin<Twin> }

type FieldsOfTwin<Twin extends TwinName> = {
  [Maker in keyof TwinOf<Twin>['given']]: FieldsOf<PropsOf<TwinOf<Twin>['given'][Maker]>>
}

type PropsOf<Maker> = Maker extends (world: World, props: infer Props) => unknown ? Props : never

type FieldsOf<Props> = {
  [Name in keyof Required<Props>]: Record<never, never> extends Pick<Props, Name & keyof Props>
    ? KindOf<Exclude<Required<Props>[Name], undefined>>
    : `${KindOf<Required<Props>[Name]>}!`
}

type KindOf<T> = [T] extends [string]
  ? 'text'
  : [T] extends [number]
    ? 'number'
    : [T] extends [boolean]
      ? 'yes'
      : [T] extends [readonly string[]]
        ? 'texts'
        : [T] extends [object]
          ? 'object' | 'any'
          : 'any'
