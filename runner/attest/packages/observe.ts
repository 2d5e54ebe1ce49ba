import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ObservedPackage, PackagesSeen } from '../statement.ts'
import { findPackages, type InstalledPackage } from './find-packages.ts'
import { watchOpens } from './watch-opens.ts'

/** What was seen of packages. */
export interface PackagesObserved {
  packages: ObservedPackage[]
  packagesSeen: PackagesSeen
}

/**
 * Runs something and tells which npm packages were loaded meanwhile from where a subject in these
 * folders finds its own. It may name one too many, which another program on the machine opened at the time, and
 * never one too few; code that is copied into the subject's own files is no package.
 */
export async function observePackages<T>(
  folders: readonly string[],
  body: () => Promise<T>,
): Promise<{ value: T; observed: PackagesObserved }> {
  const { packages, isWhole } = findPackages(folders)
  const watch = await watchOpens(packages.flatMap(({ folders }) => folders))
  let opened: { files: Set<string>; isWhole: boolean } | undefined
  let value: T
  try {
    value = await body()
  } finally {
    opened = await watch?.end()
  }
  const locks = new Locks()
  const found =
    opened === undefined
      ? []
      : await Promise.all(loadedOf(packages, opened.files).map((one) => locks.hold(one)))
  const packagesSeen: PackagesSeen = {
    by: opened === undefined ? 'nothing' : 'file opens',
    isWhole: isWhole && opened?.isWhole === true,
    lockfiles: locks.read,
  }
  return { value, observed: { packages: inOrder(found), packagesSeen } }
}

/** Those of which more than the description was opened: resolving a name reads that of others as well. */
function loadedOf(
  packages: readonly InstalledPackage[],
  files: ReadonlySet<string>,
): InstalledPackage[] {
  const byFolder = new Map(
    packages.flatMap((one) => one.folders.map((folder) => [folder, one] as const)),
  )
  const loaded = new Set<InstalledPackage>()
  for (const file of files) {
    const found = byFolder.get(dirname(file))
    if (found !== undefined && basename(file) !== 'package.json') loaded.add(found)
  }
  return [...loaded]
}

interface Locked {
  name?: string
  version?: string
  integrity?: string
  link?: boolean
}

/** Lockfiles of npm (package-lock.json, lockfileVersion 2 and 3), read once each. */
class Locks {
  readonly read: PackagesSeen['lockfiles'] = []
  readonly #packages = new Map<string, Promise<Record<string, Locked>>>()

  async hold({ base, place, name, version }: InstalledPackage): Promise<ObservedPackage> {
    const known = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const shown = name === '' ? known : name
    const locked = (await this.#of(base))[place]
    if (locked === undefined) return { name: shown, version, state: 'unknown' }
    if (locked.link === true) return { name: shown, version, state: 'unpinned' }
    // Installed under another name (`npm:`), the lockfile says which it is.
    if ((locked.name ?? known) !== name) return { name: shown, version, state: 'unknown' }
    const { integrity } = locked
    const sure = integrity === undefined ? {} : { integrity }
    if (locked.version !== version) return { name, version, ...sure, state: 'other-version' }
    return { name, version, ...sure, state: integrity === undefined ? 'unpinned' : 'pinned' }
  }

  #of(base: string): Promise<Record<string, Locked>> {
    const known = this.#packages.get(base)
    if (known !== undefined) return known
    const reading = this.#load(base)
    this.#packages.set(base, reading)
    return reading
  }

  async #load(base: string): Promise<Record<string, Locked>> {
    try {
      const bytes = await readFile(join(base, 'package-lock.json'))
      const { packages } = JSON.parse(String(bytes)) as { packages?: Record<string, Locked> }
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      this.read.push({ name: 'package-lock.json', sha256 })
      return packages ?? {}
    } catch {
      return {}
    }
  }
}

function inOrder(packages: readonly ObservedPackage[]): ObservedPackage[] {
  const byKey = new Map(packages.map((one) => [`${one.name} ${one.version} ${one.state}`, one]))
  return [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one)
}
