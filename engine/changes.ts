/** What happened to one row since the world began or was forked. */
export interface Change {
  table: string
  id: string
  /** Absent: the row was made. */
  before?: unknown
  /** Absent: the row is gone. */
  after?: unknown
  /** Who wrote: the journal numbers of the calls, or `given` / `agenda`; in order, without repeats. */
  by: Writer[]
}

export type Writer = number | 'given' | 'agenda'

/** The difference between a world and the one it was forked from, kept row by row as it is written. */
export class ChangeLog {
  #byTable = new Map<string, Map<string, Change>>()

  note(table: string, id: string, before: unknown, after: unknown, writer: Writer): void {
    let ofTable = this.#byTable.get(table)
    if (ofTable === undefined) this.#byTable.set(table, (ofTable = new Map()))
    let change = ofTable.get(id)
    if (change === undefined) {
      change = { table, id, by: [] }
      if (before !== undefined) change.before = before
      ofTable.set(id, change)
    }
    if (after === undefined) delete change.after
    else change.after = after
    if (change.by[change.by.length - 1] !== writer) change.by.push(writer)
  }

  /** Rows that were made and removed again are not listed. */
  list(): Change[] {
    const out: Change[] = []
    for (const ofTable of this.#byTable.values()) {
      for (const change of ofTable.values()) {
        if ('before' in change || 'after' in change) out.push({ ...change, by: [...change.by] })
      }
    }
    return out
  }

  copy(): ChangeLog {
    const copy = new ChangeLog()
    for (const [table, ofTable] of this.#byTable) {
      const rows = new Map<string, Change>()
      for (const [id, one] of ofTable) rows.set(id, { ...one, by: [...one.by] })
      copy.#byTable.set(table, rows)
    }
    return copy
  }
}
