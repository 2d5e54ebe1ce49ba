import type { Exchange } from '../../../engine/exchange.ts'
import { fail } from '../errors.ts'
import { findField } from '../fields.ts'
import type { Issue } from '../records.ts'
import { issues, issueTypes, projects } from '../state.ts'
import { words } from '../words.ts'
import { transitionsFrom, type Transition } from '../workflow.ts'
import { createDraft, isRecord, reject } from './draft.ts'
import { changeIssue, settleDraft } from './issue-writes.ts'
import { applyBody } from './verbs.ts'

/** Takes an issue through a transition, with the fields of its screen (FACTS: transition). */
export function doTransitionOn(exchange: Exchange, issue: Issue, body: unknown): void {
  const transition = readTransition(exchange, issue, body)
  const draft = createDraft(exchange, issue)
  draft.project = exchange.rows.get(projects, issue.fields.project)
  draft.type = exchange.rows.get(issueTypes, issue.fields.issuetype)
  const { fields, update } = isRecord(body) ? body : {}
  for (const part of [fields, update]) {
    for (const field of Object.keys(isRecord(part) ? part : {})) {
      if (!isOnScreen(transition, field)) reject(draft, field, words.notOnScreen(field))
    }
  }
  settleDraft(draft)
  applyBody(draft, body)
  for (const { field, required } of transition.screen ?? []) {
    if (
      !required ||
      draft.fields[field as 'resolution'] != null ||
      issue.fields[field as 'resolution'] != null
    )
      continue
    reject(draft, field, words.required(findField(exchange.rows, field)?.name ?? field))
  }
  settleDraft(draft)
  changeIssue(
    exchange,
    issue,
    { ...draft.fields, status: transition.to },
    { reason: 'issue_generic' },
  )
  for (const act of draft.afterwards) act(exchange.rows.get(issues, issue.id)!)
}

/** A comment, a worklog and a link may come with every transition. */
function isOnScreen({ screen }: Transition, field: string): boolean {
  if (field === 'comment' || field === 'issuelinks' || field === 'worklog') return true
  return screen?.some((one) => one.field === field) ?? false
}

function readTransition(exchange: Exchange, issue: Issue, body: unknown): Transition {
  const wanted = isRecord(body) ? body['transition'] : undefined
  const id = isRecord(wanted) ? wanted['id'] : undefined
  if (id === undefined || id === null || id === '') return fail(400, words.transitionMissing)
  if (!/^-?\d+$/.test(String(id))) return fail(400, words.transitionNumber)
  const found = transitionsFrom(exchange.rows, issue).find((one) => one.id === String(id))
  return found ?? fail(400, words.transitionInvalid(String(id)))
}
