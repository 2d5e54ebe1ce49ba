import type { Operation, Param } from './contract.ts'
import { readDeepObject } from './deep-object.ts'
import { decodePercent, decodeText, readPairs } from './pairs.ts'
import { noProblems, setOwn, type Problem } from './problem.ts'
import { typesOf, type Schemas } from './schema.ts'
import { createField, readForm, readStyled, toText, type Decoding, type Field } from './style.ts'

/** The parameters of a call by place; only what the call carried, coerced by schema. */
export interface ParamValues {
  path: Record<string, unknown>
  /** Undeclared query parameters are kept as strings; of a repeated one, the first. */
  query: Record<string, unknown>
  /** By the name as the contract spells it. */
  header: Record<string, unknown>
  cookie: Record<string, unknown>
}

/** Where parameters are read from. */
export interface ParamSource {
  /** As in the URL, with or without the question mark. */
  query: string
  /** By lower-case name. */
  headers: Record<string, string | string[] | undefined>
  /** As the router decoded them. */
  path: Record<string, string>
  /** As the router found them, where decoding changed something. */
  rawPath?: Record<string, string> | undefined
  /** The cookie header, when it is not among the headers. */
  cookie?: string | undefined
}

/** What reading needs besides the call. */
export interface ReadParamsOptions {
  /** The contract's schemas, since a parameter's schema may be a reference. */
  schemas: Schemas
  /** Fills in the defaults of absent parameters. Off by default: a twin must know what was sent. */
  defaults?: boolean
}

interface Reader {
  fields: { param: Param; field: Field; header: string }[]
  isPlain: boolean
  hasDefaults: boolean
}

const readers = new WeakMap<Operation, Reader>()

/**
 * Reads the parameters of a call. Problems are only about reading (broken percent-encoding, broken
 * JSON); whether values are present and valid is for the validator.
 */
export function readParams(
  op: Operation,
  source: ParamSource,
  options: ReadParamsOptions,
): { values: ParamValues; problems: readonly Problem[] } {
  let reader = readers.get(op)
  if (!reader) readers.set(op, (reader = createReader(op, options.schemas)))
  const isQueryEmpty = source.query === '' || source.query === '?'
  if (reader.isPlain && isQueryEmpty && !(reader.hasDefaults && options.defaults === true))
    return {
      values: { path: source.path, query: {}, header: {}, cookie: {} },
      problems: noProblems,
    }

  const values: ParamValues = { path: { ...source.path }, query: {}, header: {}, cookie: {} }
  const problems: Problem[] = []
  const pairs = readPairs(source.query)
  const cookies = cookiesOf(source)
  const rest = new Set(pairs.byName.keys())
  for (const name of pairs.malformed) problems.push(brokenEncoding('query', name))
  for (const { param, field, header } of reader.fields) {
    const decoding: Decoding = { decode: decoderOf(param, source), broken: false }
    let value: unknown
    if (param.in === 'query') value = readQueryParam(param, field, pairs.byName, rest, decoding)
    else if (param.in === 'path') value = readPathParam(param, field, source, decoding)
    else if (param.in === 'header') value = readHeaderParam(field, source.headers[header], decoding)
    else value = readCookieParam(field, cookies, decoding)
    if (decoding.broken) problems.push(brokenEncoding(param.in, param.name))
    if (param.mediaType !== undefined && typeof value === 'string')
      value = readDocument(param, value, problems)
    if (value === undefined && options.defaults === true) value = defaultOf(param)
    if (value !== undefined) setOwn(values[param.in], param.name, value)
  }
  keepUndeclared(rest, pairs.byName, values, problems)
  return { values, problems: problems.length === 0 ? noProblems : problems }
}

function createReader(op: Operation, schemas: Schemas): Reader {
  // Objects that spread over the query's names come last, so that they take only what is left.
  const params = [...op.params].sort((a, b) => Number(isSpread(a)) - Number(isSpread(b)))
  const fields = params.map((param) => {
    const shown = param.mediaType === undefined ? param : { name: param.name, schema: true }
    return { param, field: createField(shown, param.in, schemas), header: param.name.toLowerCase() }
  })
  const isPlain = fields.every(
    ({ param, field }) =>
      param.in === 'query' ||
      (param.in === 'path' && field.style === 'simple' && isText(param, schemas)),
  )
  return { fields, isPlain, hasDefaults: params.some(hasDefault) }

  function isSpread(param: Param): boolean {
    return param.in === 'query' && typesOf(param.schema, schemas).has('object')
  }
}

