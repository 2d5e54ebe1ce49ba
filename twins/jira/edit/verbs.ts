import { components, versions } from '../state.ts'
import { words } from '../words.ts'
import { isRecord, reject, valueIn, type Draft } from './draft.ts'
import { planComment, planLink, planWorklog } from './extras.ts'
import { findInProject, labelProblem, setterOf } from './setters.ts'

/** Carries out `update`: verbs in order, on top of what is there (FACTS: verbs). */
export function applyUpdate(draft: Draft, update: unknown): void {
  if (!isRecord(update)) return
  for (const [field, steps] of Object.entries(update)) {
    if (!Array.isArray(steps)) {
      reject(draft, field, words.notArray)
      continue
    }
    for (const step of steps as unknown[]) {
      if (!isRecord(step)) continue
      for (const [verb, value] of Object.entries(step)) applyVerb(draft, field, verb, value)
    }
  }
}

function applyVerb(draft: Draft, field: string, verb: string, value: unknown): void {
  if (field === 'comment') return planComment(draft, verb, value)
  if (field === 'worklog') return planWorklog(draft, verb, value)
  if (field === 'issuelinks') return planLink(draft, verb, value)
  const setter = setterOf(draft.exchange.rows, field)
  if (setter === undefined) return reject(draft, field, words.notOnScreen(field))
  if (verb === 'set') return setter(draft, value)
  if (field === 'timetracking' && verb === 'edit') return setter(draft, value)
  const change = lists[field]
  if (change === undefined || (verb !== 'add' && verb !== 'remove'))
    return reject(draft, field, words.noVerb(verb))
  const item = change(draft, value, verb)
  if (item === undefined) return
  const list = [...((valueIn(draft, field as 'labels') ?? []) as readonly string[])]
  const at = list.indexOf(item)
  if (verb === 'add' && at === -1) list.push(item)
  if (verb === 'remove' && at !== -1) list.splice(at, 1)
  draft.fields[field as 'labels'] = field === 'labels' ? list.sort() : list
}

type ItemReader = (draft: Draft, value: unknown, verb: string) => string | undefined

/** How one item of a list field is read. */
const lists: Readonly<Record<string, ItemReader>> = {
  labels: (draft, value) => {
    const problem = labelProblem(value)
    return problem === undefined ? (value as string) : reject(draft, 'labels', problem)
  },
  components: (draft, value) => findInProject(draft, 'components', components, value),
  fixVersions: (draft, value) => findInProject(draft, 'fixVersions', versions, value),
  versions: (draft, value) => findInProject(draft, 'versions', versions, value),
}

/** Reads `fields` and `update` of a body into the draft. */
export function applyBody(draft: Draft, body: unknown): void {
  const { fields, update } = isRecord(body) ? body : {}
  const { rows } = draft.exchange
  if (isRecord(fields)) {
    for (const [field, value] of Object.entries(fields)) {
      if (isRecord(update) && Object.hasOwn(update, field)) {
        reject(draft, field, words.twice(field))
        continue
      }
      const setter = setterOf(rows, field)
      if (setter === undefined) reject(draft, field, words.notOnScreen(field))
      else setter(draft, value)
    }
  }
  applyUpdate(draft, update)
}
