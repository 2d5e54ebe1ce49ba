import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs'
import { delimiter, dirname, join, resolve, sep } from 'node:path'
import { findDoors } from './doors.ts'
import { deviceNames } from './messages.ts'
import { account } from './trust.ts'

/** What a program sees of this machine's disk: nothing but what is named here. */
export interface View {
  /** Folders that it may read, at their own paths. */
  readable: readonly string[]
  /** The folder that stands as /etc. */
  etc: string
  /** The folder with `home`, `tmp` and `shm`, the only places that it may write to. */
  scratch: string
  /** A folder with devices to be shown in place of the machine's. */
  devices?: string | undefined
}

/** Folders whose programs and libraries every system keeps outside /usr, or as links into it. */
export const systemFolders = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']

/** What tells of the machine as a whole. */
const hiddenFiles = ['kcore', 'keys', 'kmsg', 'latency_stats', 'sched_debug', 'timer_list'].map(
  (name) => `/proc/${name}`,
)

/** Flags of bwrap that show just a view. */
export function viewFlags({ readable, etc, scratch, devices }: View): string[] {
  const flags = ['--ro-bind', '/usr', '/usr']
  for (const folder of systemFolders) {
    const found = lstatSync(folder, { throwIfNoEntry: false })
    if (found === undefined) continue
    if (found.isSymbolicLink()) flags.push('--symlink', readlinkSync(folder), folder)
    else flags.push('--ro-bind', folder, folder)
  }
  flags.push('--proc', '/proc', '--dev', '/dev', '--ro-bind', etc, '/etc')
  if (devices !== undefined) {
    for (const name of deviceNames) flags.push('--dev-bind', join(devices, name), `/dev/${name}`)
  }
  flags.push('--dir', '/run', '--dir', '/var/tmp')
  flags.push('--bind', join(scratch, 'tmp'), '/tmp', '--bind', join(scratch, 'home'), account.home)
  flags.push('--bind', join(scratch, 'shm'), '/dev/shm')
  // What is named later lies on top: a subject's folder may be below /tmp.
  for (const path of withSurroundings(readable)) flags.push('--ro-bind', realpathSync(path), path)
  const closed = [...hiddenFiles.filter((one) => existsSync(one)), ...readable.flatMap(findDoors)]
  for (const path of closed) flags.push('--ro-bind', '/dev/null', path)
  // The places in between are memory of nobody's berth. And in /proc are the switches of the network and,
  // for a runner that is root, of the whole machine: who owns them may turn them without any capability.
  for (const path of ['/proc', '/dev', '/']) flags.push('--remount-ro', path)
  return flags
}

/** Folders, and before each what Node looks for above it: packages, and what kind of module a file is. */
function withSurroundings(folders: readonly string[]): string[] {
  const all = new Set<string>()
  // By its own name and by that of a link to it: programs use either.
  for (const folder of folders.flatMap((one) => [one, realpathSync(one)])) {
    for (let above = dirname(folder); dirname(above) !== above; above = dirname(above)) {
      for (const name of ['node_modules', 'package.json']) {
        const path = join(above, name)
        if (existsSync(path)) all.add(path)
      }
    }
    all.add(folder)
  }
  // The shorter first: a mount hides what was mounted below it before.
  return [...all].sort((a, b) => a.length - b.length)
}

/** Where this Node is, unless it is seen anyway. */
export function nodeFolders(): string[] {
  const folder = dirname(realpathSync(process.execPath))
  return isBelow(folder, '/usr') ? [] : [folder]
}

/** The places of PATH that a program can see, the runner's own Node first. */
export function visiblePath(readable: readonly string[]): string {
  const seen = ['/usr', ...systemFolders, ...readable]
  const listed = (process.env['PATH'] ?? '').split(delimiter).filter((one) => one.startsWith('/'))
  const usual = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']
  const path = [...listed, ...usual].filter((one) => seen.some((folder) => isBelow(one, folder)))
  return [...new Set([dirname(realpathSync(process.execPath)), ...path])].join(delimiter)
}

/** Whether a path is a folder or lies in it, by their names alone. */
export function isBelow(path: string, folder: string): boolean {
  const whole = resolve(path)
  const above = resolve(folder)
  return whole === above || whole.startsWith(above.endsWith(sep) ? above : above + sep)
}
