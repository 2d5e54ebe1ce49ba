import type { Delivery, Subscription, Outgoing } from './agenda.ts'
import { assert } from './assert.ts'
import type { Caller, Token } from './auth.ts'
import type { Refusal, Reply } from './call.ts'
import type { Person } from './cast.ts'
import type { Contract, Operation } from './contract/contract.ts'
import { createRouter, type Router, type RouterOptions } from './contract/route.ts'
import { createValidator, type Validator } from './contract/validate.ts'
import type { Depth } from './depth.ts'
import type { Behavior, ClosingStage, Exchange, Stage } from './exchange.ts'
import type { EventEntry } from './journal.ts'
import type { Quantiles } from './faults.ts'
import type { Limit } from './limits.ts'
import { after as defaultAfter, before as defaultBefore } from './order.ts'
import type { Table } from './table.ts'
import type { World } from './world.ts'

/** Makes one thing that a scenario starts from, and returns its row. Props are what the author cares about; the rest is filled in. */
export type Given<Props = never, Row = unknown> = (world: World, props: Props) => Row

/** Credentials of one world, as an author pastes them: `{ bot: 'xoxb-…' }`. */
export type Credentials = Record<string, string>

/** The clone of one service: everything that is fixed. Immutable; a world holds what changes. */
export interface TwinDefinition<G extends Record<string, Given> = Record<string, Given>> {
  /** Lower case, one word: `okta`. */
  name: string
  /** Host names it answers for: `slack.com`, `*.okta.com`. */
  hosts: readonly string[]
  /** Base of links when the caller named no host: `https://acme.okta.com`. */
  origin: string
  /** The interface as bare facts; loaded once, when the twin is first opened. */
  contract: () => Contract
  tables: readonly Table<never, never>[]
  /** By the vendor's operation id. Keys must be in the contract. */
  behaviors: Readonly<Record<string, Behavior>>
  /** How well an operation is known, where a behaviour of its own does not mean that somebody wrote it. */
  depth?: (op: Operation) => Depth | undefined
  /** Operations whose behaviour was compared with a recording or an official client; a generated list. */
  checked?: readonly string[]
  /** How paths are read: doubled and trailing slashes. */
  routes?: RouterOptions
  /** The way in, where the service's order differs from ours (`engine/order.ts`). */
  before?: readonly Stage[]
  /** The way out, likewise. */
  after?: readonly ClosingStage[]
  /** Who is calling? Refuses where the service would. Absent: as the contract's security says. */
  auth?: (exchange: Exchange) => Caller | undefined
  /** Which limit a call counts against. Only asked when the world has limits on. */
  limits?: (exchange: Exchange) => Limit | undefined
  /** Words a refusal as the vendor would. Must know every kind the engine says. */
  errors: (refusal: Refusal, exchange: Exchange) => Reply
  /** Headers and other marks that every reply of this service carries. */
  stamp?: ClosingStage
  /** Whether an operation changes anything. Default: every method but GET, HEAD and OPTIONS. */
  writes?: (op: Operation) => boolean
  /** JSON as the service spells it. Default: JSON.stringify. */
  stringify?: (value: unknown) => string
  /** Content type of JSON replies. Default: `application/json`. */
  jsonType?: string
  /** Fills a new base world. */
  seed: (world: World, cast: readonly Person[]) => void
  /** What scenarios start from: `given.okta.user({…})`. */
  given: G
  /** Makes this world's own credentials and returns them. */
  mint: (world: World) => Credentials
  /**
   * The environment variables by which the service's official clients find it: `url` is where the
   * twin stands, `credentials` are what `mint` returned.
   */
  clientEnv?: (url: string, credentials: Credentials) => Record<string, string>
  /** The caller behind a scenario's looks: sees everything. */
  allSeeing: (world: World) => Caller
  /** Why a credential that was withdrawn opens nothing, in the service's words. Default: `revoked`. */
  revokedAs?: (token: Token) => string
  /** How long an operation was seen to take, for faults that let it. */
  latencyOf?: (op: Operation) => Quantiles | undefined
  /** What appointments of the agenda do when their time comes. */
  effects?: Readonly<Record<string, (world: World, data: never) => void>>
  /** How subscribers are told. */
  events?: EventSender
  /** Facts that could not be settled, with the value we take: a world may set them otherwise. */
  settings?: Readonly<Record<string, unknown>>
  /** What a program needs to reach it besides its URL and credentials: `{ apiUrl }`, `{ email, projects }`. */
  describe?: (world: World, url: string) => Readonly<Record<string, unknown>>
}

