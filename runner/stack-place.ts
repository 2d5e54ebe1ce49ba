import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Whereabouts } from '../engine/usage-error.ts'

const root = join(import.meta.dirname, '..')
const own = ['runner', 'engine', 'twins', 'fronts'].map((one) => join(root, one) + sep)

/** Where an error arose in the author's own files: the first frame of its stack that is neither ours nor Node's. */
export function placeInStack(error: unknown): Whereabouts | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  for (const line of stack.split('\n')) {
    const match =
      /^\s+at (?:.*\()?((?:file:\/\/)?\/[^():]+|[A-Za-z]:\\[^():]+):(\d+):(\d+)\)?$/.exec(line)
    if (match === null) continue
    const file = match[1]!.startsWith('file:') ? fileURLToPath(match[1]!) : match[1]!
    if (isOurs(file) || file.includes(`${sep}node_modules${sep}`)) continue
    return { file, line: Number(match[2]), column: Number(match[3]) }
  }
  return undefined
}

/** Our own tests play scenarios of theirs. */
function isOurs(file: string): boolean {
  return own.some((one) => file.startsWith(one)) && !file.endsWith('.test.ts')
}

/** Whether an error was thrown by what a scenario is handed, not by the scenario's own lines. */
export function isThrownByOurs(error: unknown): boolean {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  const first = stack.split('\n').find((line) => /^\s+at /.test(line)) ?? ''
  return own.some((one) => first.includes(one)) && !first.includes('.test.ts')
}
