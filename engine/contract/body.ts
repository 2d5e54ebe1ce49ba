import type { Operation } from './contract.ts'
import { readParts, readUrlencoded } from './form.ts'
import {
  findMediaType,
  isJsonType,
  isTextType,
  readMediaType,
  type MediaType,
} from './media-type.ts'
import { readMultipart, type Part } from './multipart.ts'
import type { Schemas } from './schema.ts'

/** Why a body could not be read, in neutral terms. */
export interface BodyProblem {
  kind: 'malformed' | 'unsupported-type' | 'missing' | 'not-utf8'
  message: string
}

/** A body as the operation sees it. */
export interface ReadBody {
  /** Best effort even beside a problem, so that a lenient twin can go on. */
  value: unknown
  /** The key of `op.body.types` that the body was read by; what was sent, when none fits. */
  mediaType: string | undefined
  /** The parts of a multipart body, in order. */
  parts?: Part[]
  problem?: BodyProblem
}

/** What came in. */
export interface BodySource {
  contentType: string | undefined
  /** Bytes and strings are read by their type; any other value is taken as read already. */
  body: unknown
}

/** What reading needs besides the call. */
export interface ReadBodyOptions {
  /** The contract's schemas, since a form's schema may be a reference. */
  schemas: Schemas
  /** How deep JSON may nest, so that no later code runs out of stack. */
  depthMax?: number
}

const jsonType = 'application/json'

/** Reads a call's body by its content type and the operation's declared types. */
export function readBody(op: Operation, source: BodySource, options: ReadBodyOptions): ReadBody {
  const declared = op.body?.types ?? {}
  const sent = readMediaType(source.contentType)
  if (isEmpty(source.body)) {
    const result: ReadBody = { value: undefined, mediaType: sent?.essence }
    if (op.body?.required)
      result.problem = { kind: 'missing', message: 'The operation needs a body.' }
    return result
  }
  const essence = sent?.essence ?? presumedType(declared, source.body)
  const key = findMediaType(declared, essence)
  const result = readAs(op, key, { essence, parameters: sent?.parameters ?? {} }, source, options)
  if (!op.body || key !== undefined || result.problem) return result
  const message = `The operation takes ${Object.keys(declared).join(', ')}, not ${essence}.`
  return { ...result, problem: { kind: 'unsupported-type', message } }
}

function isEmpty(body: unknown): boolean {
  if (body === undefined || body === null || body === '') return true
  return body instanceof Uint8Array && body.length === 0
}

/** Without a content type the contract's first type is presumed; JSON when it is among them. */
function presumedType(declared: Record<string, unknown>, body: unknown): string {
  const types = Object.keys(declared)
  if (types.includes(jsonType) || types.length === 0) return jsonType
  if (typeof body !== 'string' && !(body instanceof Uint8Array)) return types[0] as string
  return types.find((type) => !type.includes('*')) ?? jsonType
}

function readAs(
  op: Operation,
  key: string | undefined,
  type: MediaType,
  source: BodySource,
  options: ReadBodyOptions,
): ReadBody {
  const { body } = source
  const mediaType = key ?? type.essence
  if (typeof body !== 'string' && !(body instanceof Uint8Array))
    return checkDepth({ value: body, mediaType }, options)
  if (type.essence === 'multipart/form-data')
    return readMultipartBody(op, key, mediaType, type, body, options)
  const isForm = type.essence === 'application/x-www-form-urlencoded'
  if (!isForm && !isJsonType(type.essence) && !isTextType(type.essence)) {
    const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
    return { value: bytes, mediaType }
  }
  const text = typeof body === 'string' ? body : decodeBytes(body, type.parameters['charset'])
  if (typeof text !== 'string') return { value: undefined, mediaType, problem: text }
  if (isForm) {
    const schema = key === undefined ? undefined : op.body?.types[key]
    const form = readUrlencoded(text, schema, op.body?.encoding, options.schemas)
    const result: ReadBody = { value: form.value, mediaType }
    return form.isBroken ? withProblem(result, 'The form has broken percent-encoding.') : result
  }
  return isJsonType(type.essence)
    ? readJsonBody(text, mediaType, options)
    : { value: text, mediaType }
}

function decodeBytes(bytes: Uint8Array, charset = 'utf-8'): string | BodyProblem {
  let decoder: InstanceType<typeof TextDecoder>
  try {
    decoder = new TextDecoder(charset, { fatal: true })
  } catch {
    return { kind: 'unsupported-type', message: `The charset ${charset} is unknown.` }
  }
  try {
    return decoder.decode(bytes)
  } catch {
    return { kind: 'not-utf8', message: `The body is not valid ${charset}.` }
  }
}

function readJsonBody(text: string, mediaType: string, options: ReadBodyOptions): ReadBody {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const message = error instanceof Error ? error.message : 'The body is not JSON.'
    return withProblem({ value: undefined, mediaType }, message)
  }
  const depthMax = options.depthMax ?? depthMaxDefault
  // A text this short cannot nest too deeply, and without these letters it has no hostile key.
  const isHarmless = text.length <= 2 * depthMax && !text.includes('__') && !text.includes('\\u')
  return isHarmless ? { value, mediaType } : checkDepth({ value, mediaType }, options)
}

const depthMaxDefault = 200

function checkDepth(result: ReadBody, options: ReadBodyOptions): ReadBody {
  const depthMax = options.depthMax ?? depthMaxDefault
  if (isShallow(result.value, depthMax)) return result
  return withProblem({ ...result, value: undefined }, `The body nests deeper than ${depthMax}.`)
}

/** Also drops own `__proto__` keys, which would poison objects that are merged from this one. */
function isShallow(value: unknown, depthLeft: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (depthLeft === 0) return false
  if (Array.isArray(value)) return value.every((item) => isShallow(item, depthLeft - 1))
  const object = value as Record<string, unknown>
  if (Object.hasOwn(object, '__proto__')) delete object['__proto__']
  for (const key in object) if (!isShallow(object[key], depthLeft - 1)) return false
  return true
}

function readMultipartBody(
  op: Operation,
  key: string | undefined,
  mediaType: string,
  type: MediaType,
  body: string | Uint8Array,
  options: ReadBodyOptions,
): ReadBody {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const parts = readMultipart(bytes, type.parameters['boundary'] ?? '')
  if (!parts) return withProblem({ value: undefined, mediaType }, 'The multipart body is broken.')
  const schema = key === undefined ? undefined : op.body?.types[key]
  const value = readParts(parts, schema, op.body?.encoding, options.schemas)
  return { value, mediaType, parts }
}

function withProblem(result: ReadBody, message: string): ReadBody {
  return { ...result, problem: { kind: 'malformed', message } }
}
