import { isDeepStrictEqual } from 'node:util'
import { ContractError } from './contract-error.ts'
import { fromPointerToken, isRecord } from './schema.ts'

/** One correction of a contract, with its reason and where it is known from. */
export interface PatchLine {
  op: 'add' | 'replace' | 'remove' | 'test'
  /** JSON pointer; operations and parameters may be named: `/operations/createUser/params/limit`. */
  path: string
  value?: unknown
  why: string
  source: string
}

const verbs = new Set<unknown>(['add', 'replace', 'remove', 'test'])
const hostile = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Applies corrections (a subset of RFC 6902, each with why and source) and returns the corrected
 * contract; what it was given stays as it was, and what did not change is shared with it.
 */
export function applyPatch<T extends object>(target: T, patch: unknown): T {
  if (!Array.isArray(patch)) {
    const fix = 'Make it a list of {op, path, value, why, source}.'
    throw new ContractError('The patch is not a list', { pointer: '', fix })
  }
  return patch.reduce((current: T, line: unknown, index) => {
    const checked = checkLine(line, index + 1)
    const tokens = checked.path.slice(1).split('/').map(fromPointerToken)
    const bad = tokens.find((token) => hostile.has(token))
    if (bad !== undefined) fail(checked, index + 1, `${bad} is not allowed in a path`, 'Rename it.')
    return change(current, tokens, { line: checked, number: index + 1 }) as T
  }, target)
}

function checkLine(line: unknown, number: number): PatchLine {
  const fields = isRecord(line) ? line : {}
  const pointer = typeof fields['path'] === 'string' ? fields['path'] : ''
  const refuse = (what: string, fix: string): never => {
    throw new ContractError(`Patch line ${number}: ${what}`, { pointer, fix })
  }
  if (!verbs.has(fields['op']))
    refuse('op is missing or unknown', 'Use add, replace, remove or test.')
  if (!pointer.startsWith('/')) refuse('path is no JSON pointer', 'Begin it with a slash.')
  for (const key of ['why', 'source'])
    if (typeof fields[key] !== 'string' || fields[key].trim() === '')
      refuse(`${key} is missing`, 'Say why the line is there and where it is known from.')
  if (fields['op'] !== 'remove' && fields['value'] === undefined)
    refuse('value is missing', 'Give the value.')
  return line as PatchLine
}

interface Step {
  line: PatchLine
  number: number
}

function fail(line: PatchLine, number: number, what: string, fix: string): never {
  throw new ContractError(`Patch line ${number}: ${what}`, { pointer: line.path, fix })
}

/** Copies only the objects on the way to the change. */
function change(node: unknown, tokens: string[], step: Step): unknown {
  const [token, ...rest] = tokens as [string, ...string[]]
  if (Array.isArray(node)) return changeList(node, token, rest, step)
  if (!isRecord(node)) return fail(step.line, step.number, `${token} is inside no object`, look)
  const isThere = Object.hasOwn(node, token)
  const { op, value } = step.line
  if (!isThere && (rest.length > 0 || op !== 'add'))
    return fail(step.line, step.number, `${token} is not there`, look)
  if (rest.length > 0) return { ...node, [token]: change(node[token], rest, step) }
  if (op === 'test') return assertSame(node, node[token], step)
  if (op !== 'remove') return { ...node, [token]: value }
  const { [token]: _removed, ...others } = node
  return others
}

const look = 'Look at the contract for the path that is meant.'

function changeList(list: unknown[], token: string, rest: string[], step: Step): unknown[] {
  const { op, value } = step.line
  const found = indexIn(list, token, step)
  const isEnd = found === undefined || found === list.length
  if (op === 'add' && rest.length === 0 && (isEnd || /^\d+$/.test(token)))
    return list.toSpliced(found ?? list.length, 0, value)
  if (found === undefined || found >= list.length)
    return fail(step.line, step.number, `${token} is not in the list`, look)
  if (rest.length > 0) return list.with(found, change(list[found], rest, step))
  if (op === 'test') return assertSame(list, list[found], step)
  return op === 'remove' ? list.toSpliced(found, 1) : list.with(found, value)
}

/** A list's entry by index, `-` for behind the last, or the entry's own id or name. */
function indexIn(list: unknown[], token: string, step: Step): number | undefined {
  if (token === '-') return list.length
  const indexes: number[] = []
  list.forEach((item, index) => {
    if (isRecord(item) && (item['id'] === token || item['name'] === token)) indexes.push(index)
  })
  if (indexes.length > 1)
    fail(step.line, step.number, `${token} names more than one entry`, 'Use its index.')
  if (indexes.length === 1) return indexes[0]
  return /^(0|[1-9]\d*)$/.test(token) ? Number(token) : undefined
}

function assertSame<T>(node: T, actual: unknown, step: Step): T {
  if (isDeepStrictEqual(actual, step.line.value)) return node
  const fix = 'The document has changed: see whether the patch is still needed.'
  return fail(step.line, step.number, `it is ${JSON.stringify(actual)?.slice(0, 200)}`, fix)
}
