import { viewOf } from './cache.ts'
import type { Lens } from './lens.ts'
import type {
  Component,
  IssueType,
  LinkType,
  Priority,
  Project,
  Resolution,
  Status,
  User,
  Version,
} from './records.ts'
import {
  components,
  issueTypes,
  priorities,
  resolutions,
  statuses,
  users,
  versions,
} from './state.ts'

type Source = Pick<Lens['rows'], 'get'>
export type View = Record<string, unknown>

/** A user as other things show them. The link's account id is escaped, unlike in the user's own answer (recorded). */
export function userView(lens: Lens, row: User): View {
  return viewOf(row, `u${lens.api}`, () => ({
    self: `${lens.api}/user?accountId=${encodeURIComponent(row.accountId)}`,
    accountId: row.accountId,
    ...(row.emailAddress !== '' && { emailAddress: row.emailAddress }),
    avatarUrls: gravatars(row),
    displayName: row.displayName,
    active: row.active,
    timeZone: row.timeZone,
    accountType: row.accountType,
  }))
}

/** A user's own answer (`/user`, `/myself`, searches). */
export function accountView(lens: Lens, row: User): View {
  return viewOf(row, `a${lens.api}`, () => ({
    self: `${lens.api}/user?accountId=${row.accountId}`,
    accountId: row.accountId,
    accountType: row.accountType,
    ...(row.emailAddress !== '' && { emailAddress: row.emailAddress }),
    avatarUrls: gravatars(row),
    displayName: row.displayName,
    active: row.active,
    timeZone: row.timeZone,
    locale: row.locale,
  }))
}

/** The user with an id, or null. Somebody whom the site has forgotten is shown as such (FACTS: former-user). */
export function userRef(lens: Lens, from: Source, id: string | null | undefined): View | null {
  if (id === null || id === undefined) return null
  const row = from.get(users, id)
  return row === undefined ? userView(lens, formerUser(id)) : userView(lens, row)
}

const formerUsers = new Map<string, User>()

function formerUser(accountId: string): User {
  let user = formerUsers.get(accountId)
  if (user === undefined) {
    user = {
      accountId,
      accountType: 'unknown',
      emailAddress: '',
      displayName: 'Former user',
      active: false,
      timeZone: 'Etc/UTC',
      locale: 'en_US',
    }
    formerUsers.set(accountId, user)
  }
  return user
}

function gravatars(row: User): View {
  const initials = row.displayName
    .split(/\s+/)
    .map((word) => word[0] ?? '')
    .join('')
    .slice(0, 2)
    .toUpperCase()
  const image = `https://avatar-management--avatars.us-west-2.prod.public.atl-paas.net/initials/${encodeURIComponent(initials || '?')}-0.png`
  return { '48x48': image, '24x24': image, '16x16': image, '32x32': image }
}

/** The four sizes of an avatar that the site itself serves. */
export function avatarUrls(lens: Lens, type: string, id: number | string): View {
  const base = `${lens.api}/universal_avatar/view/type/${type}/avatar/${id}`
  return {
    '48x48': base,
    '24x24': `${base}?size=small`,
    '16x16': `${base}?size=xsmall`,
    '32x32': `${base}?size=medium`,
  }
}

/** A project as issues show it. */
export function projectStub(lens: Lens, row: Project): View {
  return viewOf(row, `s${lens.api}`, () => ({
    self: `${lens.api}/project/${row.id}`,
    id: row.id,
    key: row.key,
    name: row.name,
    projectTypeKey: row.projectTypeKey,
    simplified: row.simplified,
    avatarUrls: avatarUrls(lens, 'project', 10400 + (Number(row.id) % 24)),
  }))
}

export function issueTypeView(lens: Lens, row: IssueType): View {
  return viewOf(row, `t${lens.api}`, () => ({
    self: `${lens.api}/issuetype/${row.id}`,
    id: row.id,
    description: row.description,
    iconUrl: `${lens.site}/rest/api/2/universal_avatar/view/type/issuetype/avatar/${row.avatarId}?size=medium`,
    name: row.name,
    subtask: row.subtask,
    avatarId: row.avatarId,
    hierarchyLevel: row.hierarchyLevel,
  }))
}

