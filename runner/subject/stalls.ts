import type { SubjectReply } from './subject.ts'

const BEAT_MS = 20
/** A single stall of our own so long, or stalls that are so long at the mean, and no timeout can be trusted. */
const LONGEST_MS = 1000
const MEAN_MS = 100

/**
 * Whether a subject that ran out of time was held up by us: when this process itself did not get to
 * run, the machine was overloaded, and the twins answered late. Such a timeout is nobody's failure.
 */
export async function blamingStalls(asked: Promise<SubjectReply>): Promise<SubjectReply> {
  const since = pulse.begin()
  try {
    const reply = await asked
    if (reply.problem?.kind !== 'timed-out') return reply
    const { longestMs, meanMs } = pulse.since(since)
    if (longestMs < LONGEST_MS && !(meanMs >= MEAN_MS)) return reply
    const why = `${reply.problem.why}, but Backlot itself stood still for up to ${longestMs} ms meanwhile: the machine is overloaded; try fewer --jobs`
    return { ...reply, problem: { kind: 'held-up', why } }
  } finally {
    pulse.end()
  }
}

/** Where the pulse stood when something began. */
interface Mark {
  at: number
  beats: number
  totalMs: number
}

/** Feels how evenly this process gets to run; one for all that is under way, since thousands may be. */
class Pulse {
  #underWay = 0
  #timer: NodeJS.Timeout | undefined
  #lastAt = 0
  #beats = 0
  #totalMs = 0
  /** Stalls that alone would tell, oldest first. */
  #stalls: { at: number; ms: number }[] = []

  begin(): Mark {
    const now = performance.now()
    if (this.#underWay++ === 0) {
      this.#lastAt = now
      this.#stalls = []
      this.#timer = setInterval(() => this.#beat(), BEAT_MS).unref()
    }
    return { at: now, beats: this.#beats, totalMs: this.#totalMs }
  }

  end(): void {
    if (--this.#underWay === 0) clearInterval(this.#timer)
  }

  /** The longest stretch between two beats since then, and how long they were at the mean, in ms. */
  since({ at, beats, totalMs }: Mark): { longestMs: number; meanMs: number } {
    this.#beat()
    const mine = this.#stalls.filter((one) => one.at > at).map(({ ms }) => ms)
    const count = this.#beats - beats
    const meanMs = count === 0 ? 0 : (this.#totalMs - totalMs) / count
    return { longestMs: Math.round(Math.max(0, meanMs, ...mine)), meanMs: Math.round(meanMs) }
  }

  #beat(): void {
    const now = performance.now()
    const ms = now - this.#lastAt
    this.#lastAt = now
    this.#beats++
    this.#totalMs += ms
    if (ms >= LONGEST_MS) this.#stalls.push({ at: now, ms })
  }
}

const pulse = new Pulse()
