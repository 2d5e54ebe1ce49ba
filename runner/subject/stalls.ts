import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { SubjectReply } from './subject.ts'

const RESOLUTION_MS = 20
/** A single stall of our own so long, or stalls that are so long at the mean, and no timeout can be trusted. */
const LONGEST_MS = 1000
const MEAN_MS = 100

/**
 * Whether a subject that ran out of time was held up by us: when this process itself did not get to
 * run, the machine was overloaded, and the twins answered late. Such a timeout is nobody's failure.
 */
export async function blamingStalls(asked: Promise<SubjectReply>): Promise<SubjectReply> {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  try {
    const reply = await asked
    if (reply.problem?.kind !== 'timed-out') return reply
    const longestMs = Math.round(delays.max / 1e6)
    const meanMs = Math.round(delays.mean / 1e6)
    if (longestMs < LONGEST_MS && !(meanMs >= MEAN_MS)) return reply
    const why = `${reply.problem.why}, but Backlot itself stood still for up to ${longestMs} ms meanwhile: the machine is overloaded; try fewer --jobs`
    return { ...reply, problem: { kind: 'held-up', why } }
  } finally {
    delays.disable()
  }
}
