import { accessSync, constants, realpathSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'
import { UsageError } from '../../../engine/usage-error.ts'
import type { Program } from '../wall.ts'
import { isBelow, nodeFolders, systemFolders, visiblePath } from './sandbox.ts'

/** Throws a UsageError when a folder holds so much of this machine that showing it would be no wall. */
export function needNarrow(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`There is no folder "${folder}" for the subject to read.`)
  }
  const real = realpathSync(folder)
  const whole = [homedir(), tmpdir(), '/usr', '/etc', '/proc', '/sys', '/dev', '/run', '/var']
  const inside = whole.find((one) => isBelow(one, real))
  if (inside === undefined) return
  throw new UsageError(
    `The subject's folder "${folder}" holds ${inside}: behind the wall it would see too much.`,
    {
      fix: 'Put the subject and its description into a folder of its own, or name --wall environment (unsafe).',
    },
  )
}

/** Throws a UsageError when a program is there, but not where a lane shows it. */
export function needVisible({ command, cwd, env }: Program, readable: readonly string[]): void {
  const program = command[0]!
  const seen = ['/usr', ...systemFolders, ...nodeFolders(), cwd, ...readable]
  const path = env['PATH'] ?? visiblePath([cwd, ...readable])
  const candidates = program.includes('/')
    ? [resolve(cwd, program)]
    : path.split(delimiter).map((folder) => join(folder, program))
  if (candidates.some((one) => isSeen(one, seen))) return
  throw new UsageError(`The program "${program}" can't be seen behind the wall.`, {
    field: 'command',
    fix: 'Name the folders that it needs in "reads", or name --wall environment (unsafe).',
  })
}

/** Also where a link leads, since nothing else is there. */
function isSeen(file: string, seen: readonly string[]): boolean {
  try {
    accessSync(file, constants.X_OK)
    const real = realpathSync(file)
    const places = seen.flatMap((one) => [one, realOf(one)])
    return [file, real].every((path) => places.some((one) => isBelow(path, one)))
  } catch {
    return false
  }
}

function realOf(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    return folder
  }
}
