import { empty, json } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { canBrowse, findIssue, needIssue, viewerOf } from '../access.ts'
import { addComment } from '../edit/comments.ts'
import { isRecord, readRich, textOf } from '../edit/draft.ts'
import { joinIssues, partIssues } from '../edit/links.ts'
import { fail, noIssue } from '../errors.ts'
import { lensOf } from '../lens.ts'
import { linkView } from '../link-view.ts'
import type { Issue, Link } from '../records.ts'
import { issues, links, linkTypes, projects } from '../state.ts'
import { linkTypeView } from '../views.ts'
import { words } from '../words.ts'

/** Links between issues, and their types. */
export const linkBehaviors: Readonly<Record<string, Behavior>> = {
  linkIssues: (exchange) => {
    const body = isRecord(exchange.body) ? exchange.body : {}
    const name = textOf(body['type'], 'name')
    const id = textOf(body['type'], 'id')
    const type = exchange.rows
      .all(linkTypes)
      .find((one) => (id === undefined ? one.name === name : one.id === id))
    if (type === undefined)
      return fail(
        404,
        id === undefined ? words.noLinkTypeNamed(name ?? '') : words.noLinkTypeWithId(id),
      )
    const inward = needSide(exchange, body['inwardIssue'])
    const outward = needSide(exchange, body['outwardIssue'])
    joinIssues(exchange, type, inward, outward)
    if (isRecord(body['comment'])) {
      const text = readRich(exchange, body['comment']['body'])
      if (text !== null && !('error' in text))
        addComment(exchange, exchange.rows.get(issues, inward.id)!, { body: text })
    }
    return empty(201)
  },
  getIssueLink: (exchange) => json(200, linkView(lensOf(exchange), needLink(exchange))),
  deleteIssueLink: (exchange) => {
    const link = needLink(exchange)
    partIssues(exchange, link, exchange.rows.get(linkTypes, link.type))
    // The document says 200; clients take both.
    return empty(204)
  },
  getIssueLinkTypes: (exchange) => {
    const lens = lensOf(exchange)
    return json(200, {
      issueLinkTypes: exchange.rows.all(linkTypes).map((row) => linkTypeView(lens, row)),
    })
  },
  getIssueLinkType: (exchange) => {
    const id = exchange.path['issueLinkTypeId']!
    const row = exchange.rows.get(linkTypes, id)
    return row === undefined
      ? fail(404, words.noLinkTypeWithId(id))
      : json(200, linkTypeView(lensOf(exchange), row))
  },
}

function needSide(exchange: Exchange, side: unknown): Issue {
  return needIssue(exchange, textOf(side, 'key') ?? textOf(side, 'id'))
}

function needLink(exchange: Exchange): Link {
  const id = exchange.path['linkId']!
  const link = exchange.rows.get(links, id)
  if (link === undefined) return fail(404, words.noLink(id))
  for (const end of [link.inward, link.outward]) {
    const issue = findIssue(exchange.rows, end)
    const project = issue && exchange.rows.get(projects, issue.fields.project)
    if (!canBrowse(viewerOf(exchange), project)) return noIssue()
  }
  return link
}
