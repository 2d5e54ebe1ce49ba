import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** So many entries of a folder are looked at; a subject with more holds data, not doors. */
const entriesMax = 20_000
/** What others have packed or keep, and who listens there is not meant. */
const skipped = new Set(['node_modules', '.git'])

/**
 * Sockets and named pipes in a folder. A program that may only read the folder could still talk through
 * them to whoever listens outside: no network namespace stands in between.
 */
export function findDoors(folder: string): string[] {
  const doors: string[] = []
  const folders = [folder]
  let seen = 0
  for (let next = folders.pop(); next !== undefined && seen < entriesMax; next = folders.pop()) {
    for (const entry of list(next)) {
      seen++
      const path = join(next, entry.name)
      if (entry.isSocket() || entry.isFIFO()) doors.push(path)
      else if (entry.isDirectory() && !skipped.has(entry.name)) folders.push(path)
    }
  }
  return doors
}

function list(folder: string): ReturnType<typeof readEntries> {
  try {
    return readEntries(folder)
  } catch {
    // What we may not read, a program without any right of its own may not either.
    return []
  }
}

function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true })
}
