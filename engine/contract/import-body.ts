import type { Body, Param, ReplyShape, Schema } from './contract.ts'
import { childOf, childrenOf, follow, warn, warnOf, type Place } from './document.ts'
import { collectionStyle, ownSchema, toHeaders, type ImportContext } from './import-params.ts'
import { readMediaType } from './media-type.ts'
import { setOwn } from './problem.ts'
import { isRecord } from './schema.ts'

const formTypes = ['application/x-www-form-urlencoded', 'multipart/form-data']

/** Reads the body of an operation: `requestBody`, or the body and form parameters of 2.0. */
export function toBody(context: ImportContext, operation: Place, list: Place[]): Body | undefined {
  if (context.document.version === '2.0') return toBody2(context, operation, list)
  const declared = childOf(operation, 'requestBody')
  if (declared.value === undefined) return undefined
  const place = follow(context.document, declared)
  const content = childOf(place, 'content')
  const body: Body = { types: withJson(context, content, toTypes(context, content)) }
  if (childOf(place, 'required').value === true) body.required = true
  for (const [, media] of childrenOf(content))
    for (const [name, rule] of childrenOf(childOf(media, 'encoding'))) {
      const encoding = toEncoding(rule.value)
      if (encoding) setOwn((body.encoding ??= {}), name, encoding)
    }
  return body
}

/** An object can't be meant as bare bytes: converters write so where the service takes JSON (Google Drive's create). */
function withJson(
  context: ImportContext,
  content: Place,
  types: Record<string, Schema>,
): Record<string, Schema> {
  const bytes = types['application/octet-stream']
  if (bytes === undefined || types['application/json'] !== undefined) return types
  const schema = childOf(childOf(content, 'application/octet-stream'), 'schema')
  const { value } = follow(context.document, schema)
  return isRecord(value) && isRecord(value['properties'])
    ? { 'application/json': bytes, ...types }
    : types
}

function toTypes(context: ImportContext, content: Place): Record<string, Schema> {
  const types: Record<string, Schema> = {}
  for (const [key, media] of childrenOf(content)) {
    const essence = readMediaType(key.split(',')[0])?.essence
    if (essence === undefined || Object.hasOwn(types, essence)) {
      const fix = 'Declare one schema for each media type.'
      const what = `The media type ${key} is ${essence === undefined ? 'none' : 'there already'}`
      warn(context.document, `${what}; it is left out`, { pointer: media.pointer, fix })
    } else {
      types[essence] = context.schemas.toSchema(childOf(media, 'schema'))
    }
  }
  return types
}

function toEncoding(value: unknown): NonNullable<Body['encoding']>[string] | undefined {
  if (!isRecord(value)) return undefined
  const { contentType, style, explode } = value
  const encoding: NonNullable<Body['encoding']>[string] = {}
  if (typeof contentType === 'string') encoding.contentType = contentType.toLowerCase()
  if (typeof style === 'string') encoding.style = style as NonNullable<Param['style']>
  if (typeof explode === 'boolean') encoding.explode = explode
  return Object.keys(encoding).length > 0 ? encoding : undefined
}

function toBody2(context: ImportContext, operation: Place, list: Place[]): Body | undefined {
  const consumes = mediaTypes(context, operation, 'consumes')
  const whole = list.find(({ value }) => isRecord(value) && value['in'] === 'body')
  if (whole) {
    const schema = context.schemas.toSchema(childOf(whole, 'schema'))
    const body: Body = { types: {} }
    for (const type of consumes.length > 0 ? consumes : ['application/json'])
      body.types[type] = schema
    if (childOf(whole, 'required').value === true) body.required = true
    return body
  }
  const fields = list.filter(({ value }) => isRecord(value) && value['in'] === 'formData')
  return fields.length > 0 ? toForm2(context, fields, consumes) : undefined
}

function toForm2(context: ImportContext, fields: Place[], consumes: string[]): Body {
  const properties: Record<string, Schema> = {}
  const required: string[] = []
  const encoding: NonNullable<Body['encoding']> = {}
  let hasFile = false
  for (const place of fields) {
    const value = place.value as Record<string, unknown>
    const name = value['name'] as string
    setOwn(properties, name, context.schemas.toSchema(ownSchema(place)))
    if (value['type'] === 'file') hasFile = true
    if (value['required'] === true) required.push(name)
    const style = collectionStyle(context, place)
    if (style && style.explode === false) setOwn(encoding, name, style)
  }
  const schema: Schema = { type: 'object', properties }
  if (required.length > 0) schema['required'] = required
  const fitting = consumes.filter((type) => formTypes.includes(type))
  const usual = formTypes[hasFile ? 1 : 0] as string
  const body: Body = { types: {} }
  for (const type of fitting.length > 0 ? fitting : [usual]) body.types[type] = schema
  if (required.length > 0) body.required = true
  if (Object.keys(encoding).length > 0) body.encoding = encoding
  return body
}

/** The `consumes` or `produces` of 2.0: the operation's own, or the document's. */
function mediaTypes({ document }: ImportContext, operation: Place, key: string): string[] {
  const own = childOf(operation, key).value ?? document.root[key]
  if (!Array.isArray(own)) return []
  return own.flatMap((type) =>
    typeof type === 'string' ? (readMediaType(type)?.essence ?? []) : [],
  )
}

/** Reads an operation's replies by status; a broken one is left out. */
export function toReplies(context: ImportContext, operation: Place): Record<string, ReplyShape> {
  const { document } = context
  const replies: Record<string, ReplyShape> = {}
  for (const [key, item] of childrenOf(childOf(operation, 'responses'))) {
    const status = /^[1-5]xx$/i.test(key) ? key.toUpperCase() : key
    if (!/^([1-5](\d\d|XX)|default)$/.test(status)) {
      const fix = 'Use a status such as 200, 4XX or default.'
      warn(document, `The status ${key} does not exist; it is left out`, { ...item, fix })
      continue
    }
    try {
      replies[status] = toReply(context, operation, follow(document, item))
    } catch (error) {
      warnOf(document, error, 'the reply is left out')
    }
  }
  return replies
}

function toReply(context: ImportContext, operation: Place, place: Place): ReplyShape {
  const reply: ReplyShape = { types: {} }
  if (context.document.version !== '2.0') {
    reply.types = toTypes(context, childOf(place, 'content'))
  } else if (childOf(place, 'schema').value !== undefined) {
    const schema = context.schemas.toSchema(childOf(place, 'schema'))
    const produces = mediaTypes(context, operation, 'produces')
    for (const type of produces.length > 0 ? produces : ['application/json'])
      reply.types[type] = schema
  }
  const headers = toHeaders(context, childOf(place, 'headers'))
  if (headers) reply.headers = headers
  return reply
}
