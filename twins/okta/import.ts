import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type {
  Contract,
  Operation,
  Param,
  ReplyShape,
  Schema,
} from '../../engine/contract/contract.ts'
import { applyPatch } from '../../engine/contract/patch.ts'
import { importOpenApi } from '../../engine/contract/read.ts'
import { formatContract } from '../../engine/contract/write.ts'

// Makes contract.json and error-codes.json from Okta's documents and the fact sheet's tables:
// node twins/okta/import.ts ../shared

/** One line of the operation table: bare facts that the documents lack. */
interface Known {
  operationId: string
  method: string
  path: string
  tag: string
  spec: string
  required?: string[]
  optional?: string[]
  requestSchema?: string
  requestRequired?: boolean
  success: number[]
  auth?: string[]
  scopes?: string[]
  adminRoles?: string[]
  rateBucket?: string
  notFoundEntity?: string[]
  observed?: Record<string, number>
  limit?: Record<string, number>
}

const shared = process.argv[2] ?? '../shared'
// The management document comes first: where two documents name a schema alike, its name stays.
const documents = ['management', 'oauth', 'myaccount-idp', 'governance']
const known = readJson<{ operations: Known[] }>('behaviour/okta-operations.json').operations
const codes = readJson<{ apiErrors: [string, number, string, number][] }>(
  'behaviour/okta-errors-events.json',
)

const oktaError: ReplyShape = { types: { 'application/json': { $ref: '#/schemas/Error' } } }
const patch = JSON.parse(
  readFileSync(join(import.meta.dirname, 'contract.patch.json'), 'utf8'),
) as unknown
const merged = merge(documents.map((name) => readContract(`specs/okta-${name}-2026.06.3.json`)))
addFacts(merged)
const contract = applyPatch(merged, patch)
const text = formatContract(contract)
writeFileSync(join(import.meta.dirname, 'contract.json'), text)
writeFileSync(join(import.meta.dirname, 'error-codes.json'), formatCodes())
console.log(
  `${contract.operations.length} operations, ${Object.keys(contract.schemas).length} schemas, ${text.length} bytes, ${codes.apiErrors.length} error codes`,
)

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(shared, path), 'utf8')) as T
}

function readContract(path: string): Contract {
  const { contract: one, warnings } = importOpenApi(readJson(path), { name: 'okta', basePath: '' })
  for (const { message, pointer } of warnings) console.warn(`${path} ${pointer}: ${message}`)
  return one
}

/** One contract out of several: the first to define an operation or a schema keeps its name. */
function merge(contracts: Contract[]): Contract {
  const whole: Contract = {
    ...contracts[0]!,
    name: 'okta',
    operations: [],
    schemas: {},
    security: {},
  }
  const routes = new Set<string>()
  const ids = new Set<string>()
  for (const [number, one] of contracts.entries()) {
    const prefix = documents[number]!.split('-')[0]!
    const renamed = new Map<string, string>()
    for (const [name, schema] of Object.entries(one.schemas)) {
      const taken = whole.schemas[name]
      if (taken === undefined || JSON.stringify(taken) === JSON.stringify(schema)) continue
      renamed.set(name, `${prefix}_${name}`)
    }
    for (const [name, schema] of Object.entries(one.schemas)) {
      whole.schemas[renamed.get(name) ?? name] ??= rename(schema, renamed)
    }
    for (const operation of one.operations) {
      const route = routeOf(operation.method, operation.path)
      if (routes.has(route)) continue
      routes.add(route)
      const copy = rename(operation, renamed)
      const isTaken = ids.has(operation.id)
      ids.add(operation.id)
      whole.operations.push(isTaken ? { ...copy, id: `${prefix}.${operation.id}` } : copy)
    }
    Object.assign(whole.security, { ...one.security, ...whole.security })
  }
  return whole
}

function rename<T>(value: T, names: ReadonlyMap<string, string>): T {
  if (names.size === 0 || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item: unknown) => rename(item, names)) as T
  const entries = Object.entries(value).map(([key, item]: [string, unknown]) => {
    const name = key === '$ref' && typeof item === 'string' ? item.slice('#/schemas/'.length) : ''
    return [key, names.has(name) ? `#/schemas/${names.get(name)}` : rename(item, names)]
  })
  return Object.fromEntries(entries) as T
}

function routeOf(method: string, path: string): string {
  return `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`
}

