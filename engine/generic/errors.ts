import { json, type Refusal, type Reply } from '../call.ts'
import type { Contract, Operation, Schema } from '../contract/contract.ts'
import { isRecord, resolveSchema, typesOf } from '../contract/schema.ts'
import { findReply } from '../contract/validate.ts'
import type { Exchange } from '../exchange.ts'
import { codeAmong, describeRefusal, statusesOf, type Wording } from './error-words.ts'
import { complete } from './complete.ts'
import { lastingMaker, type Maker } from './maker.ts'
import { nameKey } from './names.ts'
import { itemsOf, jsonOf } from './shapes.ts'
import { membersOf } from './members.ts'

/**
 * Words refusals for a service of which only the contract is known: in the error schema that the
 * contract has for that status, else as RFC 9457 problem details.
 */
export function specErrors(refusal: Refusal, exchange: Exchange): Reply {
  const { op, twin } = exchange
  const status = statusOf(refusal, op)
  const wording = describeRefusal(refusal, exchange, status)
  const headers = headersFor(refusal, exchange)
  const inBand = op && inBandError(op, twin.contract)
  if (inBand !== undefined)
    return json(inBand.status, fillError(exchange, inBand.schema, wording), headers)
  const found = errorShape(op, status, twin.contract)
  if (found === undefined) {
    const { title, message, problems } = wording
    const body = {
      type: 'about:blank',
      title,
      status,
      detail: message,
      ...(problems.length > 0 ? { errors: problems } : {}),
    }
    return json(status, body, { ...headers, 'content-type': 'application/problem+json' })
  }
  const [mediaType, schema] = found
  if (mediaType !== 'application/json') headers['content-type'] = mediaType
  return json(status, fillError(exchange, schema, wording), headers)
}

/** The status that a refusal has: of those that fit its kind, the first that the operation declares. */
function statusOf(refusal: Refusal, op: Operation | undefined): number {
  const statuses = statusesOf(refusal.kind)
  return (
    statuses.find((status) => op !== undefined && Object.hasOwn(op.replies, String(status))) ??
    statuses[0]!
  )
}

function headersFor(refusal: Refusal, exchange: Exchange): Reply['headers'] {
  const headers: Reply['headers'] = {}
  const { allow, retryAfterMs } = refusal.detail
  if (Array.isArray(allow)) headers['allow'] = allow.join(', ')
  if (typeof retryAfterMs === 'number')
    headers['retry-after'] = String(Math.ceil(retryAfterMs / 1000))
  if (refusal.kind === 'unauthenticated') {
    const schemes = Object.values(exchange.twin.contract.security)
    const basic = schemes.some((scheme) => scheme.type === 'http' && /basic/i.test(scheme.scheme))
    headers['www-authenticate'] = basic ? 'Basic' : 'Bearer'
  }
  return headers
}

/** Services that say `{ok: false, error}` with a success status have no other reply to say it with. */
function inBandError(
  op: Operation,
  contract: Contract,
): { status: number; schema: Schema } | undefined {
  const statuses = Object.keys(op.replies)
  if (statuses.some((status) => !status.startsWith('2'))) return undefined
  const json = statuses[0] === undefined ? undefined : jsonOf(op.replies[statuses[0]]!.types)
  if (json === undefined) return undefined
  const properties = membersOf(json[1], contract.schemas)
  const isIn = properties.has('error') && (properties.has('ok') || properties.has('success'))
  return isIn ? { status: Number(statuses[0]), schema: json[1] } : undefined
}

function errorShape(
  op: Operation | undefined,
  status: number,
  contract: Contract,
): [string, Schema] | undefined {
  const own = op && findReply(op, status)
  const json = own && jsonOf(own.types)
  if (json !== undefined) return json
  if (own !== undefined && op !== undefined && Object.hasOwn(op.replies, String(status)))
    return undefined
  const usual = usualErrors(contract)
  return usual.get(String(status)) ?? usual.get('')
}

const usualOf = new WeakMap<Contract, Map<string, [string, Schema]>>()

