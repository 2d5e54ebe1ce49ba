import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The version of this package; its package.json stands one folder up in the repository, two in `dist`. */
export function readVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const text = readFileSync(join(import.meta.dirname, path), 'utf8')
      const { name, version } = JSON.parse(text) as { name?: string; version?: string }
      if (name === 'backlot' && version !== undefined) return version
    } catch {
      // Not here: the other place.
    }
  }
  return 'unknown'
}
