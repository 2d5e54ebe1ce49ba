import type { Reader } from './cache.ts'
import { richView } from './rich-view.ts'
import type { Lens } from './lens.ts'
import { adminGroup } from './access.ts'
import type { Comment, Visibility } from './records.ts'
import { groups, memberships } from './state.ts'
import { writeHtml } from './rich/write-html.ts'
import { userRef, type View } from './views.ts'
import { inZone } from './wire-time.ts'

/** A comment as the wire shows it. */
export function commentView(lens: Lens, row: Comment, from: Pick<Reader, 'get'> = lens.rows): View {
  const internal = row.$properties['sd.public.comment'] as { internal?: boolean } | undefined
  return {
    self: `${lens.api}/issue/${row.issue}/comment/${row.id}`,
    id: row.id,
    author: userRef(lens, from, row.author),
    body: richView(lens, row.body),
    updateAuthor: userRef(lens, from, row.updateAuthor),
    created: inZone(row.created, lens.zone),
    updated: inZone(row.updated, lens.zone),
    ...(row.visibility !== undefined && { visibility: row.visibility }),
    ...(row.parentId !== undefined && { parentId: Number(row.parentId) }),
    jsdPublic: internal?.internal !== true,
  }
}

/** Whether whoever looks belongs to those whom something in an issue is for. */
export function isFor(
  lens: Lens,
  visibility: Visibility | undefined,
  from: Pick<Reader, 'get'>,
): boolean {
  if (visibility === undefined || lens.allSeeing) return true
  if (lens.account === undefined) return false
  const admins = lens.rows.find(groups, 'name', adminGroup)?.groupId
  const groupId = visibility.type === 'group' ? visibility.identifier : admins
  // The project's other roles are everybody's here.
  if (visibility.type === 'role' && visibility.value !== 'Administrators') return true
  return from.get(memberships, `${groupId}/${lens.account}`) !== undefined
}

/** A comment with what was asked for by `expand`. */
export function expandedComment(lens: Lens, row: Comment, expand: ReadonlySet<string>): View {
  const view = commentView(lens, row)
  if (!expand.has('renderedBody') && !expand.has('properties')) return view
  return {
    ...view,
    ...(expand.has('renderedBody') && { renderedBody: writeHtml(row.body.adf) }),
    ...(expand.has('properties') && {
      properties: Object.entries(row.$properties).map(([key, value]) => ({ key, value })),
    }),
  }
}
