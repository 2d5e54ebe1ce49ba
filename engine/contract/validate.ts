import { createCompiler, type Check, type Compiler } from './compile.ts'
import type { ContractWarning } from './contract-error.ts'
import type { Contract, Operation, Param, ReplyShape, Schema } from './contract.ts'
import { toProblems } from './explain.ts'
import { findMediaType } from './media-type.ts'
import { getOwn, noProblems, type Problem } from './problem.ts'
import type { ParamValues } from './params.ts'
import { typesOf } from './schema.ts'

/** Checks calls and replies against a contract. */
export interface Validator {
  /** Everything about a call's parameters: the required ones, then each one's schema. */
  checkParams(op: Operation, values: ParamValues): readonly Problem[]
  checkParam(op: Operation, param: Param, value: unknown): readonly Problem[]
  /** `mediaType` as `readBody` returned it. An absent body is `readBody`'s matter. */
  checkBody(op: Operation, mediaType: string | undefined, value: unknown): readonly Problem[]
  /** One problem with rule `status` or `media-type` when the contract has no such reply. */
  checkReply(
    op: Operation,
    status: number,
    mediaType: string | undefined,
    value: unknown,
  ): readonly Problem[]
  /** What could not be checked, each told once. */
  readonly warnings: readonly ContractWarning[]
}

interface ParamCheck {
  param: Param
  check: Check
}

type Checks = Map<string | undefined, Check>

/** Makes a validator; each schema is compiled when it is first needed. */
export function createValidator(contract: Pick<Contract, 'schemas'>): Validator {
  const warnings: ContractWarning[] = []
  const told = new Set<string>()
  const { schemas } = contract
  const requests = createCompiler(schemas, 'request', warn)
  const replies = createCompiler(schemas, 'reply', warn)
  const paramChecks = new WeakMap<Operation, ParamCheck[]>()
  const bodyChecks = new WeakMap<Operation, Checks>()
  const replyChecks = new WeakMap<Operation, Map<number, Checks>>()

  function warn(warning: ContractWarning): void {
    const key = `${warning.pointer} ${warning.message}`
    if (told.has(key) || told.size > 1000) return
    told.add(key)
    warnings.push(warning)
  }

  function run(check: Check, value: unknown, place: Problem['in'], name?: string) {
    try {
      if (check(value)) return noProblems
    } catch (error) {
      // A schema that refers to itself without consuming the value runs out of stack.
      const message = `The schema of ${name ?? `a ${place}`} cannot be checked: ${String(error)}`
      warn({ message, pointer: '/schemas' })
      return noProblems
    }
    return toProblems(check.errors ?? [], place, name)
  }

  function checksOf(op: Operation): ParamCheck[] {
    let list = paramChecks.get(op)
    if (!list) {
      list = op.params
        .filter((param) => param.required === true || param.in === 'path' || !isAny(param.schema))
        .map((param) => ({ param, check: checkOf(param.schema) }))
      paramChecks.set(op, list)
    }
    return list
  }

  function checkOf(schema: Schema): Check {
    // A text is a text already, so the commonest schema of all needs no code.
    const isPlainText = typeof schema === 'object' && Object.keys(schema).join() === 'type'
    const isText = isPlainText && [...typesOf(schema, schemas)].join() === 'string'
    return lazyCheck(requests, schema, isText)
  }

  /** Some documents call a multipart body a list of parts; its fields are no list. */
  function requestCheck(types: Record<string, Schema>, mediaType: string | undefined): Check {
    const key = keyOf(types, mediaType)
    const kinds = typesOf(key === undefined ? true : types[key], schemas)
    const isForm = mediaType?.startsWith('multipart/') === true
    if (!isForm || kinds.size === 0 || kinds.has('object'))
      return bodyCheck(types, mediaType, requests)
    warn({ message: 'A multipart body that is no object is not checked.', pointer: '/operations' })
    return () => true
  }

  return {
    warnings,
    checkParams(op, values) {
      let problems: Problem[] | undefined
      for (const { param, check } of checksOf(op)) {
        const value = getOwn(values[param.in], param.name)
        if (value === undefined) {
          if (param.required === true) (problems ??= []).push(missing(param))
        } else if (!(value === '' && param.allowEmptyValue === true)) {
          const found = run(check, value, param.in, param.name)
          if (found.length > 0) (problems ??= []).push(...found)
        }
      }
      return problems ?? noProblems
    },
    checkParam(_op, param, value) {
      if (value !== undefined)
        return run(requests.compile(param.schema), value, param.in, param.name)
      return param.required === true ? [missing(param)] : noProblems
    },
    checkBody(op, mediaType, value) {
      if (value === undefined || value instanceof Uint8Array || !op.body) return noProblems
      const cache = cached(bodyChecks, op)
      let check = cache.get(mediaType)
      if (!check) cache.set(mediaType, (check = requestCheck(op.body.types, mediaType)))
      return run(check, mediaType?.startsWith('multipart/') ? withoutFiles(value) : value, 'body')
    },
    checkReply,
  }

  function checkReply(
    op: Operation,
    status: number,
    mediaType: string | undefined,
    value: unknown,
  ): readonly Problem[] {
    let byStatus = replyChecks.get(op)
    if (!byStatus) replyChecks.set(op, (byStatus = new Map<number, Checks>()))
    let checks = byStatus.get(status)
    if (!checks) byStatus.set(status, (checks = new Map<string | undefined, Check>()))
    const check = checks.get(mediaType)
    if (check) {
      if (value === undefined || value instanceof Uint8Array) return noProblems
      return run(check, value, 'reply')
    }
    const shape = findReply(op, status)
    if (!shape) return undeclared('status', `has no reply ${status}`, Object.keys(op.replies))
    const types = Object.keys(shape.types)
    if (value !== undefined && types.length > 0 && keyOf(shape.types, mediaType) === undefined)
      return undeclared('media-type', `has no reply ${status} of type ${mediaType}`, types)
    checks.set(mediaType, bodyCheck(shape.types, mediaType, replies))
    return checkReply(op, status, mediaType, value)
  }
}

