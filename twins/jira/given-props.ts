import type { Project, User } from './records.ts'

/** What an author cares about in an account; the rest is filled in, here and below. */
export interface UserProps {
  emailAddress?: string
  /** The same, in short. */
  email?: string
  displayName?: string
  active?: boolean
  timeZone?: string
  accountType?: User['accountType']
  /** Names or ids; those who use the site when absent. */
  groups?: readonly string[]
}

export interface GroupProps {
  name: string
  /** E-mail addresses or account ids. */
  members?: readonly string[]
}

export interface ProjectProps {
  key: string
  name?: string
  /** E-mail address or account id; the first administrator when absent. */
  lead?: string
  description?: string
  type?: string
  /** `default`, or `resolve`, whose last step asks for a resolution. */
  workflow?: string
  assigneeType?: Project['assigneeType']
  private?: boolean
  /** Who may see it when it is private: people and groups. */
  members?: readonly string[]
}

export interface IssueProps {
  /** Key or id. */
  project?: string
  summary?: string
  /** Name or id of its type. */
  type?: string
  description?: string
  /** E-mail address or account id; nobody when null or absent. */
  assignee?: string | null
  reporter?: string
  /** Name or id. */
  status?: string
  priority?: string
  resolution?: string
  labels?: readonly string[]
  /** Key or id of the issue above. */
  parent?: string
  duedate?: string
  /** When it was made: a time of the wire (`2026-01-02T09:00:00.000+0000`) or ms. */
  created?: string | number
  /** Texts, or who says what. */
  comments?: readonly (string | { author?: string; body: string })[]
  watchers?: readonly string[]
  /** Any other field as it is kept: `customfield_10016`. */
  fields?: Readonly<Record<string, unknown>>
}

export interface CommentProps {
  /** Key or id. */
  issue: string
  body: string
  author?: string
}

export interface TokenProps {
  /** E-mail address or account id. */
  user: string
  /** Absent: an API token; given: an OAuth token for the gateway. */
  scopes?: readonly string[]
}
