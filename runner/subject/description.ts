import { readValue, type Locate } from '../config/read-value.ts'
import { UsageError } from '../../engine/usage-error.ts'
import type { Limits } from '../wall/wall.ts'
import type { ContainerDescription } from './container-description.ts'
import { checkContainer } from './container-shape.ts'
import { subjectShape } from './description-shape.ts'

/** What a description file holds; a script exports it as its default, or the function itself. */
export type SubjectDescription =
  | CommandDescription
  | ModuleDescription
  | ServiceDescription
  | RunningServiceDescription
  | ContainerDescription

/** What every kind of subject may say. */
export interface Described {
  /** Default: the file's own name. */
  name?: string
  env?: Readonly<Record<string, string>>
  /** How long a request may take. Default: 30,000. */
  timeoutMs?: number
  /** Where it hears of the services' events, by twin: `{ "jira": "/hooks/jira" }`. */
  inbound?: Readonly<Record<string, string | InboundDescription>>
  /** It may still be at work when it has answered: so many ms without a call mean that it is done. Default: 100 for services, 25 for those with a `ready` path, 0 for the others. */
  settleMs?: number
}

export interface InboundDescription {
  /** Below the subject's own URL. */
  path: string
  /** Event types, as the service names them. Default: all. */
  types?: readonly string[]
}

export interface CommandDescription extends Described {
  kind: 'command'
  command: readonly string[]
  /** Where it runs, from the file's folder. Default: that folder. */
  cwd?: string
  /** Folders that it may read behind the wall besides its own, from the file's folder. */
  reads?: readonly string[]
  /** What it may use up behind the wall. */
  limits?: Limits
  /** How long it may take to start: until `ready` when warm, else until its first call or word. Default: 15,000. */
  startMs?: number
  /** Keep one process for many trials. */
  warm?: boolean
}

export interface ModuleDescription extends Described {
  kind: 'module'
  /** From the file's folder. */
  module: string
  /** `fetch` hands it a fetch that ends at the twins; `http` gives it real addresses. Default: fetch. */
  reach?: 'fetch' | 'http'
}

/** A process that listens on a port. */
export interface ServiceDescription extends Described {
  kind: 'service'
  command: readonly string[]
  /** Where it runs, from the file's folder. Default: that folder. */
  cwd?: string
  /** Folders that it may read behind the wall besides its own, from the file's folder. */
  reads?: readonly string[]
  /** What it may use up behind the wall. */
  limits?: Limits
  /** The port that it listens on. Default: a free one, told by `portEnv`. */
  port?: number
  /** The variable by which it is told its port. Default: PORT. */
  portEnv?: string
  /** When it takes requests: a path that it answers with 2xx or 3xx, or a word of its log. Default: as soon as its port is open. */
  ready?: ReadyDescription
  /** How long it may take to start. Default: 15,000. */
  startMs?: number
  /** How long it may take to end in good order. Default: 5,000. */
  stopMs?: number
  /** How one process tells many trials apart. Without it, each process has one trial at a time. */
  tenant?: TenantDescription
  /** Without `tenant`: keep a process for many trials, one after the other, with settings that never change. */
  warm?: boolean
}

/** A service that somebody else has started on this machine. */
export interface RunningServiceDescription extends Described {
  kind: 'service'
  /** `http://127.0.0.1:3000`. */
  url: string
  tenant: TenantDescription
  /** How long it may take to answer at all. Default: 15,000. */
  startMs?: number
}

export type ReadyDescription = { path: string } | { log: string }

export interface TenantDescription {
  /** Sent when a trial begins, with its settings as JSON. Fields of its JSON answer may be used in the other texts: `{id}`. */
  open?: string
  /** Sent when a trial has ended. */
  close?: string
  /** Stands before the path of every request. */
  path?: string
  /** Headers of every request. */
  headers?: Readonly<Record<string, string>>
}

/** Holds a value against what a description may say. Throws a UsageError at the first field that is wrong. */
export function readDescription(value: unknown, at: Locate): SubjectDescription {
  readValue(value, subjectShape.schema, at)
  const description = value as SubjectDescription
  if (description.kind === 'container') checkContainer(description, at)
  if (description.kind === 'service' || description.kind === 'container') {
    checkTenant(description, at)
  }
  return description
}

/** What a shape can't say. */
function checkTenant(
  { tenant, ...rest }: ServiceDescription | RunningServiceDescription | ContainerDescription,
  at: Locate,
): void {
  if (tenant === undefined) return
  if ('warm' in rest && rest.warm !== undefined) {
    throw new UsageError('A service with tenants is warm anyway.', {
      ...at('warm'),
      fix: 'Leave "warm" out: its process has all trials at once.',
    })
  }
  const { open, path, headers } = tenant
  if (open !== undefined || path !== undefined || Object.keys(headers ?? {}).length > 0) return
  throw new UsageError('Nothing here tells trials apart.', {
    ...at('tenant'),
    fix: 'Write { "open": "POST /tenants", "headers": { "x-tenant": "{id}" } }.',
  })
}

export type { Locate }
