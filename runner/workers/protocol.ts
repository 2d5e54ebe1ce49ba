import type { Depth } from '../../engine/depth.ts'
import type { Whereabouts } from '../../engine/usage-error.ts'
import type { Prices } from '../budget/prices.ts'

/** What a worker needs to load what the run is about. */
export interface WorkerSetup {
  subjectFile: string
  /** Names or files of fault plans. */
  plans: readonly string[]
  minDepth: Depth | undefined
  prices: Prices | undefined
  countsBytes: boolean
  /** How long code may keep a worker's event loop to itself. Default: as in the runner's own process. */
  holdMs?: number
}

/** One trial that a worker is to play; workers play one after the other, in the order in which they are told. */
export interface Task {
  n: number
  scenario: { id: string; file: string }
  /** The plan's own name. */
  plan: string
  seed: string
  isFirst: boolean
}

/** In this file, which only the two of them have open, a worker writes the number of the trial that it begins. */
export const MARK_FD = 4

/** What a worker says, several things at once where trials are short: each message wakes the other side. */
export type Said =
  | { kind: 'ready' }
  /** Its event loop goes round. */
  | { kind: 'beat' }
  /** `trial` is the result as JSON: the same text that a report would hold. */
  | { kind: 'played'; n: number; trial: string }
  | { kind: 'broken'; n: number; what: string; where: Whereabouts; fix: string | undefined }
  /** It could not begin. */
  | { kind: 'failed'; what: string }

export const BEAT_MS = 1000
