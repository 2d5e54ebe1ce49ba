import { readFileSync } from 'node:fs'
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
 * What V8 reserves without using it and RLIMIT_DATA counts all the same: half a gigabyte for the code of
 * each heap, twice that while it looks for a place, and every worker thread has a heap.
 */
const reservedMb = 2048

/**
 * Limits of each process, set before it enters the lane, so that nothing of its own runs without them.
 * Where a control group holds the memory, it does so to the byte; RLIMIT_DATA is for everywhere else.
 * Processes are counted in the user namespace that they are in, so whatever else this user runs does not count.
 */
export function limitFlags(
  { memoryMb, processes, files, fileMb, seconds }: FullLimits,
  memoryIsHeld: boolean,
  own: string = readOwnLimits(),
): string[] {
  const asked: [flag: keyof typeof names, value: number | undefined][] = [
    ['data', memoryIsHeld ? undefined : (memoryMb + reservedMb) * MIB],
    ['nproc', processes + ownProcesses],
    ['nofile', files],
    ['fsize', fileMb * MIB],
    ['core', 0],
    ['cpu', seconds],
  ]
  return asked.flatMap(([flag, value]) =>
    value === undefined ? [] : [`--${flag}=${Math.min(value, hardLimit(own, flag))}`],
  )
}

/** As /proc/self/limits names them. */
const names = {
  data: 'Max data size',
  nproc: 'Max processes',
  nofile: 'Max open files',
  fsize: 'Max file size',
  core: 'Max core file size',
  cpu: 'Max cpu time',
}

/** What this process itself is held to; asking for more would be refused. */
function hardLimit(own: string, flag: keyof typeof names): number {
  const hard = new RegExp(`^${names[flag]}\\s+\\S+\\s+(\\d+)`, 'm').exec(own)?.[1]
  return hard === undefined ? Number.POSITIVE_INFINITY : Number(hard)
}

function readOwnLimits(): string {
  return readFileSync('/proc/self/limits', 'utf8')
}
