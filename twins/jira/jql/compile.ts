import { issues as issuesTable } from '../state.ts'
import type { Clause, Operand, Operator, Term } from './ast.ts'
import { flatten, idsOf, nothing, unsupported, type Compiled, type Test } from './compiled.ts'
import { compareDates, compareDays, compareNumbers } from './compare.ts'
import type { JqlField } from './field-kinds.ts'
import { findJqlField } from './fields.ts'
import { printField } from './print.ts'
import { compileHistory } from './past.ts'
import type { Scope } from './scope.ts'
import { createTextTest } from './text-match.ts'

/** Makes a clause ready. What can't be understood matches nothing, and is told in `scope.problems`. */
export function compileClause(clause: Clause, scope: Scope, negated = false): Compiled {
  if (clause.kind === 'not') return compileClause(clause.clause, scope, !negated)
  if (clause.kind === 'term') return compileTerm(clause, scope, negated)
  const parts = clause.clauses.map((one) => compileClause(one, scope, negated))
  // Not (a and b) is not-a or not-b: negation goes down to the operators, where EMPTY decides.
  const isAnd = (clause.kind === 'and') !== negated
  return isAnd ? all(parts, scope) : any(parts)
}

function all(parts: Compiled[], scope: Scope): Compiled {
  const tests = parts.map((part) => part.test)
  const test: Test = (issue) => tests.every((one) => one(issue))
  let best: Compiled | undefined
  for (const part of parts) {
    if (part.ids === undefined && part.ranges === undefined) continue
    if (best === undefined || costOf(part, scope) < costOf(best, scope)) best = part
  }
  if (best === undefined) return { test }
  return { test, ...(best.ids && { ids: best.ids }), ...(best.ranges && { ranges: best.ranges }) }
}

function any(parts: Compiled[]): Compiled {
  const tests = parts.map((part) => part.test)
  const test: Test = (issue) => tests.some((one) => one(issue))
  if (parts.every((part) => part.ranges !== undefined || part.ids?.length === 0)) {
    return { test, ranges: parts.flatMap((part) => part.ranges ?? []) }
  }
  if (parts.every((part) => part.ids !== undefined))
    return { test, ids: parts.flatMap((part) => part.ids!) }
  return { test }
}

/** How many issues a compiled clause makes us look at. */
export function costOf({ ranges, ids }: Compiled, { rows }: Scope): number {
  if (ids !== undefined) return ids.length
  if (ranges === undefined) return Infinity
  return ranges.reduce((sum, range) => sum + rows.count(issuesTable, range), 0)
}

const opposites: Readonly<Record<Operator, Operator>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  '~': '!~',
  '!~': '~',
  in: 'not in',
  'not in': 'in',
  is: 'is not',
  'is not': 'is',
  was: 'was not',
  'was not': 'was',
  'was in': 'was not in',
  'was not in': 'was in',
  changed: 'changed',
}

function compileTerm(term: Term, scope: Scope, negated: boolean): Compiled {
  const field = findJqlField(term.field, scope)
  if (field === undefined) {
    const name = printField(term.field).replace(/^"|"$/g, '')
    scope.problems.push(
      scope.viewer.account === undefined
        ? `Field '${name}' does not exist or this field cannot be viewed by anonymous users.`
        : `Field '${name}' does not exist or you do not have permission to view it.`,
    )
    return nothing
  }
  const op = negated ? opposites[term.op] : term.op
  if (op.startsWith('was') || op === 'changed')
    return compileHistory(term, op, negated, field, scope) ?? nothing
  const operand = term.operand!
  if (op === 'is' || op === 'is not') return compileIs(field, op, operand, scope)
  switch (field.kind) {
    case 'text':
      return compileText(field, op, operand, scope)
    case 'ref':
      return compileRef(field, op, operand, scope)
    default:
      return compileOrdered(field, op, operand, scope)
  }
}

