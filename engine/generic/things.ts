import { defineTable, key } from '../table.ts'

/** A resource of a service that nobody wrote a behaviour for, as the contract alone tells of it. */
export interface Thing {
  /** `twin /collection/path key`. */
  id: string
  twin: string
  /** The path of the collection it lies in, parents filled in: `/v1/users/12/keys`. */
  collection: string
  /** Its own id, as it stands in paths. */
  key: string
  /** The resource in the wire's own shape. */
  value: Record<string, unknown>
  /** When it was made, in virtual ms. */
  at: number
  /** Other names that paths may call it by (`PROJ-1` beside `10001`). */
  aliases?: readonly string[]
  /** Other collections that list it: `/projects/7/tasks` of a task that lies in `/tasks`. */
  also?: readonly string[]
  /** Item paths that it hangs under and does not outlive: `/v1/users/12`. */
  under?: readonly string[]
  /** The id of the thing that it stands for: a link, such as a group's member. */
  to?: string
  /** A thing of which there is always one, removed. */
  gone?: true
}

export const things = defineTable({
  name: 'engine.things',
  id: (row: Thing) => row.id,
  indexes: {
    collection: (row: Thing) => {
      const home = key(row.twin, row.collection)
      return row.also === undefined ? home : [home, ...row.also.map((one) => key(row.twin, one))]
    },
    alias: (row: Thing) => row.aliases?.map((one) => key(row.twin, row.collection, one)),
    under: (row: Thing) => row.under?.map((one) => key(row.twin, one)),
    to: (row: Thing) => row.to,
  },
})

/** The id of a thing's row. */
export function thingId(twin: string, collection: string, itemKey: string): string {
  return `${twin} ${collection} ${itemKey}`
}