/** The reply that a contract declares for a status: itself, its class (`4XX`), or the default. */
export function findReply(op: Operation, status: number): ReplyShape | undefined {
  const { replies } = op
  const exact = getOwn(replies, String(status))
  return exact ?? getOwn(replies, `${Math.floor(status / 100)}XX`) ?? getOwn(replies, 'default')
}

function cached(cache: WeakMap<Operation, Checks>, op: Operation): Checks {
  let checks = cache.get(op)
  if (!checks) cache.set(op, (checks = new Map<string | undefined, Check>()))
  return checks
}

function bodyCheck(
  types: Record<string, Schema>,
  mediaType: string | undefined,
  compiler: Compiler,
): Check {
  const key = keyOf(types, mediaType)
  return key === undefined ? () => true : compiler.compile(types[key] as Schema)
}

function keyOf(types: Record<string, Schema>, mediaType: string | undefined): string | undefined {
  if (mediaType === undefined) return undefined
  const essence = mediaType.includes(';') ? mediaType.slice(0, mediaType.indexOf(';')) : mediaType
  return findMediaType(types, essence.trim().toLowerCase())
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

function undeclared(rule: string, what: string, limit: string[]): Problem[] {
  return [{ in: 'reply', pointer: '', rule, message: `the contract ${what}`, limit }]
}

/** A file's part stands where the contract says string; its bytes are not for JSON Schema. */
function withoutFiles(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const shown: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value))
    shown[key] = Array.isArray(item) ? item.map(textOfFile) : textOfFile(item)
  return shown
}

function textOfFile(item: unknown): unknown {
  const isFile = typeof item === 'object' && item !== null && 'bytes' in item
  return isFile && item.bytes instanceof Uint8Array ? '' : item
}
