import type { Call } from './call.ts'
import type { Person } from './cast.ts'
import type { Chance } from './chance.ts'
import type { Clock } from './clock.ts'
import type { Depth } from './depth.ts'
import type { FaultLine } from './fault-line.ts'
import type { FaultPlan } from './faults.ts'
import type { CallEntry } from './journal.ts'
import type { Rows } from './rows.ts'
import type { TwinDefinition } from './twin.ts'

/** What a world is made of. */
export interface WorldOptions {
  twins: readonly TwinDefinition[]
  /** Everything that looks like chance follows from it. */
  seed?: string
  /** Where virtual time begins, in ms since 1970. */
  start?: number
  /** By how much each call moves time. Default: 1, or 0 where time follows the wall. */
  stepMs?: number
  /** Milliseconds on the wall, when time shall follow it. */
  wall?: () => number
  /** Anything shallower answers a loud 501. */
  minDepth?: Depth
  /** Rate limits are off unless asked for. */
  limits?: boolean
  faults?: FaultPlan
  /** Other values for the twins' unsettled facts: `{ slack: { autoLink: false } }`. */
  settings?: Record<string, Record<string, unknown>>
  cast?: readonly Person[]
  /** How many journal entries to hold. */
  journalMax?: number
  /** False leaves the tables empty. */
  seeded?: boolean
}

/** What a fork may have otherwise than its origin. */
export type ForkOptions = Pick<
  WorldOptions,
  'seed' | 'faults' | 'minDepth' | 'limits' | 'stepMs' | 'wall' | 'settings' | 'journalMax'
>

/** Answers a call of the subject in the place of the twins; `play` carries one out as it always is. */
export type Between = (
  twin: string,
  call: Call,
  play: (twin: string, call: Call) => CallEntry,
) => CallEntry

/** How a world stood at one moment. */
export interface Snapshot {
  readonly rows: Rows
  readonly clock: Clock
  readonly chance: Chance | undefined
  readonly seed: string
  readonly faultLine: FaultLine
}