function isText(param: Param, schemas: Schemas): boolean {
  const types = typesOf(param.schema, schemas)
  return param.mediaType === undefined && (types.size === 0 || [...types].join() === 'string')
}

function hasDefault(param: Param): boolean {
  return typeof param.schema === 'object' && 'default' in param.schema
}

function defaultOf(param: Param): unknown {
  return hasDefault(param)
    ? structuredClone((param.schema as { default: unknown }).default)
    : undefined
}

function decoderOf(param: Param, source: ParamSource): Decoding['decode'] {
  if (param.in === 'query') return decodeText
  if (param.in === 'cookie') return decodePercent
  return param.in === 'path' && source.rawPath ? decodePercent : (text) => text
}

function readQueryParam(
  param: Param,
  field: Field,
  pairs: Map<string, string[]>,
  rest: Set<string>,
  decoding: Decoding,
): unknown {
  if (field.style === 'deepObject') {
    const found = readDeepObject(field, pairs, decoding)
    for (const name of found?.used ?? []) rest.delete(name)
    if (found) return found.value
  }
  const raws = pairs.get(param.name)
  if (raws) {
    rest.delete(param.name)
    return param.mediaType === undefined
      ? readForm(field, raws, decoding)
      : toText(raws[0] as string, decoding)
  }
  if (!field.isObject || !field.explode || field.style === 'deepObject') return undefined
  const value: Record<string, unknown> = {}
  for (const name of rest) {
    if (!field.properties.has(name) && !(field.coerceExtra && field.properties.size === 0)) continue
    const list = pairs.get(name) as string[]
    const coerce = field.properties.get(name) ?? field.coerceExtra
    const items = list.map((raw) => coerce?.(toText(raw, decoding)))
    setOwn(value, name, field.arrays.has(name) ? items : items[0])
    rest.delete(name)
  }
  return Object.keys(value).length > 0 ? value : undefined
}

function readPathParam(
  param: Param,
  field: Field,
  source: ParamSource,
  decoding: Decoding,
): unknown {
  const value = Object.hasOwn(source.path, param.name) ? source.path[param.name] : undefined
  if (value === undefined) return undefined
  const raw = source.rawPath?.[param.name] ?? value
  return param.mediaType === undefined ? readStyled(field, raw, decoding) : value
}

function readHeaderParam(
  field: Field,
  value: string | string[] | undefined,
  decoding: Decoding,
): unknown {
  if (value === undefined) return undefined
  const text = (typeof value === 'string' ? value : value.join(',')).trim()
  return readStyled(field, field.isArray ? text.replaceAll(/\s*,\s*/g, ',') : text, decoding)
}

function readCookieParam(
  field: Field,
  cookies: Map<string, string[]>,
  decoding: Decoding,
): unknown {
  const raws = cookies.get(field.name)
  return raws && readForm(field, raws, decoding)
}

function cookiesOf(source: ParamSource): Map<string, string[]> {
  const header = source.cookie ?? source.headers['cookie']
  const text = typeof header === 'string' ? header : (header?.join('; ') ?? '')
  const cookies = new Map<string, string[]>()
  if (text === '') return cookies
  for (const pair of text.split(';')) {
    const equals = pair.indexOf('=')
    if (equals === -1) continue
    const name = pair.slice(0, equals).trim()
    const known = cookies.get(name)
    if (known) known.push(pair.slice(equals + 1).trim())
    else cookies.set(name, [pair.slice(equals + 1).trim()])
  }
  return cookies
}

function readDocument(param: Param, text: string, problems: Problem[]): unknown {
  if (!/[/+]json$/.test(param.mediaType ?? '')) return text
  try {
    return JSON.parse(text)
  } catch {
    problems.push({ ...brokenEncoding(param.in, param.name), message: 'must be JSON' })
    return text
  }
}

function brokenEncoding(place: Param['in'], name: string): Problem {
  const message = 'must be percent-encoded correctly'
  return { in: place, pointer: '', rule: 'malformed', message, name }
}

function keepUndeclared(
  rest: Set<string>,
  pairs: Map<string, string[]>,
  values: ParamValues,
  problems: Problem[],
): void {
  for (const name of rest) {
    const raw = (pairs.get(name) as string[])[0] as string
    const text = decodeText(raw)
    if (text === undefined) problems.push(brokenEncoding('query', name))
    setOwn(values.query, name, text ?? raw)
  }
}
