import type { Depth } from '../engine/depth.ts'
import type { Prices } from './budget/prices.ts'
import type { Budget } from './scenario.ts'
import type { SubjectDescription } from './subject/description.ts'
import type { WallWord } from './wall/choose.ts'

export type { SubjectDescription } from './subject/description.ts'

/**
 * What `backlot.config.ts` (or .js, .json, .yaml) says, so that nobody has to type it again. Whatever
 * a flag says goes before it. Paths are from the folder of the file, where `backlot` is called.
 */
export interface Config {
  /** For editors. */
  $schema?: string
  /** The code under test, by the name that `--subject` takes; a single one is meant without it. */
  subjects?: Readonly<Record<string, SubjectDescription>>
  /** Files, folders or ids. Default: the folder `scenarios`, or ours. */
  scenarios?: readonly string[]
  /** Fault plans, each played on its own: names (`flaky+slow`) or files. Default: `none`. */
  faults?: readonly string[]
  /** Seeds per scenario and plan. */
  trials?: number
  /** The first seed. */
  seed?: string | number
  /** Trials under way at once. Default: as many as there are cores. */
  jobs?: number
  /** Operations shallower than this make a trial inconclusive. */
  minDepth?: Depth
  /** What keeps the subject where it is put. Default: the strongest that this machine has. */
  wall?: WallWord
  /** The share of trials that must satisfy; the run ends as soon as that is sure. */
  gate?: number
  /** Ends the run when it has spent more. */
  budget?: Budget
  /** What calls cost, in US dollars: the path of a price list, or the list itself. */
  prices?: string | Prices
  /** Reports to write, by their endings: .html, .json, .xml, .md. */
  reports?: readonly string[]
  /** Where trials are kept; false keeps nothing. */
  history?: string | false
}

/**
 * Declares what `backlot.config.ts` says: its default export.
 *
 * @example
 * export default defineConfig({
 *   subjects: { desk: { kind: 'service', command: ['node', 'desk.js'] } },
 *   faults: ['none', 'flaky', 'lost-after-write'],
 *   trials: 20,
 * })
 */
export function defineConfig(config: Config): Config {
  return config
}
