import { defineTable, key } from '../table.ts'

/** A resource of a service that nobody wrote a behaviour for, as the contract alone tells of it. */
export interface Thing {
  /** `twin /collection/path id`. */
  id: string
  twin: string
  /** The path of the collection it lies in, parents filled in: `/v1/users/12/keys`. */
  collection: string
  /** Its own id, as it stands in paths. */
  key: string
  /** The resource in the wire's own shape. */
  value: Record<string, unknown>
}

export const things = defineTable({
  name: 'engine.things',
  id: (row: Thing) => row.id,
  indexes: { collection: (row: Thing) => key(row.twin, row.collection) },
})
