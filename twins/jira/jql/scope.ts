import type { Rows } from '../../../engine/rows.ts'
import type { Viewer } from '../access.ts'

/** Where a query is asked: by whom, when, of which rows. */
export interface Scope {
  rows: Rows
  viewer: Viewer
  /** Virtual now, in ms. */
  now: number
  zone: string
  /** 0 for Sunday, 1 for Monday (FACTS: jql-week). */
  weekStart: number
  /** What could not be understood, in the service's words for strict places. */
  problems: string[]
}
