import { openSync, readdirSync, readFileSync } from 'node:fs'

/** O_CLOEXEC as fdinfo spells it. */
const closedOnStart = 0o2000000

let found: Map<number, number> | undefined

/**
 * What was left open for us by whoever started this process, and would be open for every program that
 * we start: a way past any wall. Each number, with a descriptor of /dev/null to be put in its place.
 */
export function inheritedDescriptors(): ReadonlyMap<number, number> {
  return (found ??= findInherited())
}

function findInherited(): Map<number, number> {
  const inherited = listInherited()
  if (inherited.length === 0) return new Map()
  const nothing = openSync('/dev/null', 'r')
  return new Map(inherited.map((one) => [one, nothing]))
}

function listInherited(): number[] {
  // Elsewhere Node can't tell, and there is no wall to be got past.
  if (process.platform !== 'linux') return []
  return readdirSync('/proc/self/fd')
    .map(Number)
    .filter((one) => one > 2 && !isClosedOnStart(one))
}

function isClosedOnStart(descriptor: number): boolean {
  try {
    const info = readFileSync(`/proc/self/fdinfo/${descriptor}`, 'utf8')
    const flags = /^flags:\s*(\d+)$/m.exec(info)?.[1] ?? '0'
    return (Number.parseInt(flags, 8) & closedOnStart) !== 0
  } catch {
    // It was the one that the folder was read by.
    return true
  }
}
