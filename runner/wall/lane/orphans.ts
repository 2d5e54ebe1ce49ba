import { readdirSync, readlinkSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

/** So often and so long apart: a program that was just being started may come in between. */
const rounds = 10
const ROUND_MS = 100

const WATCH_MS = 500

/** The network of whoever started this process: nothing is ever ended there. */
const outside = networkOf(String(process.ppid))

/**
 * Ends whatever runs in this process's network. A sandbox dies with the runner that started it, but one that was
 * only being built when the runner was killed has not heard of that yet, and would live on.
 */
async function endOrphans(): Promise<void> {
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

/**
 * Ends everything in this network, and calls back, when the process that started this one has gone,
 * however that came: a channel that breaks in the middle of handing sockets over is not heard of.
 */
export function watchRunner(onGone: () => void): void {
  const runner = process.ppid
  let isGone = false
  const leave = (): void => {
    if (isGone) return
    isGone = true
    void endOrphans().finally(onGone)
  }
  process.on('disconnect', leave)
  setInterval(() => {
    if (process.ppid !== runner || !process.connected) leave()
  }, WATCH_MS)
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
