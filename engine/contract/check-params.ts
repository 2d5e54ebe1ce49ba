import { runCheck, type Checking } from './checking.ts'
import type { Check, Compiler } from './compile.ts'
import type { Operation, Param, Schema } from './contract.ts'
import type { ParamValues } from './params.ts'
import { getOwn, noProblems, type Problem } from './problem.ts'
import { typesOf } from './schema.ts'

interface ParamCheck {
  param: Param
  check: Check
}

const known = new WeakMap<Checking, WeakMap<Operation, ParamCheck[]>>()

/** Checks a call's parameters: the required ones, then each one's schema. */
export function checkParams(
  checking: Checking,
  op: Operation,
  values: ParamValues,
): readonly Problem[] {
  let problems: Problem[] | undefined
  for (const { param, check } of checksOf(checking, op)) {
    const value = getOwn(values[param.in], param.name)
    if (value === undefined) {
      if (param.required === true) (problems ??= []).push(missing(param))
    } else if (!(value === '' && param.allowEmptyValue === true)) {
      const found = runCheck(checking, check, value, param.in, param.name)
      if (found.length > 0) (problems ??= []).push(...found)
    }
  }
  return problems ?? noProblems
}

/** Checks one parameter. */
export function checkParam(checking: Checking, param: Param, value: unknown): readonly Problem[] {
  if (value === undefined) return param.required === true ? [missing(param)] : noProblems
  const check = checking.requests.compile(param.schema)
  return runCheck(checking, check, value, param.in, param.name)
}

function checksOf(checking: Checking, op: Operation): ParamCheck[] {
  let byOperation = known.get(checking)
  if (!byOperation) known.set(checking, (byOperation = new WeakMap<Operation, ParamCheck[]>()))
  let list = byOperation.get(op)
  if (!list) {
    list = op.params
      .filter((param) => param.required === true || !isAny(param.schema))
      .map((param) => ({ param, check: checkOf(checking, param.schema) }))
    byOperation.set(op, list)
  }
  return list
}

function checkOf({ schemas, requests }: Checking, schema: Schema): Check {
  // A text is a text already, so the commonest schema of all needs no code.
  const isPlainText = typeof schema === 'object' && Object.keys(schema).join() === 'type'
  const isText = isPlainText && [...typesOf(schema, schemas)].join() === 'string'
  return lazyCheck(requests, schema, isText)
}

/** Compiles on the first value, and gives way to the compiled check's errors. */
function lazyCheck(compiler: Compiler, schema: Schema, isText: boolean): Check {
  let compiled: Check | undefined
  const check: Check = (value) => {
    if (isText && typeof value === 'string') return true
    compiled ??= compiler.compile(schema)
    const isValid = compiled(value)
    check.errors = isValid ? null : (compiled.errors ?? null)
    return isValid
  }
  return check
}

function isAny(schema: Schema): boolean {
  return schema === true || (typeof schema === 'object' && Object.keys(schema).length === 0)
}

function missing(param: Param): Problem {
  return {
    in: param.in,
    pointer: '',
    rule: 'required',
    message: 'is required',
    name: param.name,
  }
}
