import { canBrowse } from '../access.ts'
import type { User } from '../records.ts'
import { memberships, users } from '../state.ts'
import { words } from '../words.ts'
import { isRecord, may, reject, textOf, type Draft } from './draft.ts'

/** Sets who works on it; `-1` means the project's default, null nobody. */
export function setAssignee(draft: Draft, value: unknown): void {
  if (!may(draft, 'ASSIGN_ISSUES')) return reject(draft, 'assignee', words.notOnScreen('assignee'))
  const id =
    value === null ? null : (textOf(value, 'accountId') ?? textOf(value, 'id') ?? nullMember(value))
  if (id === null) draft.fields.assignee = null
  else if (id === undefined)
    reject(draft, 'assignee', words.noSuchUser(textOf(value, 'name') ?? ''))
  else if (id === '-1') draft.fields.assignee = defaultAssignee(draft)
  else {
    const user = draft.exchange.rows.get(users, id)
    if (user === undefined) reject(draft, 'assignee', words.noSuchUser(id))
    else if (!isAssignable(draft, user)) reject(draft, 'assignee', words.unassignable(id))
    else draft.fields.assignee = id
  }
}

function nullMember(value: unknown): null | undefined {
  return isRecord(value) && (value['accountId'] === null || value['id'] === null) ? null : undefined
}

export function defaultAssignee(draft: Draft): string | null {
  return draft.project?.assigneeType === 'PROJECT_LEAD' ? draft.project.lead : null
}

/** Active people who may browse the project can get its issues. */
export function isAssignable(draft: Pick<Draft, 'exchange' | 'project'>, user: User): boolean {
  const { rows } = draft.exchange
  if (!user.active || rows.count(memberships, { index: 'user', equals: user.accountId }) === 0)
    return false
  return canBrowse({ rows, account: user.accountId, allSeeing: false }, draft.project)
}

/** Sets who asked for it, which takes a permission of its own. */
export function setReporter(draft: Draft, value: unknown): void {
  const id = textOf(value, 'accountId') ?? textOf(value, 'id')
  const before = draft.issue?.fields.reporter ?? draft.exchange.caller?.account
  if (!may(draft, 'MODIFY_REPORTER') && id !== before) {
    return reject(draft, 'reporter', words.notOnScreen('reporter'))
  }
  if (id === undefined) return reject(draft, 'reporter', words.required('Reporter'))
  const user = draft.exchange.rows.get(users, id)
  if (user === undefined) return reject(draft, 'reporter', words.noSuchUser(id))
  draft.fields.reporter = id
}
