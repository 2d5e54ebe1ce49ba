import type { Limits } from '../wall.ts'

/** What a program may use up where its author says nothing. */
export const defaultLimits = {
  memoryMb: 1024,
  processes: 256,
  files: 1024,
  fileMb: 256,
  diskMb: 256,
} satisfies Limits

/** Limits with the defaults filled in; `seconds` has none. */
export type FullLimits = Required<Omit<Limits, 'seconds'>> & Pick<Limits, 'seconds'>

export function fillLimits(limits: Limits = {}): FullLimits {
  return { ...defaultLimits, ...limits }
}

const MIB = 1 << 20

/**
 * Limits of each process, set before it enters the sandbox, so that nothing of its own runs without them.
 * RLIMIT_DATA and not RLIMIT_AS, of which V8 reserves gigabytes without using them.
 */
export function outerLimits({ memoryMb, files, fileMb, seconds }: FullLimits): string[] {
  const flags = [
    `--data=${memoryMb * MIB}`,
    `--nofile=${files}`,
    `--fsize=${fileMb * MIB}`,
    '--core=0',
  ]
  return seconds === undefined ? flags : [...flags, `--cpu=${seconds}`]
}

/** Processes are counted by user, and only inside the sandbox's own user namespace is the count the program's alone. */
export function innerLimits({ processes }: FullLimits): string[] {
  return [`--nproc=${processes}`]
}
