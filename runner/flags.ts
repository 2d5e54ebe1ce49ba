import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { depths, type Depth } from '../engine/depth.ts'
import { didYouMean, nearest } from '../engine/nearest.ts'
import { UsageError } from '../engine/usage-error.ts'

/** Reads a command's flags. Throws a UsageError that names the wrong flag and the nearest right one. */
export function readFlags<const Flags extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  flags: Flags,
) {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true, strict: true })
  } catch (error) {
    throw toUsageError(error as Error & { code?: string }, command, Object.keys(flags))
  }
}

/** A flag that is a whole number from `least`. */
export function readCount(flag: string, text: string, least: number): number {
  const count = Number(text)
  if (/^\d+$/.test(text) && count >= least && Number.isSafeInteger(count)) return count
  throw new UsageError(`"${text}" is no whole number from ${least}.`, { field: flag })
}

/** A flag that is a depth. */
export function readDepth(flag: string, text: string): Depth {
  if ((depths as readonly string[]).includes(text)) return text as Depth
  throw new UsageError(`There is no depth "${text}".`, {
    field: flag,
    fix: didYouMean(text, depths),
  })
}

function toUsageError(
  error: Error & { code?: string },
  command: string,
  names: readonly string[],
): UsageError {
  const see = `See backlot ${command} --help.`
  const flag = /'(?:-\w, )?(--?[^' ]+)[^']*'/.exec(error.message)?.[1]
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' && flag !== undefined) {
    const near = nearest(
      flag,
      names.map((name) => `--${name}`),
    )
    const fix = near === undefined ? see : `Did you mean "${near}"? ${see}`
    return new UsageError(`There is no flag "${flag}".`, { fix })
  }
  const ambiguous = /^Option '([^']+)' argument is ambiguous/.exec(error.message)?.[1]
  if (ambiguous !== undefined) {
    const fix = `A value that begins with - goes with an =: ${ambiguous}=-1. ${see}`
    return new UsageError('The value looks like a flag.', { field: ambiguous, fix })
  }
  return new UsageError(`${error.message.split(/\.\s|\n/, 1)[0]!.replace(/\.$/, '')}.`, {
    fix: see,
  })
}
