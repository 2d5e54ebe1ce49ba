import type { Reader } from './cache.ts'
import { richView } from './rich-view.ts'
import type { Lens } from './lens.ts'
import type { Worklog } from './records.ts'
import { writeWork } from './time-tracking.ts'
import { userRef, type View } from './views.ts'
import { inZone } from './wire-time.ts'

/** A worklog as the wire shows it. */
export function worklogView(lens: Lens, row: Worklog, from: Pick<Reader, 'get'> = lens.rows): View {
  return {
    self: `${lens.api}/issue/${row.issue}/worklog/${row.id}`,
    author: userRef(lens, from, row.author),
    updateAuthor: userRef(lens, from, row.updateAuthor),
    ...(row.comment !== undefined && { comment: richView(lens, row.comment) }),
    created: inZone(row.created, lens.zone),
    updated: inZone(row.updated, lens.zone),
    ...(row.visibility !== undefined && { visibility: row.visibility }),
    started: inZone(row.started, lens.zone),
    timeSpent: writeWork(row.timeSpentSeconds),
    timeSpentSeconds: row.timeSpentSeconds,
    id: row.id,
    issueId: row.issue,
  }
}
