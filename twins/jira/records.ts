import type { Rich } from './rich/rich.ts'

/** An account. */
export interface User {
  accountId: string
  accountType: 'atlassian' | 'app' | 'customer' | 'unknown'
  emailAddress: string
  displayName: string
  active: boolean
  timeZone: string
  locale: string
}

export interface Group {
  groupId: string
  name: string
}

/** That a user is in a group. */
export interface Membership {
  groupId: string
  accountId: string
}

export interface Project {
  id: string
  key: string
  name: string
  description: string
  /** Account id. */
  lead: string
  projectTypeKey: string
  assigneeType: 'PROJECT_LEAD' | 'UNASSIGNED'
  simplified: boolean
  style: 'classic' | 'next-gen'
  isPrivate: boolean
  archived: boolean
  deleted: boolean
  url?: string
  /** Ids, in order. */
  issueTypes: string[]
  /** A key of `workflows`. */
  $workflow: string
  /** Who may see it when it is private: account ids and group ids. */
  $members: string[]
  $formerKeys: string[]
}

export interface IssueType {
  id: string
  name: string
  description: string
  avatarId: number
  subtask: boolean
  hierarchyLevel: number
}

export interface Status {
  id: string
  name: string
  description: string
  /** Id of its status category. */
  category: number
}

export interface Priority {
  id: string
  name: string
  description: string
  statusColor: string
  /** File name of its icon. */
  icon: string
}

export interface Resolution {
  id: string
  name: string
  description: string
}

export interface LinkType {
  id: string
  name: string
  inward: string
  outward: string
}

export interface Component {
  id: string
  name: string
  description?: string
  project: string
  /** Account id. */
  lead?: string
  assigneeType: string
}

export interface Version {
  id: string
  name: string
  description?: string
  project: string
  archived: boolean
  released: boolean
  startDate?: string
  releaseDate?: string
}

/** An issue's fields: references by id, times in UTC as the wire spells them. */
export interface IssueFields {
  summary: string
  project: string
  issuetype: string
  status: string
  priority: string | null
  resolution: string | null
  assignee: string | null
  reporter: string | null
  creator: string
  description: Rich | null
  environment: Rich | null
  labels: readonly string[]
  components: readonly string[]
  fixVersions: readonly string[]
  versions: readonly string[]
  /** Issue id. */
  parent: string | null
  created: string
  duedate: string | null
  timeoriginalestimate: number | null
  timeestimate: number | null
  timespent: number | null
  /** `customfield_10016` and its like. */
  [custom: `customfield_${number}`]: unknown
}

export interface IssueDates {
  updated: string
  resolutiondate: string | null
  statuscategorychangedate: string
}

export interface Issue {
  id: string
  key: string
  fields: IssueFields
  /** Dates that follow from what is done to the issue. */
  $dates: IssueDates
  $formerKeys: readonly string[]
  $watchers: readonly string[]
  $voters: readonly string[]
  $properties: Readonly<Record<string, unknown>>
}

/** Whom a comment or worklog is for. */
export interface Visibility {
  type: 'role' | 'group'
  value: string
  identifier: string | null
}

export interface Comment {
  id: string
  issue: string
  author: string
  updateAuthor: string
  body: Rich
  created: string
  updated: string
  visibility?: Visibility
  parentId?: string
  $properties: Readonly<Record<string, unknown>>
}

export interface Worklog {
  id: string
  issue: string
  author: string
  updateAuthor: string
  comment?: Rich
  created: string
  updated: string
  started: string
  timeSpentSeconds: number
  visibility?: Visibility
}

/** One entry of an issue's history. */
export interface History {
  id: string
  issue: string
  author: string
  created: string
  items: readonly HistoryItem[]
}

export interface HistoryItem {
  field: string
  fieldtype: 'jira' | 'custom'
  fieldId?: string
  from: string | null
  fromString: string | null
  to: string | null
  toString: string | null
  tmpFromAccountId?: string | null
  tmpToAccountId?: string | null
}

/** A link between two issues: `inward` reads it with the type's outward words. */
export interface Link {
  id: string
  type: string
  inward: string
  outward: string
}

/** A custom field. */
export interface CustomField {
  id: `customfield_${number}`
  name: string
  schema: { type: string; items?: string; custom: string; customId: number }
  description?: string
}

/** Book-keeping about the site. */
export interface SiteMarks {
  id: 'site'
  /** An issue was made with a date before its predecessor's, so ids don't tell the order of dates. */
  backdated: boolean
}
