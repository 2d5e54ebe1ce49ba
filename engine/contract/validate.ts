import { checkParam, checkParams } from './check-params.ts'
import { createChecking, runCheck, type Checking } from './checking.ts'
import type { Check } from './compile.ts'
import type { ContractWarning } from './contract-error.ts'
import type { Contract, Operation, Param, ReplyShape, Schema } from './contract.ts'
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

type Checks = Map<string, Check>

const pass: Check = () => true

/** Makes a validator; each schema is compiled when it is first needed. */
export function createValidator(contract: Pick<Contract, 'schemas'>): Validator {
  const checking = createChecking(contract.schemas)
  const bodyChecks = new WeakMap<Operation, Checks>()
  const replyChecks = new WeakMap<Operation, Map<number, Checks>>()
  return {
    warnings: checking.warnings,
    checkParams: (op, values) => checkParams(checking, op, values),
    checkParam: (_op, param, value) => checkParam(checking, param, value),
    checkBody(op, mediaType, value) {
      if (value === undefined || value instanceof Uint8Array || !op.body) return noProblems
      let checks = bodyChecks.get(op)
      if (!checks) bodyChecks.set(op, (checks = new Map<string, Check>()))
      const check =
        checks.get(mediaType ?? '') ?? bodyCheck(checking, op.body.types, mediaType, checks)
      const isForm = mediaType?.startsWith('multipart/') === true
      return runCheck(checking, check, isForm ? withoutFiles(value) : value, 'body')
    },
    checkReply(op, status, mediaType, value) {
      let byStatus = replyChecks.get(op)
      if (!byStatus) replyChecks.set(op, (byStatus = new Map<number, Checks>()))
      let checks = byStatus.get(status)
      if (!checks) {
        if (!findReply(op, status)) return undeclaredStatus(op, status)
        byStatus.set(status, (checks = new Map<string, Check>()))
      }
      if (value === undefined) return noProblems
      const known = checks.get(mediaType ?? '')
      const check = known ?? replyCheck(checking, op, status, mediaType, checks)
      if (!check) return undeclaredType(op, status, mediaType)
      return value instanceof Uint8Array ? noProblems : runCheck(checking, check, value, 'reply')
    },
  }
}

/** Some documents call a multipart body a list of parts; its fields are no list. */
function bodyCheck(
  checking: Checking,
  types: Record<string, Schema>,
  mediaType: string | undefined,
  checks: Checks,
): Check {
  const key = keyOf(types, mediaType)
  // What the contract does not declare is not kept: callers could fill the memory with types.
  if (key === undefined || mediaType === undefined) return pass
  const schema = types[key] as Schema
  const kinds = typesOf(schema, checking.schemas)
  const isList = mediaType.startsWith('multipart/') && kinds.size > 0 && !kinds.has('object')
  if (isList) {
    const message = 'A multipart body that is no object is not checked.'
    checking.warn({ message, pointer: '/operations' })
  }
  return remember(checks, mediaType, isList ? pass : checking.requests.compile(schema))
}

function replyCheck(
  checking: Checking,
  op: Operation,
  status: number,
  mediaType: string | undefined,
  checks: Checks,
): Check | undefined {
  const { types } = findReply(op, status) as ReplyShape
  // A document that names no type at all has just not been written to the end.
  if (Object.keys(types).length === 0) return pass
  const key = keyOf(types, mediaType)
  if (key === undefined || mediaType === undefined) return undefined
  return remember(checks, mediaType, checking.replies.compile(types[key] as Schema))
}

function remember(checks: Checks, mediaType: string, check: Check): Check {
  checks.set(mediaType, check)
  return check
}

/** The reply that a contract declares for a status: itself, its class (`4XX`), or the default. */
export function findReply(op: Operation, status: number): ReplyShape | undefined {
  const { replies } = op
  const exact = getOwn(replies, String(status))
  return exact ?? getOwn(replies, `${Math.floor(status / 100)}XX`) ?? getOwn(replies, 'default')
}

function keyOf(types: Record<string, Schema>, mediaType: string | undefined): string | undefined {
  if (mediaType === undefined) return undefined
  const essence = mediaType.includes(';') ? mediaType.slice(0, mediaType.indexOf(';')) : mediaType
  return findMediaType(types, essence.trim().toLowerCase())
}

function undeclaredStatus(op: Operation, status: number): Problem[] {
  return undeclared('status', `has no reply ${status}`, Object.keys(op.replies))
}

function undeclaredType(op: Operation, status: number, mediaType: string | undefined): Problem[] {
  const types = Object.keys(findReply(op, status)?.types ?? {})
  return undeclared('media-type', `has no reply ${status} of type ${mediaType}`, types)
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
