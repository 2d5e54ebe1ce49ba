import { defineTable } from './table.ts'

/** A series of whole numbers. */
interface Counter {
  id: string
  value: number
}

/** Where each series of a world stands; `world.nextNumber` goes on in it. */
export const counters = defineTable({
  name: 'engine.counters',
  id: (row: Counter) => row.id,
  internal: true,
})
