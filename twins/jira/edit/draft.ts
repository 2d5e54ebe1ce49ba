import type { Exchange } from '../../../engine/exchange.ts'
import { hasPermission, viewerOf, type Viewer } from '../access.ts'
import { mountOf } from '../mounts.ts'
import type { Issue, IssueFields, IssueType, Project } from '../records.ts'
import { isDocument } from '../rich/check-adf.ts'
import type { AdfDocument } from '../rich/adf.ts'
import { richFromAdf, richFromWiki, type Rich } from '../rich/rich.ts'
import { words } from '../words.ts'

export type Writable = { -readonly [Name in keyof IssueFields]?: IssueFields[Name] }

/** What an issue shall become, while its parts are being read. */
export interface Draft {
  exchange: Exchange
  viewer: Viewer
  /** The issue as it stands; absent while one is made. */
  issue: Issue | undefined
  project: Project | undefined
  type: IssueType | undefined
  fields: Writable
  /** What is wrong, by field. */
  errors: Record<string, string>
  /** What is to be done once the issue stands: comments, worklogs, links. */
  afterwards: ((issue: Issue) => void)[]
}

export function createDraft(exchange: Exchange, issue?: Issue): Draft {
  return {
    exchange,
    viewer: viewerOf(exchange),
    issue,
    project: undefined,
    type: undefined,
    fields: {},
    errors: {},
    afterwards: [],
  }
}

/** A field's value as it will stand. */
export function valueIn<Name extends keyof IssueFields>(
  draft: Draft,
  name: Name,
): IssueFields[Name] | undefined {
  return (draft.fields[name] ?? draft.issue?.fields[name]) as IssueFields[Name] | undefined
}

/** Notes what is wrong with a field; the first word counts. */
export function reject(draft: Draft, field: string, text: string): undefined {
  draft.errors[field] ??= text
}

/** Whether the caller may do something in the draft's project. */
export function may(draft: Draft, permission: string): boolean {
  return hasPermission(draft.viewer, permission, draft.project)
}

const lengthMax = 32_767

/** Reads rich text in the form of the API version; an error's text when it is none. */
export function readRich(exchange: Exchange, value: unknown): Rich | null | { error: string } {
  if (value === null || value === undefined) return null
  const isDocuments = mountOf(exchange).version === '3'
  if (isDocuments) {
    if (typeof value !== 'object') return { error: words.needsAdf }
    if (!isDocument(value)) return { error: words.badAdf }
    const rich = richFromAdf(value as AdfDocument)
    return tooLong(JSON.stringify(value), rich)
  }
  if (typeof value === 'object') return { error: words.needsString }
  return tooLong(String(value), richFromWiki(String(value)))
}

function tooLong(text: string, rich: Rich): Rich | { error: string } {
  return text.length > lengthMax * 4 || (rich.wiki?.length ?? 0) > lengthMax
    ? { error: words.textLong }
    : rich
}

/** Sets a field from rich text. */
export function setRich(
  draft: Draft,
  field: 'description' | 'environment' | `customfield_${number}`,
  value: unknown,
): void {
  const rich = readRich(draft.exchange, value)
  if (rich !== null && 'error' in rich) reject(draft, field, rich.error)
  else draft.fields[field] = rich as never
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text member of an object, numbers spelt out. */
export function textOf(value: unknown, name: string): string | undefined {
  if (!isRecord(value)) return undefined
  const found = value[name]
  return typeof found === 'string' || typeof found === 'number' ? String(found) : undefined
}
