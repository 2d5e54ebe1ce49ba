import type { Issue } from '../records.ts'
import type { Operand } from './ast.ts'
import type { JqlField } from './field-kinds.ts'
import { callFunction } from './functions.ts'
import type { Scope } from './scope.ts'

export type Test = (issue: Issue) => boolean

/** Issues that an index can give: those under one key. */
export interface IndexRange {
  index: NonNullable<JqlField['index']>
  equals: string
}

/** A clause made ready: the test, and where the index already knows who could pass it. */
export interface Compiled {
  test: Test
  /** Nobody outside these ranges passes. */
  ranges?: IndexRange[]
  /** Nobody but these ids passes. */
  ids?: string[]
  /** Everybody in the ranges passes. */
  isExact?: true
}

/** What nothing passes. */
export const nothing: Compiled = { test: () => false, ids: [] }

/** Says that an operator does not go with a field. */
export function unsupported(field: JqlField, op: string, scope: Scope): Compiled {
  scope.problems.push(
    `The operator '${op.toUpperCase()}' is not supported by the '${field.name}' field.`,
  )
  return nothing
}

/** The single operands of a list, however deep. */
export function flatten(operand: Operand): Operand[] {
  return operand.kind === 'list' ? operand.items.flatMap(flatten) : [operand]
}

/** The ids that an operand stands for; `''` for EMPTY. Unknown values are told and stand for nothing. */
export function idsOf(field: JqlField, operand: Operand, scope: Scope): string[] {
  return flatten(operand).flatMap((one) => {
    if (one.kind === 'empty') return ['']
    if (one.kind === 'function') {
      const found = callFunction(scope, one.name, one.args)
      return typeof found === 'object' ? [...found] : []
    }
    if (one.kind !== 'value') return []
    const ids = field.resolve?.(one.value, scope)
    if (ids === undefined)
      scope.problems.push(`The value '${one.value}' does not exist for the field '${field.name}'.`)
    return [...(ids ?? [])]
  })
}
