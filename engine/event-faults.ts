import { deliveries, type Delivery } from './agenda.ts'
import type { Fault } from './faults.ts'
import type { World } from './world.ts'

/** When a delivery goes out that a fault struck, in virtual ms. */
export function outAt(now: number, fault: Fault | undefined): number {
  const action = fault?.action
  if (action?.kind === 'delay') return now + action.ms
  return action?.kind === 'reorder' ? now + action.withinMs : now
}

/** Lets those go that were held back until another one had gone out, behind it. */
export function releaseHeld(world: World, by: Delivery): void {
  for (const held of world.rows.all(deliveries)) {
    if (held.fault?.action.kind !== 'reorder' || held.id === by.id) continue
    if (held.twin !== by.twin || held.request.url !== by.request.url || held.at <= by.at) continue
    world.rows.remove(deliveries, held.id)
    // Of those that fall due together, the later number goes out later.
    const id = `out${world.nextNumber('engine.deliveries')}`
    world.rows.insert(deliveries, { ...held, id, at: by.at })
  }
}

/** Why an attempt never reaches its receiver, if a fault keeps it from there. */
export function lostOnTheWay({ fault }: Delivery): string | undefined {
  return fault?.action.kind === 'reset' ? 'ECONNRESET' : undefined
}

/** Whether the service never hears what its receiver answered. */
export function isAnswerLost(fault: Fault | undefined): boolean {
  return fault?.action.kind === 'drop-after'
}
