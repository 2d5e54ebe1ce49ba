import type { Operation, Schema } from '../contract/contract.ts'
import type { Spot, Success } from './shapes.ts'

/** A place in the tree of paths where things lie: `/v1/users/{}/keys`. */
export interface Collection {
  /** The path with its parameters unnamed. */
  key: string
  /** The resource that it hangs under. */
  parent: Resource | undefined
  /** Text before, between and behind the parameters that follow the parent's own path. */
  literals: string[]
  /** Which of the path's parameters is the first of those. */
  from: number
}

/** A kind of thing that the service keeps, as paths and schemas tell. */
export interface Resource {
  /** As it stands in the path: `users`. */
  noun: string
  home: Collection
  /** Which of an item path's parameters begin its key, and how many they are (GitHub's owner and repo are two). */
  keyAt: number
  keyCount: number
  /** There is one at its place, without an id: `/me/settings`. */
  isSingle: boolean
  /** Of one item, envelopes removed. */
  schema: Schema
  properties: ReadonlyMap<string, Schema>
  id: IdFact
  /** What clients may send: property names of the bodies that make or change it. */
  writable: Set<string>
  /** Some operation makes one, as far as the contract tells. */
  isCreatable: boolean
  /** The operation that reads one. */
  read: Operation | undefined
  operations: Operation[]
}

/** How an item is told from others. */
export interface IdFact {
  /** The property that holds it; absent when only the path does. */
  property: string | undefined
  /** Other properties that the path takes as well (`{issueIdOrKey}`). */
  others: string[]
  /** Paths spell it as a number, even where the property is a text. */
  isNumeric: boolean
  /** Of the property, else of the path parameter. */
  schema: Schema
}

export type RoleKind =
  | 'create'
  | 'read'
  | 'list'
  | 'replace'
  | 'change'
  | 'delete'
  | 'link'
  | 'unlink'
  /** Lists things of a known kind whose relation to the path is unknown. */
  | 'related'
  /** Reads something that nobody can change through the interface. */
  | 'sample'

/** What an operation does, as far as the contract alone tells. */
export interface Role {
  kind: RoleKind
  op: Operation
  /** Absent for `sample`. */
  resource: Resource | undefined
  /** Where it creates, lists or looks. */
  at: Collection
  /** The path's parameter names in order. */
  names: readonly string[]
  reply: Success
  /** Where the item or the list lies in the reply's JSON. */
  spot: Spot | undefined
  body: BodyFact | undefined
  /** A PUT that makes what is not there yet: it says so (201), or nothing else could make it. */
  isUpsert?: true
  /** RPC style: the argument that holds the id. */
  keyArg?: string
  /** Lists by this property of the items: the path's parameter of that number holds the value. */
  by?: { property: string; param: number }
}

/** How a request body tells of the item. */
export interface BodyFact {
  schema: Schema
  /** The item lies inside these members. */
  path: string[]
  /** The whole body is the item's `value` member. */
  isValue: boolean
  /** Only the item's own properties are kept of it (RPC arguments hold other things too). */
  isLoose: boolean
}
