import type { Delivery, Outgoing } from '../../engine/agenda.ts'
import { readDuration } from '../../engine/clock.ts'
import type { World } from '../../engine/world.ts'
import { readValue } from '../journal-view.ts'
import type { StoryLimit } from '../story-limit.ts'
import type { SubjectCall, SubjectReply, SubjectSession } from '../subject/subject.ts'
import type { Progress } from '../trial-progress.ts'
import type { WaitClock } from '../wait-clock.ts'
import { pathAtSubject, plainPath } from './address.ts'
import { untilQuiet } from './quiet.ts'

/** What carries events needs to know of a trial. */
export interface DeliveryParts {
  world: World
  session: SubjectSession
  clock: WaitClock
  limit: StoryLimit
  progress: Progress
  /** Where the subject is reached. */
  url: string
  /** See `Subject.settleMs`. */
  settleMs: number
}

/** A subject whose answers to events cause events again, without end, is stopped after so many. */
const HANDED_MAX = 500

/**
 * Carries a trial's events to its subject: one after the other, in the order in which they fell due,
 * and only at moments of the story that are the same in every play. Whatever leads anywhere else is
 * journaled as refused, and goes nowhere.
 */
export class Deliveries {
  readonly #parts: DeliveryParts
  #handed = 0
  /** Those who wait, wait for one and the same. */
  #settling: Promise<void> | undefined

  constructor(parts: DeliveryParts) {
    this.#parts = parts
  }

  /** Resolves when nothing is due any more and the subject has fallen silent. */
  settle(): Promise<void> {
    this.#settling ??= this.#settle().finally(() => (this.#settling = undefined))
    return this.#settling
  }

  /** Lets so much virtual time pass, and hands over on the way whatever falls due. */
  async settleWithin(duration: number | string): Promise<void> {
    const { world, progress } = this.#parts
    const until = world.now() + readDuration(duration)
    for (;;) {
      await this.settle()
      const due = world.nextDue()
      const now = world.now()
      if (due === undefined || due > until) return progress.advance(Math.max(0, until - now))
      progress.advance(Math.max(1, due - now))
    }
  }

  /** Hands over what is still due when the story has come to its end. */
  async finish(): Promise<void> {
    if (this.#isDue()) await this.settle()
  }

  #isDue(): boolean {
    const { world } = this.#parts
    const due = world.nextDue()
    return due !== undefined && due <= world.now()
  }

  async #settle(): Promise<void> {
    const { world, session, limit, clock, settleMs } = this.#parts
    limit.pause()
    try {
      for (;;) {
        const due = inOrder(world.takeDeliveries())
        for (const one of due) await this.#hand(one)
        if (due.length > 0) continue
        await during(clock, () => untilQuiet(world.journal, settleMs, session.turn))
        if (!this.#isDue()) return
      }
    } finally {
      limit.resume()
    }
  }

  async #hand(delivery: Delivery): Promise<void> {
    const { world, session, url } = this.#parts
    const path = pathAtSubject(delivery.request.url, url, session)
    if (path === undefined) {
      world.delivered(delivery, 'refused: no address of the subject', true)
      return
    }
    if (this.#handed > HANDED_MAX) return
    if (++this.#handed > HANDED_MAX) return this.#stop(delivery, path)
    // Told in the subject's own time: it can't know that of the world. Nothing of it is kept.
    const sender = world.twins.get(delivery.twin)!.definition.events
    const request = sender?.atTime?.(world, delivery, Date.now()) ?? delivery.request
    const outcome = await this.#ask(delivery, toRequest(request, path))
    world.delivered(delivery, outcome)
  }

  /** The subject's status, or why there was none. */
  async #ask(delivery: Delivery, request: SubjectCall): Promise<number | string> {
    const { world, session, clock, progress, settleMs } = this.#parts
    const before = world.journal.last
    const { atMs } = progress
    const order = progress.nextOrder()
    const { timeoutMs = 10_000 } = world.twins.get(delivery.twin)!.definition.events ?? {}
    let answeredMs = atMs
    const reply = await during(clock, async (firstCall) => {
      const answer = await session.send(request, firstCall)
      answeredMs = progress.atMs
      await untilQuiet(world.journal, settleMs, session.turn)
      return answer
    })
    const last = world.journal.last
    const path = plainPath(request.path, session)
    const told = { method: request.method, path, body: request.body }
    const ending = { last, endMs: answeredMs, endOrder: progress.nextOrder() }
    progress.requests.push({ request: told, reply, before, atMs, order, ...ending })
    if (reply.problem !== undefined) return reply.problem.why
    // In the story's time: a slow machine must not make a service hang up.
    if (answeredMs - atMs >= timeoutMs) return `no answer within ${timeoutMs} ms`
    return reply.status
  }

  #stop(delivery: Delivery, path: string): void {
    const { world, progress, session } = this.#parts
    const { atMs } = progress
    const { last } = world.journal
    const why = `was told of ${HANDED_MAX} events, and what it does causes ever more`
    const reply: SubjectReply = {
      status: 0,
      body: undefined,
      stderr: '',
      problem: { kind: 'endless-events', why },
    }
    const request = { method: delivery.request.method, path: plainPath(path, session) }
    const moment = { before: last, last, atMs, endMs: atMs }
    const [order, endOrder] = [progress.nextOrder(), progress.nextOrder()]
    progress.requests.push({ request, reply, ...moment, order, endOrder })
    world.delivered(delivery, 'refused: too many events in one trial', true)
  }
}

/** Virtual time runs while the subject has something to do. */
async function during<T>(
  clock: WaitClock,
  body: (firstCall: Promise<void>) => Promise<T>,
): Promise<T> {
  const firstCall = clock.begin()
  try {
    return await body(firstCall)
  } finally {
    clock.end()
  }
}

/** As they fell due; those of one moment as they were made: ids are numbered. */
function inOrder(deliveries: Delivery[]): Delivery[] {
  const numberOf = ({ id }: Delivery): number => Number(/\d+$/.exec(id)?.[0])
  return deliveries.sort((a, b) => a.at - b.at || numberOf(a) - numberOf(b))
}

function toRequest({ method, headers, body: text }: Outgoing, path: string): SubjectCall {
  const body = readValue(text, headers['content-type'])
  return { method, path, headers, text, ...(body === undefined ? {} : { body }) }
}
