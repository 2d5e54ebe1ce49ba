import { refuse } from '../../engine/call.ts'
import type { Operation, Param } from '../../engine/contract/contract.ts'
import { findMediaType, readMediaType } from '../../engine/contract/media-type.ts'
import { resolveSchema } from '../../engine/contract/schema.ts'
import type { Exchange } from '../../engine/exchange.ts'
import { readParameters, readPayload } from '../../engine/stages/read-input.ts'
import { mountOf } from './mounts.ts'

/** Finds the operation: every mount and the gateway lead to the same ones (FACTS: mounts). */
export function matchMounted(exchange: Exchange): undefined {
  const { path } = mountOf(exchange)
  // The edge knows no such method (FACTS: methods).
  if (exchange.method === 'PATCH') return refuse('jira.edge')
  const found = exchange.twin.router.match(exchange.method, path)
  if (found === undefined) return refuse('no-route')
  if ('allow' in found) {
    const isOptions = exchange.method === 'OPTIONS'
    return refuse(isOptions ? 'jira.options' : 'no-method', { allow: found.allow })
  }
  exchange.op = found.op
  exchange.path = found.path
  exchange.rawPath = found.rawPath
  if (found.malformed) return refuse('no-route')
  exchange.depth = exchange.twin.depthOf(found.op)
}

/** A content type that the operation doesn't take is told before anybody is asked who they are. */
export function checkContentType(exchange: Exchange): undefined {
  const types = exchange.op?.body?.types
  const { body } = exchange.call
  if (types === undefined || body === undefined || body === '') return
  const sent = exchange.headers['content-type']
  if (sent === undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) return
  const essence = readMediaType(sent)?.essence
  if (essence === undefined || findMediaType(types, essence) === undefined)
    refuse('unsupported-type')
}

/** Reads the parameters and turns numbers and flags into what they stand for. */
export function readConverted(exchange: Exchange): undefined {
  readParameters(exchange)
  for (const { name, kind, isList } of convertedOf(exchange.op!, exchange)) {
    const value = exchange.query[name]
    if (value === undefined) continue
    if (isList)
      exchange.query[name] = (Array.isArray(value) ? value : [value]).map((one) =>
        convert(name, kind, one),
      )
    else {
      const converted = convert(name, kind, value)
      if (converted === undefined) delete exchange.query[name]
      else exchange.query[name] = converted
    }
  }
}

type Kind = 'int32' | 'int64' | 'boolean'

interface Converted {
  name: string
  kind: Kind
  isList: boolean
}

const conversions = new WeakMap<Operation, Converted[]>()

function convertedOf(op: Operation, exchange: Exchange): Converted[] {
  let list = conversions.get(op)
  if (list === undefined) {
    const { schemas } = exchange.twin.contract
    list = op.params
      .filter((param) => param.in === 'query')
      .flatMap((param) => kindOf(param, schemas))
    // `startAt` is named first when both are bad.
    list.sort((a, b) => Number(b.name === 'startAt') - Number(a.name === 'startAt'))
    conversions.set(op, list)
  }
  return list
}

function kindOf(param: Param, schemas: Parameters<typeof resolveSchema>[1]): Converted[] {
  const schema = resolveSchema(param.schema, schemas)
  const isList = schema['type'] === 'array'
  const inner = isList ? resolveSchema(schema['items'], schemas) : schema
  if (inner['type'] === 'boolean') return [{ name: param.name, kind: 'boolean', isList }]
  if (inner['type'] !== 'integer') return []
  const isLong = inner['format'] === 'int64' || param.name === 'startAt'
  return [{ name: param.name, kind: isLong ? 'int64' : 'int32', isList }]
}

const flags: Record<string, boolean> = {
  true: true,
  on: true,
  yes: true,
  '1': true,
  false: false,
  off: false,
  no: false,
  '0': false,
}

/** What a text stands for; blank is as good as absent, blanks inside a number don't count (FACTS: conversion). */
function convert(name: string, kind: Kind, value: unknown): number | boolean | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && fits(kind, value)) return value
  if (typeof value === 'boolean' && kind === 'boolean') return value
  const text = String(value).replace(/\s+/g, '')
  if (text === '') return undefined
  if (kind === 'boolean') {
    const flag = flags[text.toLowerCase()]
    return flag ?? refuse('jira.conversion', { name, value })
  }
  const number = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN
  return fits(kind, number) ? number : refuse('jira.conversion', { name, value })
}

function fits(kind: Kind, value: number): boolean {
  if (Number.isNaN(value)) return false
  return kind === 'int32' ? value >= -2147483648 && value <= 2147483647 : Math.abs(value) <= 2 ** 63
}

/** Reads the body and holds it against its bean: wrong types and unknown members of closed beans are refused. */
export function readBean(exchange: Exchange): undefined {
  readPayload(exchange)
  const { op, twin, body, mediaType } = exchange
  if (op?.body === undefined || mediaType !== 'application/json') return
  if (body === null && op.body.required) refuse('missing-body')
  if (body === undefined || body === null) return
  for (const { rule, pointer, limit } of twin.validator.checkBody(op, mediaType, body)) {
    if (rule === 'additionalProperties' && isFree(pointer)) continue
    if (rule === 'additionalProperties') refuse('jira.payload')
    if (rule === 'type' && !isCoercible(body, pointer, limit)) refuse('jira.payload')
  }
}

/** Fields, updates and rich text are looked at by the behaviours, which say more. */
function isFree(pointer: string): boolean {
  return /^\/(fields|update|body|comment|transition|description)(\/|$)/.test(pointer)
}

/** Numbers may come as strings and strings as numbers; null is as good as absent. */
function isCoercible(body: unknown, pointer: string, wanted: unknown): boolean {
  if (isFree(pointer)) return true
  let value = body
  for (const token of pointer.slice(1).split('/').filter(Boolean)) {
    value = (value as Record<string, unknown> | undefined)?.[
      token.replaceAll('~1', '/').replaceAll('~0', '~')
    ]
  }
  if (value === null) return true
  const kinds = Array.isArray(wanted) ? wanted : [wanted]
  if (kinds.includes('string')) return typeof value === 'number'
  if (kinds.includes('integer') || kinds.includes('number')) {
    return (
      typeof value === 'number' ||
      (typeof value === 'string' && value.trim() !== '' && !Number.isNaN(Number(value)))
    )
  }
  return kinds.includes('boolean') && (value === 'true' || value === 'false')
}

// Questions too long for a URL.
const askingPosts = new Set([
  'searchAndReconsileIssuesUsingJqlPost',
  'countIssues',
  'matchIssues',
  'parseJqlQueries',
  'sanitiseJqlQueries',
  'migrateQueries',
  'getAutoCompletePost',
  'bulkFetchIssues',
  'getBulkChangelogs',
  'getChangeLogsByIds',
  'getCommentsByIds',
  'getWorklogsForIds',
  'getIsWatchingIssueBulk',
  'getBulkPermissions',
  'getPermittedProjects',
  'getCustomFieldsConfigurations',
  'getCustomFieldContextsForProjectsAndIssueTypes',
  'analyseExpression',
  'evaluateJiraExpression',
  'evaluateJSISJiraExpression',
])

/** Whether an operation changes anything: some POSTs only ask. */
export function isWrite({ id, method }: Operation): boolean {
  return method !== 'GET' && method !== 'HEAD' && !askingPosts.has(id)
}
