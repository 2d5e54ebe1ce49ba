import { agenda, deliveries } from './agenda.ts'
import { wrong } from './assert.ts'
import type { Rows } from './rows.ts'
import type { World } from './world.ts'

/** More than this many appointments in one go is a twin that makes appointments for now without end. */
const atOnceMax = 100_000

/** Virtual time of the next appointment or delivery, if there is one. */
export function nextDue(rows: Rows): number | undefined {
  let due = rows.page(agenda, { index: 'at', limit: 1 })[0]?.at
  for (const one of rows.all(deliveries)) due = Math.min(due ?? one.at, one.at)
  return due
}

/** Lets everything that is due happen, in order of time. Throws (our mistake) when it never ends. */
export function settleAgenda(world: World): void {
  const { rows } = world
  const writer = rows.writer
  rows.writer = 'agenda'
  for (let count = 0; ; count++) {
    const due = rows.page(agenda, { index: 'at', limit: 1 })[0]
    if (due === undefined || due.at > world.now()) break
    if (count > atOnceMax)
      wrong(`${due.twin} fills its agenda faster than it empties: ${due.effect}`)
    rows.remove(agenda, due.id)
    const effect = world.twins.get(due.twin)?.definition.effects?.[due.effect]
    if (effect === undefined) wrong(`${due.twin} has no effect "${due.effect}"`)
    else effect(world, due.data as never)
  }
  rows.writer = writer
}
