import { createRequire } from 'node:module'
import { ContractError, type ContractWarning } from './contract-error.ts'
import type { Contract, Operation } from './contract.ts'
import { childOf, childrenOf, follow, openDocument, warn, warnOf } from './document.ts'
import type { OpenApiDocument, Place } from './document.ts'
import { toBody, toReplies } from './import-body.ts'
import { paramPlaces, toParams, type ImportContext } from './import-params.ts'
import { createSchemaImporter } from './import-schema.ts'
import { toSecurity, toSecuritySchemes } from './import-security.ts'
import { isRecord } from './schema.ts'
import { basePathOf } from './server-path.ts'

const require = createRequire(import.meta.url)

/** More aliases than this, multiplied out, are an attack and no document. */
const aliasesMax = 1000

/** Reads JSON or YAML text; refuses what is not an object, with line and column. */
export function parseDocument(text: string, { name }: { name: string }): unknown {
  const clean = text.startsWith('\uFEFF') ? text.slice(1) : text
  const value = /^\s*[{[]/.test(clean) ? parseJson(clean, name) : parseYaml(clean, name)
  if (isRecord(value)) return value
  const fix = 'Give a document whose top level is an object.'
  throw new ContractError(`${name} holds no object`, { pointer: '', fix })
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // YAML's flow style looks like JSON, and its errors carry line and column.
    return parseYaml(text, name)
  }
}

function parseYaml(text: string, name: string): unknown {
  const { LineCounter, parseDocument: parse } = require('yaml') as typeof import('yaml')
  const lineCounter = new LineCounter()
  const document = parse(text, { lineCounter, prettyErrors: false })
  const error = document.errors[0]
  if (error) {
    const { line, col } = lineCounter.linePos(error.pos[0])
    const what = `${name}, line ${line}, column ${col}: ${error.message}`
    throw new ContractError(what, { pointer: '', fix: 'Correct the text there.' })
  }
  try {
    const value: unknown = document.toJS({ maxAliasCount: aliasesMax })
    // An anchor that contains its own alias has no end; JSON has no words for it.
    JSON.stringify(value)
    return value
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure)
    const fix = 'Use fewer anchors and aliases, and none inside themselves.'
    throw new ContractError(`${name} cannot be expanded: ${why}`, { pointer: '', fix })
  }
}

/** What an importer may be told. */
export interface ImportOptions {
  /** The contract's name; absent, the document's title. */
  name?: string
  /** In front of every path, instead of the one that the document's server has. */
  basePath?: string
  /** Extensions of operations (`x-okta-…`) to keep in `facts`. */
  keep?: string[]
  /** Also keeps the schemas that nothing refers to. */
  keepUnusedSchemas?: boolean
  /** Throws at the first thing that would be a warning. */
  strict?: boolean
}

/**
 * Makes a contract from an OpenAPI document (2.0, 3.0, 3.1). What is broken in one operation costs
 * that operation at most, and is told in the warnings.
 *
 * The normalisation is our own: @scalar/openapi-upgrader 0.4.9 rewrites references inside examples,
 * leaves `nullable` beside oneOf and `x-nullable` in 3.0, adds no null to an enum, and drops the
 * type of binary strings; and our walk has to know each keyword's place anyway.
 */
export function importOpenApi(
  source: unknown,
  options: ImportOptions = {},
): { contract: Contract; warnings: ContractWarning[] } {
  const document = openDocument(source, options.strict === true)
  const context: ImportContext = { document, schemas: createSchemaImporter(document) }
  const operations: Operation[] = []
  for (const [path, place] of childrenOf({ value: document.root['paths'], pointer: '/paths' }))
    addOperations(context, operations, path, place, options)
  if (operations.length === 0) {
    const cause = document.warnings[0]
    const hooks = isRecord(document.root['webhooks']) || isRecord(document.root['x-webhooks'])
    const add = hooks
      ? 'It describes webhooks, which are no calls; add a path.'
      : 'Add a path to it.'
    const fix = cause ? `First: ${cause.message} (at ${cause.pointer}).` : add
    throw new ContractError('The document has no usable operation', { pointer: '/paths', fix })
  }
  makeUnique(operations, document)
  const info = isRecord(document.root['info']) ? document.root['info'] : {}
  const contract: Contract = {
    name: options.name ?? String(info['title'] ?? 'api'),
    version: String(info['version'] ?? ''),
    operations,
    schemas: context.schemas.finish(options.keepUnusedSchemas === true),
    security: toSecuritySchemes(document),
  }
  return { contract, warnings: document.warnings }
}

