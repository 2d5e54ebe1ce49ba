import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contract, Operation, Param, ReplyShape } from '../../engine/contract/contract.ts'
import { importOpenApi } from '../../engine/contract/read.ts'
import { formatContract } from '../../engine/contract/write.ts'

// Makes contract.json from the service's documents and the fact sheet's operation table:
// node twins/jira/import.ts ../shared

/** One line of the operation table: bare facts that the documents lack. */
interface Known {
  operationId: string
  method: string
  path: string
  api: string
  tag: string
  requiredParams: string[]
  requestSchema: string | null
  requestContentType: string | null
  success: number[]
  anonymous: boolean
  scopes?: { classic?: string[]; granular?: string[] }
  paginated: string | null
  errorExamples?: Record<string, unknown>
}

const shared = process.argv[2] ?? '../shared'
const known = readJson<{ operations: Known[] }>('behaviour/jira-operations.json').operations
const platform = readContract('specs/jira-platform-v3-2026-05-29.json')
const software = readContract('specs/jira-software-2022-07-17.json')

const contract: Contract = {
  name: 'jira',
  version: platform.version,
  operations: [...platform.operations],
  schemas: { ...platform.schemas },
  security: platform.security,
}
addSoftware()
addKnown()
addEdges()
for (const operation of contract.operations) simplify(operation)
const text = formatContract(contract)
writeFileSync(join(import.meta.dirname, 'contract.json'), text)
console.log(
  `${contract.operations.length} operations, ${Object.keys(contract.schemas).length} schemas, ${text.length} bytes`,
)

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(shared, path), 'utf8')) as T
}

function readContract(path: string): Contract {
  const { contract: one, warnings } = importOpenApi(readJson(path), { name: 'jira', basePath: '' })
  for (const { message, pointer } of warnings) console.warn(`${path} ${pointer}: ${message}`)
  return one
}

/** Names that the platform has already get the prefix `software.`. */
function addSoftware(): void {
  const renamed = new Map<string, string>()
  for (const [name, schema] of Object.entries(software.schemas)) {
    const taken = contract.schemas[name]
    if (taken === undefined || JSON.stringify(taken) === JSON.stringify(schema)) continue
    renamed.set(name, `software_${name}`)
  }
  for (const [name, schema] of Object.entries(software.schemas)) {
    contract.schemas[renamed.get(name) ?? name] ??= rename(schema, renamed)
  }
  for (const operation of software.operations) {
    contract.operations.push({
      ...rename(operation, renamed),
      id: freeId(operation.id, 'software'),
    })
  }
}

function rename<T>(value: T, names: ReadonlyMap<string, string>): T {
  if (names.size === 0 || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: unknown) => rename(item, names)) as T
  const entries = Object.entries(value).map(([name, item]: [string, unknown]) => {
    const target =
      name === '$ref' && typeof item === 'string' ? item.slice('#/schemas/'.length) : ''
    return [name, names.has(target) ? `#/schemas/${names.get(target)}` : rename(item, names)]
  })
  return Object.fromEntries(entries) as T
}

function freeId(id: string, prefix: string): string {
  const taken = new Set(contract.operations.map((one) => one.id))
  for (const name of [id, `${prefix}.${id}`, `${prefix}.next.${id}`])
    if (!taken.has(name)) return name
  throw new Error(`No free name for ${id}`)
}

function routeOf(method: string, path: string): string {
  return `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`
}

/** Adds what the table knows: operations that the documents lack, and facts about all of them. */
function addKnown(): void {
  const byRoute = new Map(contract.operations.map((one) => [routeOf(one.method, one.path), one]))
  for (const one of known) {
    const route = routeOf(one.method, one.path)
    let operation = byRoute.get(route)
    if (operation === undefined) {
      operation = toOperation(one)
      contract.operations.push(operation)
      byRoute.set(route, operation)
    }
    operation.facts = factsOf(one)
    for (const status of one.success) operation.replies[String(status)] ??= { types: {} }
  }
}

function factsOf(one: Known): Record<string, unknown> {
  const classic = one.scopes?.classic ?? []
  const granular = one.scopes?.granular ?? []
  const errors = textsOf(one.errorExamples ?? {})
  return {
    ...(one.anonymous && { anonymous: true }),
    ...(classic.length > 0 && { scopes: classic }),
    ...(granular.length > 0 && { granularScopes: granular }),
    ...(one.paginated !== null && { paging: one.paginated }),
    ...(Object.keys(errors).length > 0 && { errors }),
  }
}

/** The sentences with which access is refused: protocol texts that clients match on. */
function textsOf(examples: Record<string, unknown>): Record<string, string> {
  const texts: Record<string, string> = {}
  for (const [status, example] of Object.entries(examples)) {
    if (!['401', '403', '404'].includes(status)) continue
    const first = firstMessage(example)
    if (first !== undefined && first !== '' && !/\d{4}|Human readable/.test(first))
      texts[status] = first
  }
  return texts
}

function firstMessage(example: unknown): string | undefined {
  if (typeof example === 'string') return example
  const { errorMessages, message } = example as { errorMessages?: string[]; message?: string }
  return errorMessages?.[0] ?? message
}

/** An operation that only clients and the fact sheet tell of; its schemas take anything. */
function toOperation(one: Known): Operation {
  const replies: Record<string, ReplyShape> = {}
  for (const status of one.success) {
    const isEmpty = status === 204 || status === 202
    replies[status] = isEmpty ? { types: {} } : { types: { 'application/json': true } }
  }
  const operation: Operation = {
    id: freeId(one.operationId, one.api),
    method: one.method,
    path: one.path,
    params: one.requiredParams.map(toParam),
    replies,
    security: [],
    tags: [one.tag],
  }
  const writes = one.method === 'POST' || one.method === 'PUT'
  if (writes) operation.body = { types: { [one.requestContentType ?? 'application/json']: true } }
  return operation
}

function toParam(name: string): Param {
  const [place, rest] = name.split(':') as [Param['in'], string]
  return { name: rest, in: place, required: true, schema: { type: 'string' } }
}

/** What stands beside the REST API: finding a site's id, and a token's sites (FACTS: cloud-id). */
function addEdges(): void {
  const replies = { '200': { types: { 'application/json': true } } }
  const edge = (id: string, path: string): Operation => ({
    id,
    method: 'GET',
    path,
    params: [],
    replies,
    security: [],
    facts: { anonymous: true },
  })
  contract.operations.push(edge('getTenantInfo', '/_edge/tenant_info'))
  contract.operations.push(edge('getAccessibleResources', '/oauth/token/accessible-resources'))
}

/**
 * Real error bodies differ too much from the documents' (the fact sheet, section 1.3) to be held
 * against them, and scopes stand among the facts.
 */
function simplify(operation: Operation): void {
  const replies: Record<string, ReplyShape> = {}
  for (const [status, shape] of Object.entries(operation.replies)) {
    if (/^[23]/.test(status)) replies[status] = shape
  }
  operation.replies = { ...replies, '4XX': { types: {} }, '5XX': { types: {} } }
  operation.security = operation.facts?.['anonymous'] === true ? [] : [{ basicAuth: [] }]
}
