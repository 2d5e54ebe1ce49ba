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
  const folders = [...path.split(delimiter), ...usual]
  const find = (name: string): string | undefined =>
    folders.map((folder) => join(folder, name)).find(isExecutable)
  const missing = new Set<string>()
  const need = (name: keyof typeof packages): string => {
    const found = find(name)
    if (found === undefined) missing.add(packages[name])
    return found ?? ''
  }
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

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return file.startsWith('/')
  } catch {
    return false
  }
}