/** Adds what the table knows: operations that the documents lack, and facts about all of them. */
function addFacts(contract: Contract): void {
  const byId = new Map(contract.operations.map((one) => [one.id, one]))
  const byRoute = new Map(contract.operations.map((one) => [routeOf(one.method, one.path), one]))
  for (const one of known) {
    const route = routeOf(one.method, one.path)
    let operation = byRoute.get(route) ?? byId.get(one.operationId)
    if (operation === undefined) {
      operation = toOperation(one)
      contract.operations.push(operation)
      byRoute.set(route, operation)
    }
    const facts = factsOf(one)
    if (Object.keys(facts).length > 0) operation.facts = facts
    addObserved(operation, one)
  }
  for (const operation of contract.operations) addFailures(operation)
}

/** Any call may fail in ways that the documents leave out (401, 405, 412, 500): one shape stands for all of them. */
function addFailures(operation: Operation): void {
  const { replies, path } = operation
  const shape = path.startsWith('/oauth2/') ? anyJson() : oktaError
  for (const [status, reply] of Object.entries(replies)) {
    if (/^[45]/.test(status) && JSON.stringify(reply) === JSON.stringify(oktaError))
      delete replies[status]
  }
  replies['4XX'] ??= shape
  replies['5XX'] ??= shape
}

function factsOf(one: Known): Record<string, unknown> {
  const { rateBucket, notFoundEntity, scopes, adminRoles, limit } = one
  return {
    ...(rateBucket !== undefined && { rateBucket }),
    ...(notFoundEntity !== undefined && { notFoundEntity: notFoundEntity[0] }),
    ...(scopes !== undefined && { scopes }),
    ...(adminRoles !== undefined && { adminRoles }),
    ...(limit !== undefined && { limit }),
  }
}

/** What real orgs answered counts more than what the document says. */
function addObserved(operation: Operation, one: Known): void {
  const { replies } = operation
  const best = Object.entries(replies).find(([status]) => status.startsWith('2'))?.[1]
  for (const status of Object.keys(one.observed ?? {})) {
    if (!status.startsWith('2')) continue
    replies[status] ??= status === '204' ? { types: {} } : permissive(best)
  }
}

function permissive(best: ReplyShape | undefined): ReplyShape {
  return best !== undefined && Object.keys(best.types).length > 0 ? best : anyJson()
}

function anyJson(): ReplyShape {
  return { types: { 'application/json': true } }
}

/** An operation that only clients and recordings tell of; its schemas take anything. */
function toOperation(one: Known): Operation {
  const replies: Record<string, ReplyShape> = {}
  for (const status of one.success) replies[status] = status === 204 ? { types: {} } : anyJson()
  replies['4XX'] = anyJson()
  const operation: Operation = {
    id: one.operationId,
    method: one.method,
    path: one.path,
    params: toParams(one),
    replies,
    security: securityOf(one),
    tags: [one.tag],
  }
  const type = one.requestSchema?.startsWith('form:')
    ? 'application/x-www-form-urlencoded'
    : one.requestSchema === 'inline'
      ? 'multipart/form-data'
      : 'application/json'
  if (one.requestSchema !== undefined) operation.body = { types: { [type]: true } }
  return operation
}

function toParams(one: Known): Param[] {
  const names = new Set([...(one.required ?? []), ...pathNames(one.path).map((n) => `path:${n}`)])
  const params: Param[] = []
  for (const name of [...names, ...(one.optional ?? [])]) {
    const [place, rest] = name.split(':') as [Param['in'], string]
    if (place === 'header' && /^(content-type|accept|authorization)$/i.test(rest)) continue
    const schema: Schema = { type: 'string' }
    params.push({ name: rest, in: place, ...(names.has(name) && { required: true }), schema })
  }
  return params
}

function pathNames(path: string): string[] {
  return [...path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]!)
}

/** Sessions by cookie, sign-in and discovery are open; the rest of /api needs a token. */
function securityOf(one: Known): Operation['security'] {
  const isOpen =
    one.spec === 'authn' ||
    one.spec === 'idx' ||
    !/^\/(api|integrations|privileged-access|device-access|workload-principals)\//.test(one.path) ||
    /^\/api\/v1\/(sessions|users\/me\/lifecycle\/delete_sessions)/.test(one.path)
  return isOpen ? [] : [{ apiToken: [] }, { oauth2: one.scopes ?? [] }]
}

/** Code, status and summary, one per line: protocol strings that clients match on. */
function formatCodes(): string {
  const lines = codes.apiErrors.map(([code, status, summary]) =>
    JSON.stringify([code, status, summary]),
  )
  return `[\n${lines.join(',\n')}\n]\n`
}
