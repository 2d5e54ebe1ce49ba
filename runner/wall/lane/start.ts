import { resolve } from 'node:path'
import type { Launch, Program } from '../wall.ts'
import type { Cgroup } from './cgroup.ts'
import { limitFlags, type FullLimits } from './limits.ts'
import { viewFlags, visiblePath, type View } from './sandbox.ts'
import type { LaneMeans, LaneTools } from './tools.ts'
import { account, trustEnv } from './trust.ts'

/** What every program of a berth is started with. */
export interface StartOptions {
  tools: LaneTools
  means: LaneMeans
  /** Of the lane's own process. */
  pid: number
  view: View
  limits: FullLimits
  /** The system call filter; undefined where none can be written for this processor. */
  filter: Buffer | undefined
  cgroup: Cgroup | undefined
}

/** Users of its own. Root without them keeps its number, and has no capability all the same. */
const ownUsers = ['--unshare-user', '--uid', String(account.uid), '--gid', String(account.uid)]

/** Own processes, messages and names; no capability; gone when the runner goes. */
const apart = [
  '--unshare-pid',
  '--unshare-ipc',
  '--unshare-uts',
  '--unshare-cgroup-try',
  '--die-with-parent',
  '--new-session',
  '--cap-drop',
  'ALL',
  '--hostname',
  account.host,
]

/** Makes what starts programs in a lane: under limits, into its namespaces, into a sandbox. */
export function createStarter(options: StartOptions): (program: Program) => Launch {
  const { tools, means, pid, view, limits, filter, cgroup } = options
  const users = means === 'users' ? ['--preserve-credentials', '--user'] : []
  const enter = [...users, '--net', '--mount', '--target', String(pid)]
  const fixed = [...(means === 'users' ? ownUsers : []), ...apart, ...viewFlags(view)]
  if (filter !== undefined) fixed.push('--seccomp', '4')
  const limited = [
    tools.prlimit,
    ...limitFlags(limits, cgroup?.holdsMemory === true),
    '--',
    tools.nsenter,
    ...enter,
    '--',
  ]
  const before = [...(cgroup?.join ?? []), ...limited, tools.bwrap, '--args', '3', '--']
  const path = visiblePath(view.readable)
  return ({ command, cwd, env }) => {
    // Its settings reach it at the very end: LD_PRELOAD must not reach into what walls it in.
    const settings = Object.entries({ ...baseEnv(path), ...env })
    const set = settings.flatMap(([name, value]) => ['--setenv', name, value])
    const flags = [...fixed, '--clearenv', ...set, '--chdir', resolve(cwd)]
    // By a pipe, so that nobody reads them in a list of processes.
    const listed = Buffer.from(`${flags.join('\0')}\0`)
    return {
      command: [...before, ...command],
      cwd: '/',
      env: {},
      inputs: filter === undefined ? [listed] : [listed, filter],
    }
  }
}

function baseEnv(path: string): Record<string, string> {
  return {
    PATH: path,
    HOME: account.home,
    TMPDIR: '/tmp',
    USER: account.name,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    ...trustEnv,
  }
}
