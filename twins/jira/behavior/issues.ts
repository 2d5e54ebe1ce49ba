import { empty, json, type Reply } from '../../../engine/call.ts'
import type { Behavior, Exchange } from '../../../engine/exchange.ts'
import { canBrowse, findIssue, findProject, hasPermission, needIssue, viewerOf } from '../access.ts'
import { createDraft, isRecord, reject, textOf, type Draft } from '../edit/draft.ts'
import {
  changeIssue,
  insertIssue,
  isSubtask,
  removeIssue,
  settleDraft,
} from '../edit/issue-writes.ts'
import { defaultAssignee, setAssignee } from '../edit/people.ts'
import { applyBody } from '../edit/verbs.ts'
import { fail } from '../errors.ts'
import { expandIssue } from '../issue-expand.ts'
import { issueView, selectionOf } from '../issue-view.ts'
import { lensOf } from '../lens.ts'
import { notifyIssue } from '../notify.ts'
import type { Issue } from '../records.ts'
import { issues, issueTypes, projects } from '../state.ts'
import { doTransitionOn } from '../edit/transitions.ts'
import { words } from '../words.ts'

/** Issues: making, reading, changing, removing. */
export const issueBehaviors: Readonly<Record<string, Behavior>> = {
  createIssue: (exchange) => {
    const made = makeIssue(exchange, exchange.body)
    if (!('id' in made)) return settleFailed(made)
    return json(201, createdView(exchange, made))
  },
  createIssues,
  getIssue: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const lens = lensOf(exchange)
    const view = issueView(
      lens,
      issue,
      selectionOf(exchange.query['fields'] as string[] | undefined, '*all'),
    )
    const { expand, properties } = exchange.query as { expand?: string; properties?: string[] }
    if (expand === undefined && properties === undefined) return json(200, view)
    return json(200, expandIssue(exchange, lens, issue, view, expand, properties))
  },
  bulkFetchIssues,
  editIssue: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const { body, query } = exchange
    const project = exchange.rows.get(projects, issue.fields.project)!
    if (
      query['notifyUsers'] === false &&
      !hasPermission(viewerOf(exchange), 'ADMINISTER_PROJECTS', project)
    ) {
      fail(403, words.notifyAdmin)
    }
    if (
      !isRecord(body) ||
      (body['fields'] === undefined &&
        body['update'] === undefined &&
        body['properties'] === undefined)
    ) {
      return fail(400, words.nothingToDo)
    }
    const draft = createDraft(exchange, issue)
    draft.project = project
    draft.type = exchange.rows.get(issueTypes, issue.fields.issuetype)
    applyBody(draft, body)
    settleDraft(draft)
    const changed =
      Object.keys(draft.fields).length === 0 ? issue : changeIssue(exchange, issue, draft.fields)
    for (const act of draft.afterwards) act(exchange.rows.get(issues, changed.id)!)
    writeProperties(exchange, changed.id, body['properties'])
    if (query['returnIssue'] !== true) return empty(204)
    const fresh = exchange.rows.get(issues, issue.id)!
    return json(200, issueView(lensOf(exchange), fresh, selectionOf(undefined, '*all')))
  },
  assignIssue: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const draft = createDraft(exchange, issue)
    draft.project = exchange.rows.get(projects, issue.fields.project)
    const body = isRecord(exchange.body) ? exchange.body : {}
    setAssignee(
      draft,
      'accountId' in body || 'id' in body ? body : { ...body, accountId: body['name'] ?? null },
    )
    settleDraft(draft)
    if (draft.fields.assignee !== issue.fields.assignee) {
      changeIssue(exchange, issue, draft.fields, { reason: 'issue_assigned' })
    }
    return empty(204)
  },
  deleteIssue: (exchange) => {
    const issue = needIssue(exchange, exchange.path['issueIdOrKey'])
    const project = exchange.rows.get(projects, issue.fields.project)
    if (!hasPermission(viewerOf(exchange), 'DELETE_ISSUES', project))
      fail(403, words.forbiddenDelete)
    const children = exchange.rows.all(issues, { index: 'parent', equals: issue.id })
    const hasSubtasks = children.some((child) => isSubtask(exchange, child))
    // The flag is a text: only `true` counts.
    if (hasSubtasks && String(exchange.query['deleteSubtasks']) !== 'true')
      fail(400, words.hasSubtasks(issue.key))
    removeIssue(exchange, issue)
    return empty(204)
  },
}

function createdView(exchange: Exchange, issue: Issue): Record<string, unknown> {
  return { id: issue.id, key: issue.key, self: `${lensOf(exchange).issueApi}/issue/${issue.id}` }
}

interface Failed {
  errors: Record<string, string>
}

function settleFailed(failed: Failed): never {
  settleDraft(failed)
  throw new Error('a failed draft has no errors')
}

