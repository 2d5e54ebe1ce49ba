import type { HoldoutScore } from '../../holdout/score-holdout.ts'
import type { WallWord } from '../../wall/choose.ts'

/** What a scorer is told: one scoring, and then it ends. */
export interface ScoringTask {
  /** The submission, which is only read. */
  folder: string
  /** Made for this scoring; whoever asked takes it away afterwards. */
  scratch: string
  set: string
  keyFile: string
  knownKey: boolean
  publicPaths: readonly string[]
  trials: number
  plans: readonly string[]
  jobs: number
  wall: WallWord | undefined
  /** Drawn for this scoring. */
  secret: string
}

/** What a scorer says. `failed` is for release managers. */
export type ScorerSaid =
  | { kind: 'scored'; score: HoldoutScore }
  | { kind: 'failed'; message: string }
