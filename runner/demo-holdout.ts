import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ladderFor } from './holdout/feedback/ladder.ts'
import type { Gap } from './holdout/gap.ts'
import { scoreHoldout } from './holdout/score-holdout.ts'
import { manifestName } from './holdout/seal/manifest.ts'
import { openSet, type OpenSet } from './holdout/seal/open-set.ts'
import { percent, plural, span } from './report/words.ts'
import type { Score } from './score.ts'
import type { TrialResult } from './trial-result.ts'
import type { WallWord } from './wall/choose.ts'

/** What the demonstration shows of a subject's holdout. */
export interface HoldoutShown {
  subject: string
  public: Score
  holdout: Score
  gap: Gap | null
}

/** How it is played. */
export interface HoldoutPlay {
  /** Public cases to compare with. */
  paths: readonly string[]
  jobs: number
  wall: WallWord
  signal: AbortSignal
  onTrial: (result: TrialResult, done: number, all: number) => void
}

const folder = join(import.meta.dirname, '..', 'holdout')

/** Opens the example set of this repository, with its key that everybody knows; undefined where it is not there. */
export async function openDemoSet(): Promise<OpenSet | undefined> {
  if (!existsSync(join(folder, manifestName))) return undefined
  return openSet({ folder, keyFile: join(folder, 'demonstration.key'), anyMode: true })
}

/** Scores a subject on public and sealed cases as one run, with one fresh seed and no faults. */
export async function showHoldout(
  subjectFile: string,
  set: OpenSet,
  { paths, ...play }: HoldoutPlay,
): Promise<HoldoutShown> {
  const secret = randomBytes(32).toString('hex')
  const asked = { subjectFile, set, publicPaths: paths, trials: 1, plans: ['none'], secret }
  const { subject, public: seen, holdout, gap } = await scoreHoldout({ ...asked, ...play })
  return { subject: subject.name, public: seen, holdout, gap }
}

/** The holdout in a few lines: what release managers see, and what an author would be told. */
export function tellHoldout(shown: readonly HoldoutShown[], set: OpenSet): string {
  const { count } = set.manifest
  const width = Math.max(...shown.map(({ subject }) => subject.length))
  const { step } = ladderFor(count, 50)
  const lines = shown.map(({ subject, public: seen, holdout, gap }) => {
    const apart =
      gap === null
        ? 'no gap can be told'
        : `public − holdout ${points(gap.value)} points (${points(gap.low)} to ${points(gap.high)})`
    return `  ${subject.padEnd(width)}  public ${tell(seen)}  holdout ${tell(holdout)}  ${apart}`
  })
  return `${[
    `The holdout: ${plural(count, 'sealed case')} that their authors never saw (an example; its key is known to everybody):`,
    ...lines,
    `  Their authors would be told the best score so far in steps of ${percent(step)}, and nothing else: docs/holdout.md.`,
  ].join('\n')}\n`
}

function tell({ satisfaction, interval }: Score): string {
  return `${percent(satisfaction)}${interval === null ? '' : ` (${span(interval)})`}`
}

function points(part: number): string {
  return (part * 100).toFixed(0).replace('-', '−')
}
