import type { Reader } from './cache.ts'
import type { Lens } from './lens.ts'
import type { Issue, Link } from './records.ts'
import { issues, links, linkTypes } from './state.ts'
import { linkTypeView, refs, type View } from './views.ts'

type Source = Pick<Reader, 'get'>

/** An issue as others mention it. */
export function stubView(lens: Lens, row: Issue, from: Source): View {
  const { fields } = row
  return {
    id: row.id,
    key: row.key,
    self: `${lens.api}/issue/${row.id}`,
    fields: {
      summary: fields.summary,
      status: refs.status(lens, from, fields.status),
      ...(fields.priority !== null && { priority: refs.priority(lens, from, fields.priority) }),
      issuetype: refs.issuetype(lens, from, fields.issuetype),
    },
  }
}

/**
 * An issue's links. The issue that was sent as the inward one reads the other as `outwardIssue`
 * (FACTS: link-direction).
 */
export function linkViews(lens: Lens, row: Issue, reader: Reader): View[] {
  const views: View[] = []
  for (const link of reader.list(links, 'issue', row.id)) {
    const type = reader.get(linkTypes, link.type)
    const isInward = link.inward === row.id
    const other = reader.get(issues, isInward ? link.outward : link.inward)
    if (type === undefined || other === undefined) continue
    views.push({
      id: link.id,
      self: `${lens.api}/issueLink/${link.id}`,
      type: linkTypeView(lens, type),
      [isInward ? 'outwardIssue' : 'inwardIssue']: stubView(lens, other, reader),
    })
  }
  return views
}

/** A link by itself shows both its issues. */
export function linkView(lens: Lens, link: Link): View {
  const { rows } = lens
  const type = rows.get(linkTypes, link.type)
  const inward = rows.get(issues, link.inward)
  const outward = rows.get(issues, link.outward)
  return {
    id: link.id,
    self: `${lens.api}/issueLink/${link.id}`,
    ...(type && { type: linkTypeView(lens, type) }),
    ...(inward && { inwardIssue: stubView(lens, inward, rows) }),
    ...(outward && { outwardIssue: stubView(lens, outward, rows) }),
  }
}
