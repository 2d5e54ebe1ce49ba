import type { Fault } from './faults.ts'
import { sortable, defineTable } from './table.ts'

/** Something that will happen in virtual time. */
export interface Appointment {
  id: string
  /** Virtual ms. */
  at: number
  twin: string
  /** A key of the twin's `effects`, or `deliver`. */
  effect: string
  data: unknown
}

export const agenda = defineTable({
  name: 'engine.agenda',
  id: (row: Appointment) => row.id,
  indexes: { at: (row: Appointment) => sortable(row.at) },
  internal: true,
})

/** Somebody outside who wants to be told of events. */
export interface Subscription {
  id: string
  twin: string
  url: string
  /** Event types, or `*` for all. */
  types: readonly string[]
  secret?: string
  /** Whatever else the vendor ties to it. */
  facts?: Readonly<Record<string, unknown>>
}

export const subscriptions = defineTable({
  name: 'engine.subscriptions',
  id: (row: Subscription) => row.id,
  indexes: { twin: (row: Subscription) => row.twin },
})

/** An HTTP request that the service makes. */
export interface Outgoing {
  method: string
  url: string
  headers: Record<string, string>
  body: string
}

/** An event on its way to a receiver; a pump outside the engine carries it. */
export interface Delivery {
  id: string
  twin: string
  type: string
  request: Outgoing
  /** From 1. */
  attempt: number
  /** Virtual ms from which it may go out. */
  at: number
  /** The fault that struck it on its way out. */
  fault?: Fault
}

export const deliveries = defineTable({
  name: 'engine.deliveries',
  id: (row: Delivery) => row.id,
  internal: true,
})
