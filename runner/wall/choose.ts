import { didYouMean } from '../../engine/nearest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { createEnvironmentWall } from './environment.ts'
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

/** The wall that was chosen. Throws a UsageError that says how to get one when it can't be had here. */
export function openWall(choice: WallChoice | undefined): Promise<Wall> {
  if (typeof choice === 'object') return Promise.resolve(choice)
  return Promise.resolve(createEnvironmentWall())
}
