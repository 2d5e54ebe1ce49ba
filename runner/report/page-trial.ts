/**
 * A trial as the page's script knows it: what it reads of a `TrialResult`, and no more, so that the script
 * is checked without anything that runs outside of a browser. The compiler holds the two together
 * where trials are packed.
 */
export interface PageTrial {
  id: string
  scenario: string
  name: string
  tags: readonly string[]
  twins: readonly string[]
  seed: string
  plan: { name: string; places: readonly string[]; struck: number }
  verdict: 'satisfied' | 'unsatisfied' | 'inconclusive'
  why: readonly { text: string; exchanges: readonly number[] }[]
  checks: readonly PageCheck[]
  steps: readonly PageStep[]
  requests: readonly PageRequest[]
  budget: object
  unexpected: readonly {
    table: string
    id: string
    kind: string
    fields: readonly { path: string; before: unknown; after: unknown }[]
    by: readonly number[]
  }[]
  exchanges: readonly PageExchange[]
  wallMs: number
}

export interface PageCheck {
  sentence: string
  ok: boolean
  actual: unknown
  expected: unknown
  restsOn: readonly number[]
  atMs: number
  after: number
  order: number
}

export interface PageStep {
  sentence: string
  before: number
  atMs: number
  order: number
  failed?: string
}

export interface PageRequest {
  request: { method: string; path: string; body?: unknown }
  reply: {
    status: number
    body: unknown
    problem?: { kind: string; why: string }
    stderr: string
  }
  before: number
  last: number
  atMs: number
  endMs: number
  order: number
  endOrder: number
}

export interface PageExchange {
  n: number
  atMs: number
  kind: 'call' | 'event' | 'delivery' | 'escape'
  by: 'subject' | 'scenario' | 'service'
  twin: string
  what: string
  method?: string
  path?: string
  status?: number
  depth?: string
  refusal?: string
  fault?: string
  lost?: true
  lateMs?: number
  divergences?: readonly string[]
  crash?: string
  request?: string
  reply?: string
}
