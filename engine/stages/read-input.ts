import { refuse } from '../call.ts'
import { readBody } from '../contract/body.ts'
import { readParams } from '../contract/params.ts'
import type { Exchange } from '../exchange.ts'

/**
 * Decodes parameters and body by the contract. Refuses with `malformed-body`, `unsupported-type`,
 * `missing-body`, or `invalid` (detail `problems`) when a parameter can't be read as its type.
 */
export function readInput(exchange: Exchange): undefined {
  readParameters(exchange)
  readPayload(exchange)
}

/** The parameters alone, for services that look at them before the body. */
export function readParameters(exchange: Exchange): undefined {
  const { op, headers, search, path } = exchange
  if (op === undefined || (op.params.length === 0 && search === '')) return
  const { schemas } = exchange.twin.contract
  const source = { query: search, headers, path, rawPath: exchange.rawPath }
  const { values, problems } = readParams(op, source, { schemas })
  exchange.query = values.query
  exchange.params = values
  if (problems.length > 0) refuse('invalid', { problems })
}

/** The body alone. */
export function readPayload(exchange: Exchange): undefined {
  const { op, headers, call } = exchange
  if (op === undefined || (op.body === undefined && call.body === undefined)) return
  const contentType =
    headers['content-type'] ?? (isPlain(call.body) ? 'application/json' : undefined)
  const { schemas } = exchange.twin.contract
  const { value, mediaType, parts, problem } = readBody(
    op,
    { contentType, body: call.body },
    { schemas },
  )
  exchange.body = value
  exchange.mediaType = mediaType
  exchange.parts = parts
  if (problem === undefined) return
  const kinds = {
    malformed: 'malformed-body',
    'not-utf8': 'malformed-body',
    'unsupported-type': 'unsupported-type',
    missing: 'missing-body',
  } as const
  refuse(kinds[problem.kind], { problem, contentType })
}

function isPlain(body: unknown): boolean {
  return body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)
}
