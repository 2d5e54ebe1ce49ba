import { readFileSync, readlinkSync } from 'node:fs'
import { isMissing, type Engine } from './engine.ts'

/** By these an engine's containers are known as some run's, and that run as dead or alive. */
const machineLabel = 'backlot.machine'
const runnerLabel = 'backlot.runner'

/** The labels of every container that this process makes. */
export function ownLabels(): Record<string, string> {
  return { [machineLabel]: machine(), [runnerLabel]: `${process.pid}-${bornAt(process.pid)}` }
}

/** Removes the containers of runs on this machine that were killed before they could. */
export async function sweepContainers({ api }: Engine): Promise<void> {
  const filters = { label: [`${machineLabel}=${machine()}`] }
  const all = await api.listContainers({ all: true, filters })
  const left = all.filter(({ Labels }) => isDead(Labels[runnerLabel]))
  await Promise.all(
    left.map(async ({ Id }) => {
      try {
        await api.getContainer(Id).remove({ force: true, v: true })
      } catch (error) {
        // Another run may be sweeping it, or it is just going by itself.
        if (!isMissing(error) && (error as { statusCode?: number }).statusCode !== 409) throw error
      }
    }),
  )
}

/** Several machines, and containers with process numbers of their own, may use one engine. */
function machine(): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return `${boot}/${readlinkSync('/proc/self/ns/pid')}`
}

function isDead(runner: string | undefined): boolean {
  const [pid, born] = (runner ?? '').split('-')
  return born !== undefined && bornAt(Number(pid)) !== born
}

/** When a process began, in ticks since the machine did: a number may be given out again. Empty when it has ended. */
function bornAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!
  } catch {
    return ''
  }
}