const methods = new Set('get put post delete options head patch trace query'.split(' '))

function addOperations(
  context: ImportContext,
  operations: Operation[],
  path: string,
  place: Place,
  options: ImportOptions,
): void {
  const { document } = context
  if (!path.startsWith('/')) {
    const fix = 'Begin each path with a slash.'
    warn(document, `The path ${path} does not begin with a slash; it is left out`, {
      ...place,
      fix,
    })
    return
  }
  try {
    const item = follow(document, place)
    for (const [key, operation] of childrenOf(item)) {
      if (!methods.has(key) || !isRecord(operation.value)) continue
      try {
        operations.push(toOperation(context, path, item, key, operation, options))
      } catch (error) {
        warnOf(document, error, `${key} ${path} is left out`)
      }
    }
  } catch (error) {
    warnOf(document, error, `${path} is left out`)
  }
}

function toOperation(
  context: ImportContext,
  path: string,
  item: Place,
  method: string,
  place: Place,
  options: ImportOptions,
): Operation {
  const { document } = context
  const { root } = document
  const value = place.value as Record<string, unknown>
  const cut = path.search(/[?#]/)
  if (cut !== -1) {
    const fix = 'Tell the operations apart by path and method.'
    warn(document, `The path ${path} is cut before its ${path[cut]}`, { ...item, fix })
  }
  const base = options.basePath ?? basePathOf(document, item, place)
  const full = base.replace(/\/$/, '') + (cut === -1 ? path : path.slice(0, cut))
  const { operationId } = value
  const hasId = typeof operationId === 'string' && operationId !== ''
  const list = paramPlaces(context, item, place)
  const operation: Operation = {
    id: hasId ? operationId : `${method} ${path}`,
    method: method.toUpperCase(),
    path: full,
    params: toParams(context, list, full),
    replies: {},
    security: toSecurity(value['security'], root['security']),
  }
  const body = toBody(context, place, list)
  if (body) operation.body = body
  operation.replies = toReplies(context, place)
  addMore(operation, value, item, options)
  return operation
}

function addMore(
  operation: Operation,
  value: Record<string, unknown>,
  item: Place,
  options: ImportOptions,
): void {
  const { tags } = value
  if (Array.isArray(tags) && tags.length > 0)
    operation.tags = tags.filter((tag) => typeof tag === 'string')
  if (value['deprecated'] === true) operation.deprecated = true
  for (const key of options.keep ?? []) {
    const fact = value[key] ?? childOf(item, key).value
    if (fact !== undefined) (operation.facts ??= {})[key] = fact
  }
}

/** Operations are addressed by id, so a second one of the same name gets a number. */
function makeUnique(operations: Operation[], document: OpenApiDocument): void {
  const taken = new Set(operations.map(({ id }) => id))
  const seen = new Set<string>()
  for (const operation of operations) {
    const { id } = operation
    if (seen.has(id)) {
      let count = 2
      while (taken.has(`${id}_${count}`)) count++
      operation.id = `${id}_${count}`
      taken.add(operation.id)
      const what = `The operationId ${id} occurs twice; ${operation.method} ${operation.path} is now ${operation.id}`
      warn(document, what, { pointer: '/paths', fix: 'Give each operation its own id.' })
    }
    seen.add(operation.id)
  }
}
