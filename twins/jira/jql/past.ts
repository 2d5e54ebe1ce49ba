import type { Issue } from '../records.ts'
import { histories } from '../state.ts'
import { fromWireTime } from '../wire-time.ts'
import type { Operator, Predicate, Term } from './ast.ts'
import { flatten, idsOf, unsupported, type Compiled } from './compiled.ts'
import { momentOf } from './compare.ts'
import type { JqlField } from './field-kinds.ts'
import { resolveUser } from './resolve.ts'
import type { Scope } from './scope.ts'
import { callFunction } from './functions.ts'

/** One change of a field. */
interface Step {
  at: number
  by: string
  from: string
  to: string
}

/** A stretch of time with one value; `by` set it. */
interface Stretch {
  value: string
  from: number
  to: number
  by: string
}

const dayMs = 86_400_000

/** WAS and CHANGED, from the issue's history (FACTS: jql-history). */
export function compileHistory(
  term: Term,
  op: Operator,
  negated: boolean,
  field: JqlField,
  scope: Scope,
): Compiled | undefined {
  const { history } = field
  if (history === undefined) return unsupported(field, op, scope)
  const limits = readPredicates(term.predicates, field, scope)
  if (limits === undefined) return undefined
  if (op === 'changed') {
    return {
      test: (issue) =>
        stepsOf(issue, history, scope).some((step) => limits.fitsStep(step)) !== negated,
    }
  }
  const wanted = new Set(idsOf(field, term.operand!, scope))
  if (wanted.size === 0) return undefined
  const isNegative = op === 'was not' || op === 'was not in'
  return {
    test: (issue) => {
      const was = stretchesOf(issue, history, field, scope).some(
        (one) => wanted.has(one.value) && limits.fitsStretch(one),
      )
      return was !== isNegative
    },
  }
}

function stepsOf(issue: Issue, history: string, { rows }: Scope): Step[] {
  const steps: Step[] = []
  for (const entry of rows.all(histories, { index: 'issue', equals: issue.id })) {
    for (const item of entry.items) {
      if (item.fieldId !== history) continue
      steps.push({
        at: fromWireTime(entry.created) ?? 0,
        by: entry.author,
        from: item.from ?? '',
        to: item.to ?? '',
      })
    }
  }
  return steps
}

function stretchesOf(issue: Issue, history: string, field: JqlField, scope: Scope): Stretch[] {
  const steps = stepsOf(issue, history, scope)
  const born = fromWireTime(issue.fields.created) ?? 0
  const now = field.values(issue, scope)
  if (steps.length === 0) {
    return (now.length === 0 ? [''] : now).map((value) => ({
      value: String(value),
      from: born,
      to: Infinity,
      by: issue.fields.creator,
    }))
  }
  const first: Stretch = {
    value: steps[0]!.from,
    from: born,
    to: steps[0]!.at,
    by: issue.fields.creator,
  }
  return [
    first,
    ...steps.map((step, i) => ({
      value: step.to,
      from: step.at,
      to: steps[i + 1]?.at ?? Infinity,
      by: step.by,
    })),
  ]
}

interface Limits {
  fitsStep: (step: Step) => boolean
  fitsStretch: (stretch: Stretch) => boolean
}

function readPredicates(
  predicates: readonly Predicate[],
  field: JqlField,
  scope: Scope,
): Limits | undefined {
  const steps: ((step: Step) => boolean)[] = []
  const stretches: ((stretch: Stretch) => boolean)[] = []
  for (const { name, operand } of predicates) {
    if (name === 'from' || name === 'to') {
      const ids = new Set(idsOf(field, operand, scope))
      steps.push((step) => ids.has(name === 'from' ? step.from : step.to))
    } else if (name === 'by') {
      const ids = peopleOf(operand, scope)
      steps.push((step) => ids.has(step.by))
      stretches.push((stretch) => ids.has(stretch.by))
    } else {
      const [from, to] = spanOf(
        name,
        flatten(operand).map((one) => momentOf(field, one, scope)),
      )
      if (from === undefined || to === undefined) return undefined
      steps.push((step) => step.at >= from && step.at < to)
      stretches.push((stretch) => stretch.from < to && stretch.to > from)
    }
  }
  return {
    fitsStep: (step) => steps.every((one) => one(step)),
    fitsStretch: (stretch) => stretches.every((one) => one(stretch)),
  }
}

/** The span of time that a predicate asks about; its end is not part of it. */
function spanOf(
  name: Predicate['name'],
  dates: (number | undefined)[],
): [number | undefined, number | undefined] {
  const [first, second] = dates
  if (first === undefined) return [undefined, undefined]
  if (name === 'before') return [-Infinity, first]
  if (name === 'after') return [first, Infinity]
  if (name === 'on') return [first, first + dayMs]
  return [first, second]
}

function peopleOf(operand: Predicate['operand'], scope: Scope): Set<string> {
  const ids = flatten(operand).flatMap((one) => {
    if (one.kind === 'function') {
      const found = callFunction(scope, one.name, one.args)
      return typeof found === 'object' ? [...found] : []
    }
    return one.kind === 'value' ? (resolveUser(scope, one.value) ?? []) : []
  })
  return new Set(ids)
}
