import type { Caller } from './auth.ts'
import type { Call, Reply } from './call.ts'
import type { Operation } from './contract/contract.ts'
import type { Part } from './contract/multipart.ts'
import type { ParamValues } from './contract/params.ts'
import type { Depth } from './depth.ts'
import type { Fault } from './faults.ts'
import type { Actor, Divergence } from './journal.ts'
import type { LimitState } from './limits.ts'
import type { Rows } from './rows.ts'
import type { OpenTwin } from './twin.ts'
import type { World } from './world.ts'

/**
 * One call on its way through the stages: what came in, what the stages found out so far. A
 * behaviour reads it and answers.
 */
export class Exchange {
  readonly world: World
  readonly twin: OpenTwin
  readonly call: Call
  readonly by: Actor
  /** Its number in the journal. */
  readonly n: number
  /** Virtual time of its arrival, in ms. */
  readonly at: number
  readonly method: string
  /** Path without the query, as sent (not decoded). */
  readonly pathname: string
  /** Query without the question mark, as sent. */
  readonly search: string
  /** Where the caller thinks it is: `https://acme.okta.com`, without a slash at the end. */
  readonly origin: string
  readonly headers: Readonly<Record<string, string>>

  /** The rows to read and write. Under a stale read, a fork of how they stood some time ago. */
  rows: Rows
  op: Operation | undefined = undefined
  depth: Depth = 'spec'
  caller: Caller | undefined = undefined
  limit: LimitState | undefined = undefined
  fault: Fault | undefined = undefined
  /** By how many ms the answer is late beside what a fault does. */
  lateMs: number | undefined = undefined
  divergences: Divergence[] | undefined = undefined
  /** The id that the service gives this request, once a twin has drawn one. */
  requestId: string | undefined = undefined

  /** Path parameters, decoded; filled by `match`. */
  path: Record<string, string> = nothing
  /** The same as they stood in the URL, where decoding changed something. */
  rawPath: Record<string, string> | undefined = undefined
  /** All parameters, typed by the contract; filled by `readInput`. */
  params: ParamValues | undefined = undefined
  /** Query parameters, typed by the contract; unknown ones as text. */
  query: Record<string, unknown> = nothing
  /** The body as a plain value, and what it was sent as. */
  body: unknown = undefined
  mediaType: string | undefined = undefined
  /** The parts of a multipart body. */
  parts: Part[] | undefined = undefined
  /** For services that mix query, form and JSON into one set of arguments. */
  args: Record<string, unknown> = nothing

  constructor(world: World, twin: OpenTwin, call: Call, by: Actor, n: number, at: number) {
    this.world = world
    this.twin = twin
    this.call = call
    this.by = by
    this.n = n
    this.at = at
    this.rows = world.rows
    this.method = call.method ?? 'GET'
    const cut = call.path.indexOf('?')
    this.pathname = cut === -1 ? call.path : call.path.slice(0, cut)
    this.search = cut === -1 ? '' : call.path.slice(cut + 1)
    this.origin = call.origin ?? twin.definition.origin
    this.headers = call.headers ?? nothing
  }

  /** The caller; our mistake where the operation is open to anyone. */
  get who(): Caller {
    if (this.caller === undefined)
      throw new Error(`${this.op?.id} has no caller; is it open to anyone?`)
    return this.caller
  }
}

// Shared, since most calls fill none of them; stages assign a new object instead of adding to it.
const nothing: Record<string, never> = Object.freeze({})

/** One step from call to reply. A reply ends the way in; `refuse(…)` ends it with a "no". */
export type Stage = (exchange: Exchange) => Reply | undefined

/** One step that every reply passes, refusals too. Changes the reply it is given. */
export type ClosingStage = (exchange: Exchange, reply: Reply) => void

/** What an operation does: reads the exchange, changes rows, answers. */
export type Behavior = (exchange: Exchange) => Reply
