import { deliveries, subscriptions, type Delivery, type Outgoing } from './agenda.ts'
import { isAnswerLost, lostOnTheWay, outAt, releaseHeld } from './event-faults.ts'
import type { Fault } from './faults.ts'
import type { DeliveryEntry, EventEntry } from './journal.ts'
import type { EventSender } from './twin.ts'
import type { World } from './world.ts'

/** Journals an event and queues a request for every subscriber that wants it. */
export function emitEvent(
  world: World,
  sender: EventSender | undefined,
  event: Omit<EventEntry, 'n' | 'at' | 'kind'>,
): void {
  const { twin, type } = event
  const entry: EventEntry = { kind: 'event', n: world.journal.number(), at: world.now(), ...event }
  world.journal.add(entry)
  if (sender === undefined) return
  for (const one of world.rows.all(subscriptions, { index: 'twin', equals: twin })) {
    if (!one.types.includes('*') && !one.types.includes(type)) continue
    const request = sender.toRequest(world, one, entry)
    const fault = request && send(world, twin, type, request)
    if (fault !== undefined) entry.fault = fault
  }
}

/** Takes out the deliveries whose time has come, in order of time. One that is lost on its way has failed already. */
export function takeDue(world: World): Delivery[] {
  const due = world.rows.all(deliveries).filter((one) => one.at <= world.now())
  for (const one of due) world.rows.remove(deliveries, one.id)
  return due
    .sort((a, b) => a.at - b.at)
    .filter((one) => {
      const why = lostOnTheWay(one)
      if (why !== undefined) world.delivered(one, why)
      return why === undefined
    })
}

/** Journals how a delivery went, and queues the next attempt where the service makes one. */
export function reportDelivery(
  world: World,
  sender: EventSender | undefined,
  delivery: Delivery,
  outcome: number | string,
  isFinal: boolean,
): void {
  const { twin, type, request, attempt } = delivery
  const { url } = request
  const n = world.journal.number()
  const entry: DeliveryEntry = {
    kind: 'delivery',
    n,
    at: world.now(),
    twin,
    type,
    url,
    attempt,
    outcome,
  }
  const { fault, ...unharmed } = delivery
  if (fault !== undefined) entry.fault = fault
  world.journal.add(entry)
  const { timeoutMs = 10_000 } = sender ?? {}
  const seen = isAnswerLost(fault) ? `no answer within ${timeoutMs} ms` : outcome
  const accepts = sender?.accepted ?? isSuccess
  const waitMs = sender?.retryAfterMs[attempt - 1]
  if ((typeof seen === 'number' && accepts(seen)) || waitMs === undefined) return
  if (isFinal) return
  const next = { ...unharmed, attempt: attempt + 1, at: world.now() + waitMs }
  queue(world, { ...next, request: sender?.toRetry?.(world, next, seen) ?? request })
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

/** Queues the request of an event; returns the fault that struck, if one did. */
function send(world: World, twin: string, type: string, request: Outgoing): Fault | undefined {
  const struck = world.faultLine.strikeEvent(twin, type, world.now())
  const fault = struck?.action
  if (fault?.kind === 'drop-before') return struck
  const at = outAt(world.now(), struck)
  const copies = fault?.kind === 'duplicate' ? (fault.copies ?? 2) : 1
  for (let i = 0; i < copies; i++) {
    const id = `out${world.nextNumber('engine.deliveries')}`
    const delivery: Delivery = { id, twin, type, request, attempt: 1, at }
    if (struck !== undefined) delivery.fault = struck
    queue(world, delivery)
    if (!world.faultLine.isEmpty && fault?.kind !== 'reorder') releaseHeld(world, delivery)
  }
  return struck
}

function queue(world: World, delivery: Delivery): void {
  world.rows.insert(deliveries, delivery)
  world.onAgenda?.()
}
