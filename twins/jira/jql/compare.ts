import { toLocal, toWireTime } from '../wire-time.ts'
import type { Operand, Operator } from './ast.ts'
import { readDate } from './dates.ts'
import type { JqlField } from './field-kinds.ts'
import { callFunction } from './functions.ts'
import type { Scope } from './scope.ts'

type ValueTest = (value: string | number) => boolean

const minuteMs = 60_000

/** The moment that an operand stands for; undefined (and told) when it stands for none. */
export function momentOf(field: JqlField, operand: Operand, scope: Scope): number | undefined {
  if (operand.kind === 'function') {
    const found = callFunction(scope, operand.name, operand.args)
    if (typeof found === 'number') return found
    scope.problems.push(
      `A date for the field '${field.name}' provided by the function '${operand.name}' is not valid.`,
    )
    return undefined
  }
  const text = operand.kind === 'value' ? operand.value : ''
  const ms = readDate(text, scope.now, scope.zone)
  if (ms === undefined) {
    scope.problems.push(
      `Date value '${text}' for field '${field.name}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.`,
    )
  }
  return ms
}

/** Compares wire times. They sort like time, so no value needs to be read. Equality is to the minute (FACTS: jql-dates). */
export function compareDates(
  field: JqlField,
  op: Operator,
  operand: Operand,
  scope: Scope,
): ValueTest | undefined {
  const ms = momentOf(field, operand, scope)
  if (ms === undefined) return undefined
  const at = toWireTime(ms)
  const minute = Math.floor(ms / minuteMs) * minuteMs
  const from = toWireTime(minute)
  const to = toWireTime(minute + minuteMs)
  return ordered(op, at, (value) => value >= from && value < to)
}

/** Compares days of the calendar. */
export function compareDays(
  field: JqlField,
  op: Operator,
  operand: Operand,
  scope: Scope,
): ValueTest | undefined {
  const ms = momentOf(field, operand, scope)
  if (ms === undefined) return undefined
  const day = new Date(toLocal(ms, scope.zone)).toISOString().slice(0, 10)
  return ordered(op, day, (value) => value === day)
}

export function compareNumbers(
  field: JqlField,
  op: Operator,
  operand: Operand,
  scope: Scope,
): ValueTest | undefined {
  const text = operand.kind === 'value' ? operand.value.trim() : ''
  const number = Number(text)
  if (text === '' || Number.isNaN(number)) {
    scope.problems.push(`The value '${text}' does not exist for the field '${field.name}'.`)
    return undefined
  }
  return ordered(op, number, (value) => value === number)
}

function ordered<V extends string | number>(
  op: Operator,
  limit: V,
  equals: (value: V) => boolean,
): ValueTest {
  switch (op) {
    case '<':
      return (value) => value < limit
    case '<=':
      return (value) => value <= limit
    case '>':
      return (value) => value > limit
    case '>=':
      return (value) => value >= limit
    case '!=':
      return (value) => !equals(value as V)
    default:
      return (value) => equals(value as V)
  }
}