/** How a service tells its subscribers. */
export interface EventSender {
  /** The request that carries an event, or undefined when this subscriber does not get it. */
  toRequest: (world: World, subscription: Subscription, event: EventEntry) => Outgoing | undefined
  /** The request of a next attempt, due at `delivery.at`, where it differs from the first (fresh signature, retry headers). */
  toRetry?: (world: World, delivery: Delivery, outcome: number | string) => Outgoing
  /**
   * The request as it would be made at another time (its signature, say): receivers hold the time that
   * a request says against the clock of their own machine.
   */
  atTime?: (world: World, delivery: Delivery, at: number) => Outgoing
  /** Waits before the second, third … attempt, in ms. Attempts end with the list. */
  retryAfterMs: readonly number[]
  /** Whether an answer of the receiver ends the attempts. Default: any 2xx. */
  accepted?: (status: number) => boolean
  /**
   * What a receiver is registered with when nobody calls the service to do so (its secret, say), and
   * the settings by which the receiver's own code knows of it.
   */
  receiver?: (
    world: World,
  ) => Partial<Omit<Subscription, 'id' | 'twin' | 'url'>> & { env?: Record<string, string> }
  /** How long the service waits for the receiver's answer, in ms. Default: 10 seconds. */
  timeoutMs?: number
}

/** Declares a twin. Reads as a table of contents of its folder. */
export function defineTwin<G extends Record<string, Given>>(
  definition: TwinDefinition<G>,
): TwinDefinition<G> {
  return definition
}

/** A twin made ready: contract loaded, routes built, depths known. Shared by all worlds. */
export interface OpenTwin {
  definition: TwinDefinition
  contract: Contract
  router: Router
  validator: Validator
  operations: ReadonlyMap<string, Operation>
  before: readonly Stage[]
  after: readonly ClosingStage[]
  writes: (op: Operation) => boolean
  depthOf: (op: Operation) => Depth
}

const opened = new WeakMap<TwinDefinition, OpenTwin>()

/** Makes a twin ready, once. Throws (our mistake) when a behaviour's key is not in the contract. */
export function openTwin(definition: TwinDefinition): OpenTwin {
  const known = opened.get(definition)
  if (known !== undefined) return known
  const contract = definition.contract()
  const operations = new Map(contract.operations.map((op) => [op.id, op]))
  const { length } = contract.operations
  assert(
    operations.size === length,
    `${definition.name}: two operations of its contract share an id`,
  )
  for (const id of Object.keys(definition.behaviors)) {
    assert(
      operations.has(id),
      `${definition.name} has a behaviour for "${id}", which is not in its contract`,
    )
  }
  const checked = new Set(definition.checked)
  const depths = new Map<Operation, Depth>()
  for (const op of contract.operations)
    depths.set(op, definition.depth?.(op) ?? depthOf(definition, op, checked))
  const twin: OpenTwin = {
    definition,
    contract,
    router: createRouter(contract.operations, definition.routes),
    validator: createValidator(contract),
    operations,
    before: definition.before ?? defaultBefore,
    after: definition.after ?? defaultAfter,
    writes: definition.writes ?? writesByMethod,
    depthOf: (op) => depths.get(op) ?? 'spec',
  }
  opened.set(definition, twin)
  return twin
}

function depthOf(definition: TwinDefinition, op: Operation, checked: Set<string>): Depth {
  if (definition.behaviors[op.id] === undefined) return 'spec'
  return checked.has(op.id) ? 'checked' : 'behaved'
}

function writesByMethod(op: Operation): boolean {
  return op.method !== 'GET' && op.method !== 'HEAD' && op.method !== 'OPTIONS'
}
