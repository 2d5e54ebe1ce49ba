import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { groupPrefix, sweepGroups } from './leftovers.ts'
import { ownProcesses, type FullLimits } from './limits.ts'

/** Limits of all processes of a berth together; there is one only where this user may make control groups. */
export interface Cgroup {
  /** What goes before a command so that it joins. */
  join: readonly string[]
  countsProcesses: boolean
  holdsMemory: boolean
  /** Removes it; what still runs in it is lost to us. */
  remove: () => void
}

const root = '/sys/fs/cgroup'
let opened = 0

/** Makes a control group with limits on processes and memory, of version 1 or 2; undefined where we may not. */
export function openCgroup(sh: string, limits: FullLimits): Cgroup | undefined {
  const name = `${groupPrefix}${++opened}`
  const folders = existsSync(join(root, 'cgroup.controllers'))
    ? openUnified(name, limits)
    : openSplit(name, limits)
  if (folders === undefined) return undefined
  const lists = folders.map((folder) => join(folder, 'cgroup.procs'))
  const joins = lists.map((_, i) => `echo $$ > "$${i + 1}" && `).join('')
  const script = `${joins}shift ${lists.length} && exec "$@"`
  const has = (file: string) => folders.some((folder) => existsSync(join(folder, file)))
  return {
    join: [sh, '-c', script, 'sh', ...lists],
    countsProcesses: has('pids.max'),
    holdsMemory: has('memory.max') || has('memory.limit_in_bytes'),
    remove: () => folders.forEach(remove),
  }
}

/** Version 1: a tree for each controller. */
function openSplit(name: string, limits: FullLimits): string[] | undefined {
  const folders: string[] = []
  const controllers: [controller: string, file: string, value: number][] = [
    ['pids', 'pids.max', processesOf(limits)],
    ['memory', 'memory.limit_in_bytes', memoryOf(limits)],
  ]
  for (const [controller, file, value] of controllers) {
    const own = new RegExp(`^\\d+:(?:[^:]*,)?${controller}(?:,[^:]*)?:(.*)$`, 'm').exec(ownGroups())
    const folder = join(root, controller, own?.[1] ?? '/', name)
    if (make(folder, [[file, value]])) folders.push(folder)
  }
  return folders.length === 0 ? undefined : folders
}

/** Version 2: one tree, in which our own part must have been handed to us. */
function openUnified(name: string, limits: FullLimits): string[] | undefined {
  const own = /^0::(.*)$/m.exec(ownGroups())?.[1] ?? '/'
  const folder = join(root, own, name)
  const made = make(folder, [
    ['pids.max', processesOf(limits)],
    ['memory.max', memoryOf(limits)],
  ])
  return made ? [folder] : undefined
}

function make(folder: string, values: readonly [file: string, value: number][]): boolean {
  sweepGroups(dirname(folder))
  try {
    mkdirSync(folder)
  } catch {
    return false
  }
  try {
    for (const [file, value] of values) {
      // A file that is not there already is a controller that we have not been given.
      writeFileSync(join(folder, file), String(value), { flag: 'r+' })
    }
    return true
  } catch {
    remove(folder)
    return false
  }
}

function remove(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Something is still ending in it. An empty control group costs nothing.
  }
}

function ownGroups(): string {
  return readFileSync('/proc/self/cgroup', 'utf8')
}

function processesOf({ processes }: FullLimits): number {
  return processes + ownProcesses
}

/** Files of the berth's own disk are memory, too. */
function memoryOf({ memoryMb, diskMb }: FullLimits): number {
  return (memoryMb + diskMb) * (1 << 20)
}
