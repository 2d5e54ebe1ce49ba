import { didYouMean } from '../../engine/nearest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { createEnvironmentWall } from './environment.ts'
import { LaneWall } from './lane/lane-wall.ts'
import { probeLane } from './lane/probe.ts'
import type { Wall } from './wall.ts'

/** The walls that a person can name for a command. */
export const wallWords = ['lane', 'environment'] as const
export type WallWord = (typeof wallWords)[number]

/** A wall by its word, or one that is open already. */
export type WallChoice = WallWord | Wall

/** Reads the flag `--wall`. Throws a UsageError when there is no such wall. */
export function readWall(text: string | undefined): WallWord | undefined {
  if (text === undefined) return undefined
  if ((wallWords as readonly string[]).includes(text)) return text as WallWord
  throw new UsageError(`There is no wall "${text}".`, {
    field: '--wall',
    fix: didYouMean(text, wallWords),
  })
}

/**
 * Opens the wall that was chosen, or the strongest that this machine has. The environment is never
 * chosen for anybody: throws a UsageError that says how to get a lane, and what to name to do without.
 */
export async function openWall(choice: WallChoice = 'lane'): Promise<Wall> {
  if (typeof choice === 'object') return choice
  if (choice === 'environment') return createEnvironmentWall()
  const probe = await probeLane()
  if ('tools' in probe) return new LaneWall(probe.tools, probe.means)
  throw new UsageError(`There can be no lane around the subject: ${probe.why}.`, {
    field: '--wall',
    fix: `${probe.fix} Or name --wall environment, if you trust the code: settings alone lead it to the twins then, and nothing keeps it from reaching anything else unseen.`,
  })
}

/**
 * The wall for code that comes with Backlot itself: a lane, or where none can be had, settings alone;
 * `lacking` says why then. Whoever asks has to say it aloud.
 */
export async function wallForOwnCode(): Promise<{ word: WallWord; lacking?: string }> {
  const probe = await probeLane()
  if ('tools' in probe) return { word: 'lane' }
  return { word: 'environment', lacking: `${probe.why}. ${probe.fix}` }
}
