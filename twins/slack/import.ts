import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Contract, Operation, Schema } from '../../engine/contract/contract.ts'
import { shapes } from './shapes.ts'

// Makes contract.json from the method list and the method reference: node twins/slack/import.ts ../shared

interface Method {
  method: string
  http?: string[]
  json_body?: boolean
  required?: string[]
  args?: Record<string, { type?: string }>
  tokens?: Record<string, string[]> | null
  rate?: { tier?: string; per_min?: number } | null
  paginated?: string | null
  errors?: string[]
  status: string
}
type Document = Record<string, unknown>
interface Reference {
  args?: { properties?: Record<string, Document>; required?: string[] }
  output?: Document
}

const shared = process.argv[2] ?? '../shared'
const methods = readJson<{ methods: Method[]; meta: { common_errors: string[] } }>(
  'behaviour/slack-methods.json',
)
const reference = readJson<Record<string, Reference>>(
  'specs/slack-methods-reference-2026-08-20.json',
)
const common = new Set(methods.meta.common_errors)

// These sound like it, and aren't.
const falseReads = new Set(['files.getUploadURLExternal', 'oauth.v2.exchange'])
const reading =
  /^(list\w*|info|get[A-Z]?\w*|lookup\w*|search|history|replies|members|test|validate|export|identity|conversations|all|files|messages|activity|metadata|exchange|(user|team|billable)Info|(access|integration)Logs)$/
const plainTypes = new Set(['string', 'boolean', 'integer', 'number', 'array', 'object', 'null'])
const scalarName = /^$|_id$|_name$|_token$|^date$|_type$|_level$|_format$/
const kept = ['enum', 'minimum', 'maximum', 'minItems', 'maxItems', 'minLength', 'maxLength']

const contract: Contract = {
  name: 'slack',
  version: '2026-08-20',
  operations: methods.methods.map(toOperation),
  schemas: shapes,
  security: { token: { type: 'http', scheme: 'bearer' } },
}
writeFileSync(join(import.meta.dirname, 'contract.json'), spell(contract))
console.log(`${contract.operations.length} operations`)

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(shared, path), 'utf8')) as T
}

function toOperation(method: Method): Operation {
  const id = method.method
  const known = reference[id]
  const types: Record<string, Schema> = {}
  const args = toArgs(method, known)
  types['application/x-www-form-urlencoded'] = args
  if (method.json_body === true) types['application/json'] = args
  const isOpen = method.tokens != null && 'none' in method.tokens
  return {
    id,
    method: 'POST',
    path: `/api/${id}`,
    params: [],
    body: { types },
    replies: {
      '200': { types: { 'application/json': toReply(known) } },
      default: { types: {} },
    },
    security: isOpen ? [] : [{ token: [] }],
    tags: [id.slice(0, id.lastIndexOf('.'))],
    ...(method.status === 'retired' || method.status === 'deprecated' ? { deprecated: true } : {}),
    facts: toFacts(method),
  }
}

function toFacts(method: Method): Document {
  const facts: Document = {}
  if (method.rate?.tier !== undefined) facts['tier'] = method.rate.tier
  if (method.rate?.per_min !== undefined) facts['perMin'] = method.rate.per_min
  if (method.tokens != null) facts['tokens'] = method.tokens
  if (method.json_body === true) facts['jsonBody'] = true
  if (method.paginated != null) facts['paginated'] = method.paginated
  if (method.status === 'retired') facts['retired'] = true
  if (isRead(method.method)) facts['reads'] = true
  facts['errors'] = (method.errors ?? []).filter((one) => !common.has(one))
  return facts
}

/** The documented verb does not tell (admin.emoji.add is documented as GET), so the last word of the name has to. */
function isRead(id: string): boolean {
  const word = id.slice(id.lastIndexOf('.') + 1)
  return reading.test(word) && !falseReads.has(id)
}

function toArgs(method: Method, known: Reference | undefined): Schema {
  const properties: Record<string, Schema> = {}
  for (const [name, arg] of Object.entries(method.args ?? {})) {
    properties[name] = toSchema({ type: arg.type })
  }
  for (const [name, arg] of Object.entries(known?.args?.properties ?? {})) {
    if (name !== 'token') properties[name] = toSchema(arg)
  }
  const required = method.required ?? []
  return { type: 'object', ...(required.length > 0 ? { required } : {}), properties }
}

/** A success carries what the reference says, a failure its code; the two share a body's names. */
function toReply(known: Reference | undefined): Schema {
  const output = toSchema(known?.output ?? {}) as Document
  const { properties = {}, required = [] } = output as {
    properties?: Document
    required?: string[]
  }
  return {
    type: 'object',
    required: ['ok'],
    properties: { ok: { type: 'boolean' }, ...properties },
    if: { properties: { ok: { const: false } } },
    else: { required },
  }
}

/** Bare JSON Schema out of the reference's own dialect: named objects, no prose, no examples. */
function toSchema(source: unknown): Schema {
  if (typeof source !== 'object' || source === null) return true
  const from = source as Document
  const name = from['schema']
  if (typeof name === 'string') {
    if (Object.hasOwn(shapes, name)) return { $ref: `#/schemas/${name}` }
    return scalarName.test(name) ? { type: 'string' } : { type: 'object' }
  }
  const out: Document = {}
  const types = [from['type']].flat().filter((one) => plainTypes.has(one as string))
  if (types.length > 0) out['type'] = types.length === 1 ? types[0] : types
  for (const word of kept) if (from[word] !== undefined) out[word] = from[word]
  if (Array.isArray(from['required'])) out['required'] = from['required']
  if (isObject(from['properties'])) out['properties'] = mapSchemas(from['properties'])
  if (isObject(from['items'])) out['items'] = toSchema(from['items'])
  for (const word of ['anyOf', 'oneOf']) {
    if (Array.isArray(from[word])) out['anyOf'] = (from[word] as unknown[]).map(toSchema)
  }
  return out
}

function mapSchemas(properties: Document): Document {
  const out: Document = {}
  for (const [name, one] of Object.entries(properties)) {
    // A few keywords of the reference have slipped in among the properties.
    if (isObject(one)) out[name] = toSchema(one)
  }
  return out
}

function isObject(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** One line for each operation and schema, so that a change of the vendor's reads as a change of lines. */
function spell({ operations, schemas, ...head }: Contract): string {
  const lines = (list: string[]) => list.join(',\n')
  return [
    `{"name":${JSON.stringify(head.name)},"version":${JSON.stringify(head.version)},`,
    `"security":${JSON.stringify(head.security)},`,
    `"operations":[\n${lines(operations.map((one) => JSON.stringify(one)))}\n],`,
    `"schemas":{\n${lines(Object.entries(schemas).map(([name, one]) => `${JSON.stringify(name)}:${JSON.stringify(one)}`))}\n}}\n`,
  ].join('\n')
}
