import { key } from '../../../engine/table.ts'
import type { Exchange } from '../../../engine/exchange.ts'
import { notifyLink } from '../notify.ts'
import type { HistoryItem, Issue, Link, LinkType } from '../records.ts'
import { issues, links } from '../state.ts'
import { toWireTime } from '../wire-time.ts'
import { nextId, touchIssue, writeHistory } from './issue-writes.ts'

/** Links two issues; linking them again changes nothing (FACTS: link-twice). */
export function joinIssues(
  exchange: Exchange,
  type: LinkType,
  inward: Issue,
  outward: Issue,
): Link {
  const { rows, world } = exchange
  const known = rows.find(links, 'pair', key(type.id, inward.id, outward.id))
  if (known !== undefined) return known
  const link = rows.insert(links, {
    id: nextId(world, 'links'),
    type: type.id,
    inward: inward.id,
    outward: outward.id,
  })
  noteLink(exchange, inward.id, null, outward.key, type.outward)
  noteLink(exchange, outward.id, null, inward.key, type.inward)
  notifyLink(exchange, 'issuelink_created', link)
  return link
}

/** Takes a link away from both its issues. */
export function partIssues(exchange: Exchange, link: Link, type: LinkType | undefined): void {
  const { rows } = exchange
  const inward = rows.get(issues, link.inward)
  const outward = rows.get(issues, link.outward)
  rows.remove(links, link.id)
  if (inward && outward) {
    noteLink(exchange, inward.id, outward.key, null, type?.outward ?? '')
    noteLink(exchange, outward.id, inward.key, null, type?.inward ?? '')
  }
  notifyLink(exchange, 'issuelink_deleted', link)
}

/** The history names the other issue in a sentence (recorded). */
function noteLink(
  exchange: Exchange,
  id: string,
  from: string | null,
  to: string | null,
  how: string,
): void {
  const sentence = (other: string | null) =>
    other === null ? null : `This work item ${how} ${other}`
  const item: HistoryItem = {
    field: 'Link',
    fieldtype: 'jira',
    from,
    fromString: sentence(from),
    to,
    toString: sentence(to),
  }
  const touched = touchIssue(exchange, exchange.rows.get(issues, id)!)
  writeHistory(exchange, touched.id, [item], toWireTime(exchange.at))
}