function compileIs(field: JqlField, op: 'is' | 'is not', operand: Operand, scope: Scope): Compiled {
  if (operand.kind !== 'empty') return unsupported(field, op, scope)
  const isEmpty: Test = (issue) => field.values(issue, scope).length === 0
  if (op === 'is not') return { test: (issue) => !isEmpty(issue) }
  const hasIndex = field.index === 'assignee' || field.index === 'reporter'
  return hasIndex
    ? { test: isEmpty, ranges: [{ index: field.index!, equals: '' }], isExact: true }
    : { test: isEmpty }
}

function compileText(field: JqlField, op: Operator, operand: Operand, scope: Scope): Compiled {
  if ((op !== '~' && op !== '!~') || operand.kind !== 'value') return unsupported(field, op, scope)
  const matches = createTextTest(operand.value)
  if (op === '~') return { test: (issue) => matches(field.values(issue, scope) as string[]) }
  return {
    test: (issue) => {
      const texts = field.values(issue, scope) as string[]
      return texts.length > 0 && !matches(texts)
    },
  }
}

function compileRef(field: JqlField, op: Operator, operand: Operand, scope: Scope): Compiled {
  if (op === '~' || op === '!~') return unsupported(field, op, scope)
  const ids = idsOf(field, operand, scope)
  if (op === '<' || op === '<=' || op === '>' || op === '>=') {
    if (field.rank === undefined) return unsupported(field, op, scope)
    return compileRank(field, op, ids, scope)
  }
  const wanted = new Set(ids)
  const withEmpty = wanted.has('')
  if (op === '=' || op === 'in') {
    const test: Test = (issue) => {
      const values = field.values(issue, scope)
      return values.length === 0 ? withEmpty : values.some((value) => wanted.has(value as string))
    }
    if (field.name === 'issuekey') return { test, ids: [...wanted] }
    const { index } = field
    if (index === undefined || (withEmpty && index !== 'assignee' && index !== 'reporter'))
      return { test }
    return { test, ranges: [...wanted].map((equals) => ({ index, equals })), isExact: true }
  }
  // Not being something unknown is as unknown; and what is empty is not "other than X" (FACTS: jql-empty).
  if (wanted.size === 0) return nothing
  return {
    test: (issue) => {
      const values = field.values(issue, scope)
      return values.length > 0 && !values.some((value) => wanted.has(value as string))
    },
  }
}

function compileRank(
  field: JqlField,
  op: Operator,
  ids: readonly string[],
  scope: Scope,
): Compiled {
  const limits = ids.map((id) => field.rank!(id, scope))
  if (limits.length === 0) return nothing
  const fits = (rank: string | number) =>
    limits.some((limit) =>
      op === '<'
        ? rank < limit
        : op === '<='
          ? rank <= limit
          : op === '>'
            ? rank > limit
            : rank >= limit,
    )
  return {
    test: (issue) =>
      field.values(issue, scope).some((value) => fits(field.rank!(String(value), scope))),
  }
}

function compileOrdered(field: JqlField, op: Operator, operand: Operand, scope: Scope): Compiled {
  if (op === '~' || op === '!~') return unsupported(field, op, scope)
  if (operand.kind === 'empty')
    return compileIs(field, op === '!=' ? 'is not' : 'is', operand, scope)
  const compare = {
    date: compareDates,
    day: compareDays,
    number: compareNumbers,
    ref: compareNumbers,
    text: compareNumbers,
  }[field.kind]
  const tests = flatten(operand).map((one) =>
    compare(field, op === 'in' ? '=' : op === 'not in' ? '!=' : op, one, scope),
  )
  if (tests.some((test) => test === undefined)) return nothing
  const isNegative = op === '!=' || op === 'not in'
  return {
    test: (issue) => {
      const value = field.values(issue, scope)[0]
      if (value === undefined) return false
      return isNegative ? tests.every((test) => test!(value)) : tests.some((test) => test!(value))
    },
  }
}