/** The error schema that a contract uses most, by status and (under '') in all. */
function usualErrors(contract: Contract): Map<string, [string, Schema]> {
  let usual = usualOf.get(contract)
  if (usual !== undefined) return usual
  usual = new Map<string, [string, Schema]>()
  usualOf.set(contract, usual)
  const counts = new Map<string, number>()
  const most = new Map<string, number>()
  for (const op of contract.operations) {
    for (const [status, shape] of Object.entries(op.replies)) {
      const json = /^[45]|^default/.test(status) ? jsonOf(shape.types) : undefined
      if (json === undefined) continue
      for (const place of [status, '']) {
        const key = `${place} ${JSON.stringify(json[1])}`
        const count = (counts.get(key) ?? 0) + 1
        counts.set(key, count)
        if (count <= (most.get(place) ?? 0)) continue
        most.set(place, count)
        usual.set(place, json)
      }
    }
  }
  return usual
}

function fillError(exchange: Exchange, schema: Schema, wording: Wording): unknown {
  const maker = lastingMaker(exchange.world, exchange.twin, `error ${wording.code} ${exchange.n}`)
  return complete(maker, schema, say(maker, exchange, schema, wording, 0))
}

/** Fills the members of an error that are known by name. */
function say(
  maker: Maker,
  exchange: Exchange,
  schema: Schema,
  wording: Wording,
  depth: number,
): unknown {
  const { schemas } = maker.twin.contract
  const types = typesOf(schema, schemas)
  if (types.has('array') && !types.has('object')) {
    return [say(maker, exchange, itemsOf(schema, schemas) ?? {}, wording, depth + 1)]
  }
  if (!types.has('object'))
    return types.has('string') || types.size === 0 ? wording.message : undefined
  const out: Record<string, unknown> = {}
  for (const [name, member] of membersOf(schema, schemas)) {
    const value =
      member === true || member === false
        ? undefined
        : wordOf(maker, exchange, name, member, wording, depth)
    if (value !== undefined) out[name] = value
  }
  return out
}

function wordOf(
  maker: Maker,
  exchange: Exchange,
  name: string,
  schema: Schema,
  wording: Wording,
  depth: number,
): unknown {
  const { schemas } = maker.twin.contract
  const types = typesOf(schema, schemas)
  const key = nameKey(name)
  if (types.has('boolean') && /^(ok|success|successful)$/.test(key)) return false
  if (
    /^(status|statuscode|httpstatus|code|errorcode|httpcode|statusvalue)$/.test(key) &&
    isNumeric(types)
  )
    return wording.status
  if (types.has('string')) return textOf(exchange, key, schema, schemas, wording)
  if (depth > 2) return undefined
  if (types.has('object') && /^(error|fault|data|body|response|meta)$/.test(key))
    return say(maker, exchange, schema, wording, depth + 1)
  if (
    types.has('array') &&
    /^(errors|errormessages|messages|errorcauses|details|causes|problems)$/.test(key)
  ) {
    const items = itemsOf(schema, schemas) ?? {}
    const all =
      wording.problems.length > 0
        ? wording.problems.map((one) => ({ ...wording, message: one.message }))
        : [wording]
    return all.map((one) => say(maker, exchange, items, one, depth + 1))
  }
  return undefined
}

function isNumeric(types: ReadonlySet<string>): boolean {
  return types.has('integer') || types.has('number')
}

function textOf(
  exchange: Exchange,
  key: string,
  schema: Schema,
  schemas: Record<string, Schema>,
  wording: Wording,
): string | undefined {
  const values = isRecord(schema) ? resolveSchema(schema, schemas)['enum'] : undefined
  if (Array.isArray(values)) return codeAmong(values, wording.code)
  if (
    /^(message|errormessage|detail|details|errordescription|description|errorsummary|reason|msg)$/.test(
      key,
    )
  )
    return wording.message
  if (/^(error|code|errorcode|errortype|kind)$/.test(key)) return wording.code
  if (key === 'type')
    return resolveSchema(schema, schemas)['format'] === 'uri' ? 'about:blank' : wording.code
  if (key === 'title') return wording.title
  if (/^(status|statuscode)$/.test(key)) return String(wording.status)
  if (/^(instance|path)$/.test(key)) return exchange.pathname
  if (key === 'timestamp') return new Date(exchange.at).toISOString()
  return undefined
}
