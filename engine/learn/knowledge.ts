import type { Contract } from '../contract/contract.ts'

/** New values of another thing by JSON pointer, as templates. */
export type SideEffects = Record<string, unknown>

/** What was seen to happen to a thing after a write that does not show it. */
export interface Effect {
  /** It can no longer be read. */
  gone?: boolean
  /** New values by JSON pointer, as templates. */
  set?: Record<string, unknown>
  /** Pointers that are no longer there. */
  drop?: string[]
  /** What other things become, by what names them: `body /bookId`, `thing /bookId`, `path bookId`. */
  others?: Record<string, SideEffects>
}

/** One way in which an operation was seen to answer: when, and what. */
export interface Case {
  op: string
  /** What was the case: `target gone`, `query limit`, `body /type = OIDC`, `after deactivateUser` … */
  when: string[]
  status: number
  /** The status that the reply carries, where it says no in its body alone (`"ok": false`). */
  sent?: number
  /** Of the reply, as templates; those that matter to clients. */
  headers?: Record<string, string>
  /** JSON with «…» for what differs from call to call. */
  json?: unknown
  /** Of a procedure: the name under which the reply shows its thing, and what stands beside it, as templates. */
  wrapping?: { name: string; rest: Record<string, unknown> }
  text?: string
  effect?: Effect
  /** How often it was seen. */
  seen: number
  /** A person wrote or corrected it; learning again leaves it alone. */
  by?: 'person'
  /** A person says that this is never so. */
  forget?: true
}

/** What was found out about an operation over all its cases. */
export interface OperationFacts {
  op: string
  /** What it does, as far as traffic tells. */
  role: 'create' | 'read' | 'list' | 'update' | 'delete' | 'action' | 'other'
  /** Places of the body that come back in the reply at the same place: most (`all`), none, and those that never do. */
  echo?: { all: boolean; never: string[] }
  /** Places that the thing is known to have and this reply does not show. */
  hides?: string[]
  /** What it changes of other things, by what names them: `{"body /bookId": {"/state": "lent"}}`. */
  changes?: Record<string, SideEffects>
  /** What a query parameter selects: a member's value, its beginning, how many, which members are shown … */
  params?: Record<string, ParamFact>
  paging?: Paging
  /** What stands beside a list: `{"/total": "total", "/has_more": "more", "header x-total-count": "total"}`. */
  envelope?: Record<string, Meaning>
  /** How a list is sorted when nobody asks: `-/createdAt`, `/name`; `-` is the newest first. */
  order?: string
  latencyMs?: Latency
  /** What it asks of a call's body, as its refusals told; in the order in which it looks. */
  demands?: Demand[]
  by?: 'person'
}

/**
 * What a body must be, and the words in which it is refused otherwise: `«field name»`, `«field pointer»` and the like
 * stand for the name of the place.
 */
export interface Demand {
  /** The places are filled; they hold a value of a kind; a number, or a length, is no more or no less than a limit. */
  asks: 'filled' | 'kind' | 'most' | 'least' | 'longest' | 'shortest'
  /** JSON pointers. */
  places: string[]
  /** Of `kind`. */
  kind?: string
  /** Of `most` and the like: still taken. */
  limit?: number
  status: number
  /** The status that the reply carries, where it says no in its body alone. */
  sent?: number
  headers?: Record<string, string>
  json?: unknown
  text?: string
  /** Where the reply holds one entry for each place; the first entry is the template of all. */
  each?: string
  /** What was seen, in words. */
  evidence: string
}

/** What a query parameter does to a list or a reply. */
export type ParamFact =
  | { does: 'equals' | 'begins'; member: string }
  | { does: 'caps' | 'masks' | 'filters' | 'sorts' | 'directs' }

/** How long it took, in ms by share of the samples. */
export interface Latency {
  min?: number
  p50: number
  p90?: number
  p95: number
  p99?: number
  max?: number
  samples: number
}

/** What replies carry in their headers. */
export interface WireMarks {
  /** The form of each request's own id, by header. */
  requestIds?: Record<string, string>
  /** Versions of what is shown; whether `If-None-Match` is answered by 304, and a wrong `If-Match` by 412. */
  etag?: { form: string; skips: boolean; guards: boolean }
  /** Limits that count down; `limits` by operation. */
  rate?: {
    names: { limit?: string; remaining?: string; reset?: string }
    /** Seconds or ms since 1970, seconds from now, or a date. */
    resetAs: 's' | 'ms' | 'seconds' | 'iso'
    windowMs: number
    /** Operations of the same limit count together. */
    isShared: boolean
    limits: Record<string, number>
  }
  /** A write under a key of the caller's (`Idempotency-Key`) is done once; `clash` is how the key is refused for another body. */
  idempotency?: {
    header: string
    clash?: Pick<Case, 'status' | 'sent' | 'headers' | 'json' | 'text'>
  }
  by?: 'person'
}

/** How a list is cut into pages. */
export interface Paging {
  /** By an address that the reply gives, a token beside the list, the last member's id, a page's number, how many to skip; or not at all. */
  style: 'link' | 'token' | 'after' | 'page' | 'offset' | 'whole'
  /** The parameter that says where a page begins. */
  param: string
  /** Where the next token stands in the reply, and what stands there at the end of the list. */
  at?: string
  end?: '' | null
  /** The number of the first page, or of the first member. */
  first?: number
  /** How many a page holds: the parameter that asks, what comes without it, and at most. */
  size?: { param?: string; usual?: number; most?: number }
  /** Which links the `Link` header holds. */
  links?: string[]
  /** What `Content-Range` counts in (`items 0-9/57`), or nothing (`0-9/57`); whether it tells the total. */
  range?: { unit: string; total: boolean }
}

/** What a number, switch or address beside a list says of the page. */
export type Meaning =
  | 'total'
  | 'shown'
  | 'size'
  | 'start'
  | 'page'
  | 'pages'
  | 'more'
  | 'less'
  | 'next page'
  | 'previous page'
  | 'next start'

/** Everything learned of a service. */
export interface Learned {
  name: string
  hosts: string[]
  origin: string
  auth: { required: boolean; scheme?: string; by?: 'person' }
  operations: OperationFacts[]
  cases: Case[]
  headers?: WireMarks
  /** Of services of procedures (`/api/rooms.rename`): by which argument their things are named. */
  procedures?: Record<string, string>
  /** Names of members that the service was seen to send. */
  vocabulary: string[]
}

/** A learned service with its interface. */
export interface Lesson {
  contract: Contract
  learned: Learned
}