/** Makes an issue of a bean, or says what is wrong with it. */
function makeIssue(exchange: Exchange, bean: unknown): Issue | Failed {
  const draft = createDraft(exchange)
  const fields = isRecord(bean) && isRecord(bean['fields']) ? bean['fields'] : {}
  readPlace(draft, fields)
  // Without a project there is no screen to hold the other fields against.
  if (draft.project === undefined || draft.type === undefined) return draft
  applyBody(draft, bean)
  if (draft.fields.summary === undefined) reject(draft, 'summary', words.summaryMissing)
  const { type } = draft
  if (type.subtask && draft.fields.parent == null) reject(draft, 'issuetype', words.subtaskParent)
  if (Object.keys(draft.errors).length > 0) return draft
  if (!('assignee' in fields)) draft.fields.assignee = defaultAssignee(draft)
  const creator = exchange.who.account
  const given = { ...draft.fields, project: draft.project.id, issuetype: type.id, creator }
  const issue = insertIssue(exchange.world, { reporter: creator, ...given }, exchange.at)
  if (isRecord(bean)) writeProperties(exchange, issue.id, bean['properties'])
  notifyIssue(exchange, 'jira:issue_created', 'issue_created', exchange.rows.get(issues, issue.id)!)
  for (const act of draft.afterwards) act(exchange.rows.get(issues, issue.id)!)
  const transition = isRecord(bean) ? textOf(bean['transition'], 'id') : undefined
  if (transition !== undefined)
    doTransitionOn(exchange, exchange.rows.get(issues, issue.id)!, {
      transition: { id: transition },
    })
  return issue
}

/** Reads project and type, on which everything else depends. */
function readPlace(draft: Draft, fields: Record<string, unknown>): void {
  const { rows } = draft.exchange
  const idOrKey = textOf(fields['project'], 'id') ?? textOf(fields['project'], 'key')
  const project = idOrKey === undefined ? undefined : findProject(rows, idOrKey)
  const isOpen = canBrowse(draft.viewer, project) && !project!.archived
  if (project === undefined || !isOpen || !hasPermission(draft.viewer, 'CREATE_ISSUES', project)) {
    reject(draft, 'project', words.projectInvalid)
  } else draft.project = project
  const wanted = fields['issuetype']
  if (wanted === undefined || wanted === null) {
    reject(draft, 'issuetype', words.issueTypeMissing)
    if (fields['summary'] === undefined && draft.project !== undefined)
      reject(draft, 'summary', words.summaryMissing)
    return
  }
  const id = textOf(wanted, 'id')
  const name = textOf(wanted, 'name')
  const types = (draft.project?.issueTypes ?? []).map((one) => rows.get(issueTypes, one)!)
  draft.type = types.find((one) => (id === undefined ? one.name === name : one.id === id))
  if (draft.type === undefined && draft.project !== undefined)
    reject(draft, 'issuetype', words.issueTypeInvalid)
}

/** Up to 50 at once; the good ones are made even where others are not (FACTS: bulk-create). */
function createIssues(exchange: Exchange): Reply {
  const beans = isRecord(exchange.body) ? exchange.body['issueUpdates'] : undefined
  const list = Array.isArray(beans) ? (beans as unknown[]).slice(0, 50) : []
  const made: unknown[] = []
  const errors: unknown[] = []
  for (const [failedElementNumber, bean] of list.entries()) {
    const issue = makeIssue(exchange, bean)
    if ('id' in issue) made.push(createdView(exchange, issue))
    else
      errors.push({
        status: 400,
        elementErrors: { errorMessages: [], errors: issue.errors },
        failedElementNumber,
      })
  }
  const isFailure = made.length === 0 && errors.length > 0
  return json(isFailure ? 400 : 201, { issues: made, errors })
}

/** Reads up to 100 issues; those that can't be read are told beside them. */
function bulkFetchIssues(exchange: Exchange): Reply {
  const body = isRecord(exchange.body) ? exchange.body : {}
  const wanted = (
    Array.isArray(body['issueIdsOrKeys']) ? (body['issueIdsOrKeys'] as unknown[]) : []
  ).map(String)
  const lens = lensOf(exchange)
  const selection = selectionOf(body['fields'] as string[] | undefined, '*navigable')
  const found: unknown[] = []
  const issueErrors: unknown[] = []
  for (const name of wanted.slice(0, 100)) {
    const issue = findIssue(exchange.rows, name)
    if (
      issue === undefined ||
      !canBrowse(viewerOf(exchange), exchange.rows.get(projects, issue.fields.project))
    ) {
      issueErrors.push({ id: name, errorMessage: words.issueNotFound })
      continue
    }
    const view = issueView(lens, issue, selection)
    const expand = Array.isArray(body['expand']) ? (body['expand'] as string[]).join() : undefined
    found.push(
      expand === undefined ? view : expandIssue(exchange, lens, issue, view, expand, undefined),
    )
  }
  return json(200, { issues: found, issueErrors })
}

function writeProperties(exchange: Exchange, id: string, list: unknown): void {
  if (!Array.isArray(list) || list.length === 0) return
  const pairs = (list as { key: string; value: unknown }[]).map(({ key, value }) => [key, value])
  const issue = exchange.rows.get(issues, id)!
  exchange.rows.update(issues, id, {
    $properties: { ...issue.$properties, ...Object.fromEntries(pairs) },
  })
}
