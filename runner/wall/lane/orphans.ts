import { readdirSync, readlinkSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** So often and so long apart: a program that was just being started may come in between. */
const rounds = 10
const ROUND_MS = 100

/** The network of whoever started this process: nothing is ever ended there. */
const outside = networkOf(String(process.ppid))

/**
 * Ends whatever runs in this process's network. A sandbox dies with the runner that started it, but one that was
 * only being built when the runner was killed has not heard of that yet, and would live on.
 */
export async function endOrphans(): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    for (const pid of neighbours()) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It has gone by itself.
      }
    }
    await wait(ROUND_MS)
  }
}

/** The other processes in this network. */
function neighbours(): number[] {
  const own = networkOf('self')
  if (own === undefined || own === outside) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && networkOf(name) === own)
    .map(Number)
    .filter((pid) => pid !== process.pid)
}

function networkOf(name: string): string | undefined {
  try {
    return readlinkSync(`/proc/${name}/ns/net`)
  } catch {
    return undefined
  }
}
