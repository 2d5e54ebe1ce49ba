import { existsSync, readdirSync, readFileSync, realpathSync, type Dirent } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** A package that is installed where a subject could load it from. */
export interface InstalledPackage {
  /** Its place as a lockfile names it: `node_modules/a/node_modules/@b/c`. */
  place: string
  /** The folder in which that place is; a lockfile would be there. */
  base: string
  /** Its own files' folders, real paths. */
  folders: string[]
  /** As its package.json says; empty where that can't be read. */
  name: string
  version: string
}

/** More folders than this are not looked at. */
const FOLDERS_MAX = 60_000

/**
 * The packages of npm that programs in these folders find, the nearest first; `isWhole` is false when
 * there are too many to look at.
 */
export function findPackages(starts: readonly string[]): {
  packages: InstalledPackage[]
  isWhole: boolean
} {
  const packages: InstalledPackage[] = []
  const seen = new Set<string>()
  let left = FOLDERS_MAX
  const visitModules = (base: string, place: string): void => {
    for (const entry of list(join(base, place))) {
      if (entry.name.startsWith('.')) continue
      const inner = `${place}/${entry.name}`
      if (!entry.name.startsWith('@')) visitPackage(base, inner)
      else for (const one of list(join(base, inner))) visitPackage(base, `${inner}/${one.name}`)
    }
  }
  const visitPackage = (base: string, place: string): void => {
    const root = realPath(join(base, place))
    if (root === undefined || seen.has(root)) return
    seen.add(root)
    const folders: string[] = []
    const visit = (path: string): void => {
      if (left-- <= 0) return
      folders.push(path)
      for (const entry of list(path)) {
        if (entry.isDirectory() && entry.name !== 'node_modules') visit(join(path, entry.name))
      }
    }
    visit(root)
    packages.push({ place, base, folders, ...readNames(root) })
    if (existsSync(join(root, 'node_modules'))) visitModules(base, `${place}/node_modules`)
  }
  const looked = new Set<string>()
  for (const start of starts) {
    for (let above = resolve(start); !looked.has(above); above = dirname(above)) {
      looked.add(above)
      if (existsSync(join(above, 'node_modules'))) visitModules(above, 'node_modules')
    }
  }
  return { packages, isWhole: left > 0 }
}

function readNames(root: string): { name: string; version: string } {
  try {
    const { name, version } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    ) as Record<string, unknown>
    return { name: String(name ?? ''), version: String(version ?? '') }
  } catch {
    return { name: '', version: '' }
  }
}

function list(path: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch {
    return []
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path)
  } catch {
    return undefined
  }
}
