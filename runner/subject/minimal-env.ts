import { dirname, delimiter } from 'node:path'

/**
 * What every subject process has in its environment besides its own settings. The Node that runs
 * Backlot comes first in PATH, so that `node x.ts` means a Node that can run it.
 */
export function minimalEnv(home: string): Record<string, string> {
  const env: Record<string, string> = {
    PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    HOME: home,
    TMPDIR: home,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
  }
  // Windows programs do not start without it.
  const { SystemRoot } = process.env
  if (SystemRoot !== undefined) env['SystemRoot'] = SystemRoot
  return env
}
