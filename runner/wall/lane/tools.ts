import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/**
 * How the namespaces of a lane are made: in one of users of its own, which anybody may where the machine
 * lets them, or by root without one.
 */
export type LaneMeans = 'users' | 'root'

/** The programs that a lane is made with, by absolute path. */
export interface LaneTools {
  bwrap: string
  unshare: string
  nsenter: string
  prlimit: string
  env: string
  ip: string
  mount: string
  sh: string
  nft: string | undefined
}

/** What is needed of them where a container is the sandbox. */
export type NetworkTools = Pick<LaneTools, 'nsenter' | 'ip' | 'nft'>

/** The Debian package that each comes in. */
const packages: Record<Exclude<keyof LaneTools, 'nft'>, string> = {
  bwrap: 'bubblewrap',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  prlimit: 'util-linux',
  env: 'coreutils',
  ip: 'iproute2',
  mount: 'mount',
  sh: 'dash',
}

/** An ordinary user's PATH has no sbin. */
const usualFolders: readonly string[] = ['/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** Finds the programs; the Debian packages that are missing where some are not there. */
export function findTools(
  path = process.env['PATH'] ?? '',
  usual = usualFolders,
): LaneTools | { missing: string[] } {
  const { find, need, missing } = createFinder(path, usual)
  const tools: LaneTools = {
    bwrap: need('bwrap'),
    unshare: need('unshare'),
    nsenter: need('nsenter'),
    prlimit: need('prlimit'),
    env: need('env'),
    ip: need('ip'),
    mount: need('mount'),
    sh: need('sh'),
    nft: find('nft'),
  }
  return missing.size === 0 ? tools : { missing: [...missing] }
}

/** Finds what a network of our own is kept up with where a container engine has made it; the Debian packages that are missing else. */
export function findNetworkTools(
  path = process.env['PATH'] ?? '',
  usual = usualFolders,
): NetworkTools | { missing: string[] } {
  const { find, need, missing } = createFinder(path, usual)
  const tools = { nsenter: need('nsenter'), ip: need('ip'), nft: find('nft') }
  return missing.size === 0 ? tools : { missing: [...missing] }
}

function createFinder(path: string, usual: readonly string[]) {
  const folders = [...path.split(delimiter), ...usual]
  const find = (name: string): string | undefined =>
    folders.map((folder) => join(folder, name)).find(isExecutable)
  const missing = new Set<string>()
  const need = (name: keyof typeof packages): string => {
    const found = find(name)
    if (found === undefined) missing.add(packages[name])
    return found ?? ''
  }
  return { find, need, missing }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return file.startsWith('/')
  } catch {
    return false
  }
}
