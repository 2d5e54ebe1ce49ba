import type { RunResult } from './result.ts'
import { warnOfRun } from './run-words.ts'
import { plural, whyNothing } from './words.ts'

/** How many of a kind are named one by one. */
const NAMED_MAX = 6

/** What a reader must know beside the score, a sentence each: what was not played or does not count, and why. */
export function findTroubles(result: RunResult): string[] {
  const { measuringNothing, broken, unplayed, wall } = result
  return [
    ...warnOfRun(result),
    ...(wall?.strays ?? []).slice(0, NAMED_MAX).map(tellStray),
    ...measuringNothing.map(
      (id) => `${id} measures nothing: ${whyNothing(result, id)}. Not counted.`,
    ),
    ...broken.map(({ id, what, where, fix }) => {
      const spot = [where.file ?? id, where.line, where.column].filter(Boolean).join(':')
      return `${spot}: ${[what, fix].filter(Boolean).join(' ')} Not played.`
    }),
    ...(unplayed > 0 ? [`interrupted: ${plural(unplayed, 'trial')} not played.`] : []),
    ...tellShallow(result),
  ]
}

function tellStray({ how, target }: { how: string; target: string }): string {
  return how.startsWith('late ')
    ? `a call came after its trial had ended, and was refused: ${how.slice(5)} ${target}.`
    : `outside of any trial the subject tried to get out: ${how} ${target}.`
}

function tellShallow({ trials }: RunResult): string[] {
  const shallow = new Set(
    trials.flatMap((one) => one.shallow.map(({ twin, op, depth }) => `${twin} ${op} (${depth})`)),
  )
  if (shallow.size === 0) return []
  const some = [...shallow].slice(0, NAMED_MAX).join(', ')
  const more = shallow.size > NAMED_MAX ? ` and ${shallow.size - NAMED_MAX} more` : ''
  return [`leaned on shallow operations: ${some}${more}.`]
}
