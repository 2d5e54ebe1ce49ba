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

/** The lane's own process and the sandbox's, besides the program's. */
export const ownProcesses = 16

/**
 * Limits of each process, set before it enters the lane, so that nothing of its own runs without them.
 * RLIMIT_DATA and not RLIMIT_AS, of which V8 reserves gigabytes without using them. Processes are counted
 * in the user namespace that they are in, so whatever else this user runs does not count.
 */
export function limitFlags({ memoryMb, processes, files, fileMb, seconds }: FullLimits): string[] {
  const flags = [
    `--data=${memoryMb * MIB}`,
    `--nproc=${processes + ownProcesses}`,
    `--nofile=${files}`,
    `--fsize=${fileMb * MIB}`,
    '--core=0',
  ]
  return seconds === undefined ? flags : [...flags, `--cpu=${seconds}`]
}