/** The four status categories, which every site has (constants of the fact sheet). */
export const statusCategories = [
  { id: 1, key: 'undefined', colorName: 'medium-gray', name: 'No Category' },
  { id: 2, key: 'new', colorName: 'blue-gray', name: 'To Do' },
  { id: 4, key: 'indeterminate', colorName: 'yellow', name: 'In Progress' },
  { id: 3, key: 'done', colorName: 'green', name: 'Done' },
] as const

export function categoryView(lens: Lens, id: number): View {
  const category = statusCategories.find((one) => one.id === id) ?? statusCategories[0]
  return viewOf(category, lens.api, () => ({
    self: `${lens.api}/statuscategory/${category.id}`,
    ...category,
  }))
}

export function statusView(lens: Lens, row: Status): View {
  return viewOf(row, lens.api, () => ({
    self: `${lens.api}/status/${row.id}`,
    description: row.description,
    iconUrl: `${lens.site}/`,
    name: row.name,
    id: row.id,
    statusCategory: categoryView(lens, row.category),
  }))
}

/** A priority as issues show it. */
export function priorityStub(lens: Lens, row: Priority): View {
  return viewOf(row, `s${lens.api}`, () => ({
    self: `${lens.api}/priority/${row.id}`,
    iconUrl: iconOf(lens, row),
    name: row.name,
    id: row.id,
  }))
}

export function priorityView(lens: Lens, row: Priority): View {
  return viewOf(row, `p${lens.api}`, () => ({
    self: `${lens.api}/priority/${row.id}`,
    statusColor: row.statusColor,
    description: row.description,
    iconUrl: iconOf(lens, row),
    name: row.name,
    id: row.id,
  }))
}

function iconOf(lens: Lens, row: Priority): string {
  return `${lens.site}/images/icons/priorities/${row.icon}`
}

export function resolutionView(lens: Lens, row: Resolution): View {
  return viewOf(row, lens.api, () => ({
    self: `${lens.api}/resolution/${row.id}`,
    id: row.id,
    description: row.description,
    name: row.name,
  }))
}

export function linkTypeView(lens: Lens, row: LinkType): View {
  return viewOf(row, lens.api, () => ({
    id: row.id,
    name: row.name,
    inward: row.inward,
    outward: row.outward,
    self: `${lens.api}/issueLinkType/${row.id}`,
  }))
}

/** A component as issues show it. */
export function componentStub(lens: Lens, row: Component): View {
  return viewOf(row, `s${lens.api}`, () => ({
    self: `${lens.api}/component/${row.id}`,
    id: row.id,
    name: row.name,
    ...(row.description !== undefined && { description: row.description }),
  }))
}

/** A version as issues show it. */
export function versionStub(lens: Lens, row: Version): View {
  return viewOf(row, `s${lens.api}`, () => ({
    self: `${lens.api}/version/${row.id}`,
    id: row.id,
    ...(row.description !== undefined && { description: row.description }),
    name: row.name,
    archived: row.archived,
    released: row.released,
    ...(row.releaseDate !== undefined && { releaseDate: row.releaseDate }),
  }))
}

/** What an id of an issue's field stands for, as the issue shows it. */
export const refs = {
  issuetype: (lens: Lens, from: Source, id: string) =>
    found(from.get(issueTypes, id), (row) => issueTypeView(lens, row)),
  status: (lens: Lens, from: Source, id: string) =>
    found(from.get(statuses, id), (row) => statusView(lens, row)),
  priority: (lens: Lens, from: Source, id: string) =>
    found(from.get(priorities, id), (row) => priorityStub(lens, row)),
  resolution: (lens: Lens, from: Source, id: string) =>
    found(from.get(resolutions, id), (row) => resolutionView(lens, row)),
  component: (lens: Lens, from: Source, id: string) =>
    found(from.get(components, id), (row) => componentStub(lens, row)),
  version: (lens: Lens, from: Source, id: string) =>
    found(from.get(versions, id), (row) => versionStub(lens, row)),
}

function found<Row>(row: Row | undefined, view: (row: Row) => View): View | null {
  return row === undefined ? null : view(row)
}
