import { didYouMean } from '../../engine/nearest.ts'
import { UsageError } from '../../engine/usage-error.ts'
import { levels, type Fidelity, type Level } from './tally.ts'

/** What each level must reach. */
export type Least = ReadonlyMap<Level, number>

/** Reads `status=0.9,shape=0.8`. Throws a UsageError. */
export function readLeast(text: string | undefined): Least {
  const least = new Map<Level, number>()
  for (const part of text?.split(',') ?? []) {
    const [name = '', share = ''] = part.trim().split('=')
    if (!(levels as readonly string[]).includes(name)) {
      throw new UsageError(`There is no level "${name}".`, {
        field: '--min',
        fix: `${didYouMean(name, levels)} Levels are ${levels.join(', ')}.`,
      })
    }
    const value = Number(share)
    if (share === '' || !(value >= 0 && value <= 1))
      throw new UsageError(`"${share}" is no share from 0 to 1.`, { field: '--min' })
    least.set(name as Level, value)
  }
  return least
}

/** The levels that fall below what was asked for. */
export function shortfalls(fidelity: Fidelity, least: Least) {
  return [...least]
    .map(([level, wanted]) => ({ level, wanted, is: fidelity[level] }))
    .filter(({ is, wanted }) => is < wanted)
}
