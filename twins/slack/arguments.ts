import type { Exchange } from '../../engine/exchange.ts'
import { setOwn } from '../../engine/contract/problem.ts'
import { readMediaType, type MediaType } from '../../engine/contract/media-type.ts'
import { readMultipart } from '../../engine/contract/multipart.ts'
import { decodeText } from '../../engine/contract/pairs.ts'
import { fail, failArguments } from './errors.ts'
import { methodOf } from './method.ts'
import { warn } from './warnings.ts'

export type Arguments = Record<string, unknown>

/**
 * Reads the arguments into `exchange.args`: query and form are mixed, JSON stands alone, and a JSON
 * body sent to a method that takes none is as good as not sent (FACTS: arguments).
 */
export function readArguments(exchange: Exchange): undefined {
  const { call, headers, search } = exchange
  const args: Arguments = {}
  exchange.args = args
  const { body } = call
  if (exchange.method !== 'POST') return readPairsInto(args, search)
  const header = headers['content-type']
  if (header === undefined) {
    if (isPlain(body)) return takeObject(args, body as Arguments)
    if (!isEmpty(body)) fail('missing_post_type')
    return readPairsInto(args, search)
  }
  if (header === form) {
    readPairsInto(args, search)
    return readPairsInto(args, textOf(body))
  }
  readTyped(exchange, args, readMediaType(header))
}

const form = 'application/x-www-form-urlencoded'

function readTyped(exchange: Exchange, args: Arguments, type: MediaType | undefined): void {
  const { body } = exchange.call
  const charset = type?.parameters['charset']?.toLowerCase()
  const isKnown = charset === undefined || charset === 'utf-8' || charset === 'iso-8859-1'
  if (!isKnown) fail('invalid_charset')
  switch (type?.essence) {
    case 'application/json':
      if (charset === undefined) warn(exchange, 'missing_charset')
      if (methodOf(exchange.op!).takesJson) readJson(args, body)
      return
    case form:
      if (charset !== undefined) warn(exchange, 'superfluous_charset')
      readPairsInto(args, exchange.search)
      return readPairsInto(args, textOf(body))
    case 'multipart/form-data':
      readPairsInto(args, exchange.search)
      return readPartsInto(args, body, type.parameters['boundary'] ?? '')
    case 'text/plain':
      return readPairsInto(args, exchange.search)
    default:
      fail('invalid_post_type')
  }
}

function readJson(args: Arguments, body: unknown): void {
  if (isPlain(body)) return takeObject(args, body as Arguments)
  if (isEmpty(body)) return
  const value = parseJson(textOf(body))
  if (value === undefined) fail('invalid_json')
  if (typeof value !== 'object' || value === null || Array.isArray(value)) fail('json_not_object')
  takeObject(args, value as Arguments)
}

/** An explicit null is as good as absent (FACTS: arguments). A token counts in a header or form only. */
function takeObject(args: Arguments, value: Arguments): undefined {
  for (const name of Object.keys(value)) {
    if (value[name] != null && name !== 'token') setOwn(args, name, value[name])
  }
}

function readPairsInto(args: Arguments, text: string): undefined {
  let start = 0
  while (start < text.length) {
    let end = text.indexOf('&', start)
    if (end === -1) end = text.length
    if (end > start) {
      const equals = text.indexOf('=', start)
      const cut = equals === -1 || equals > end ? end : equals
      const name = decode(text.slice(start, cut))
      checkName(name)
      setOwn(args, name, cut < end ? decode(text.slice(cut + 1, end)) : '')
    }
    start = end + 1
  }
}

function readPartsInto(args: Arguments, body: unknown, boundary: string): void {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  if (!(bytes instanceof Uint8Array)) return fail('invalid_form_data')
  const parts = readMultipart(bytes, boundary)
  if (parts === undefined) return fail('invalid_form_data')
  for (const part of parts) {
    checkName(part.name)
    setOwn(args, part.name, part.filename === undefined ? decoder.decode(part.bytes) : part)
  }
}

const wellNamed = /^[\w.:-]+$/

function checkName(name: string): void {
  if (wellNamed.test(name)) return
  fail(/^[\w.:-]+\[.*\]$/.test(name) ? 'invalid_array_arg' : 'invalid_arg_name')
}

const decoder = new TextDecoder()

function textOf(body: unknown): string {
  if (typeof body === 'string') return body
  return body instanceof Uint8Array ? decoder.decode(body) : ''
}

function decode(text: string): string {
  return decodeText(text) ?? text
}

function isEmpty(body: unknown): boolean {
  return body === undefined || body === '' || (body instanceof Uint8Array && body.length === 0)
}

function isPlain(body: unknown): boolean {
  return typeof body === 'object' && body !== null && !(body instanceof Uint8Array)
}

const depthMax = 100

/** JSON as a value; undefined when it is none, or nests so deep that no honest client sent it. */
export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return isShallow(value, depthMax) ? value : undefined
  } catch {
    return undefined
  }
}

function isShallow(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return true
  return left > 0 && Object.values(value).every((one) => isShallow(one, left - 1))
}

/** Refuses a call that lacks an argument which the method cannot do without. */
export function requireArguments(exchange: Exchange): undefined {
  const { required, isRetired } = methodOf(exchange.op!)
  if (isRetired) return
  let missing: string[] | undefined
  for (const name of required) {
    if (exchange.args[name] === undefined) (missing ??= []).push(name)
  }
  if (missing !== undefined)
    failArguments(...missing.map((one) => `missing required field: ${one}`))
}

/** An argument as text; numbers and booleans of a JSON body as they would stand in a form. */
export function text(args: Arguments, name: string): string | undefined {
  const value = args[name]
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/** A yes or no, however it is spelled: `true`, `1`, or absent for `fallback`. */
export function flag(args: Arguments, name: string, fallback = false): boolean {
  const value = args[name]
  if (value === undefined || value === '') return fallback
  return value === true || value === 'true' || value === '1' || value === 1
}

/** A whole number; NaN when it is there but none. */
export function whole(args: Arguments, name: string): number | undefined {
  const value = text(args, name)
  if (value === undefined || value === '') return undefined
  return /^-?\d+$/.test(value) ? Number(value) : NaN
}

/** A list: comma-separated, a JSON array in a string, or a JSON array. */
export function list(args: Arguments, name: string): string[] {
  const value = args[name]
  if (Array.isArray(value)) return value.map(String)
  const written = text(args, name)?.trim() ?? ''
  const parsed = written.startsWith('[') ? parseJson(written) : undefined
  if (Array.isArray(parsed)) return parsed.map(String)
  return written.split(',').flatMap((one) => (one.trim() === '' ? [] : [one.trim()]))
}

/** An argument that is itself JSON: parsed when it came as text. `undefined` when absent, `null` when broken. */
export function document(args: Arguments, name: string): unknown {
  const value = args[name]
  if (typeof value !== 'string') return value
  if (value.trim() === '') return undefined
  return parseJson(value) ?? null
}
