/** What people who build twins and mount them import from `backlot`. */
export type { Outgoing, Subscription } from './agenda.ts'
export { AssertionError } from './assert.ts'
export { tokens, type Caller, type Token } from './auth.ts'
export {
  empty,
  json,
  Refusal,
  refuse,
  text,
  type Call,
  type Reply,
  type Transport,
} from './call.ts'
export { cast, type Person } from './cast.ts'
export type { Change } from './changes.ts'
export type { Contract, Operation } from './contract/contract.ts'
export { contractFile, jsonFile } from './contract/load.ts'
export { applyPatch } from './contract/patch.ts'
export { importOpenApi, parseDocument } from './contract/read.ts'
export { formatContract } from './contract/write.ts'
export { depths, type Depth } from './depth.ts'
export type { Behavior, ClosingStage, Exchange, Stage } from './exchange.ts'
export { describeFault } from './fault-words.ts'
export { drawPlan, type Fault, type FaultAction, type FaultPlan, type Quantiles } from './faults.ts'
export { defineSpecTwin } from './generic/spec-twin.ts'
export type { CallEntry, Entry, Journal } from './journal.ts'
export type { Learned, Lesson } from './learn/knowledge.ts'
export { defineLearnedTwin } from './learn/learned-twin.ts'
export type { Limit } from './limits.ts'
export { after, before } from './order.ts'
export { defineTable, key, sortable, type Table } from './table.ts'
export { defineTwin, type Credentials, type Given, type TwinDefinition } from './twin.ts'
export { World } from './world.ts'
export type { ForkOptions, Snapshot, WorldOptions } from './world-options.ts'
