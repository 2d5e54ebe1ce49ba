import type { Reply } from '../../engine/call.ts'
import type { Exchange } from '../../engine/exchange.ts'

const noted = new WeakMap<Exchange, string[]>()

/** Notes a warning that the reply will carry, in the order of noting. */
export function warn(exchange: Exchange, warning: string): void {
  const known = noted.get(exchange)
  if (known === undefined) noted.set(exchange, [warning])
  else known.push(warning)
}

// Shared bodies keep being shared with the one warning that is common: JSON without a charset.
const withMissingCharset = new WeakMap<object, object>()

/** Puts the warnings into the body, in both places; failures carry them too (FACTS: warnings). */
export function addWarnings(exchange: Exchange, reply: Reply): void {
  const warnings = noted.get(exchange)
  const body = reply.json
  if (warnings === undefined || typeof body !== 'object' || body === null) return
  const isCommon = warnings.length === 1 && warnings[0] === 'missing_charset'
  const known = isCommon ? withMissingCharset.get(body) : undefined
  reply.json = known ?? warned(body, warnings)
  if (isCommon && known === undefined) withMissingCharset.set(body, reply.json as object)
}

function warned(body: object, warnings: readonly string[]): object {
  const { response_metadata: metadata } = body as { response_metadata?: object }
  return {
    ...body,
    warning: warnings.join(','),
    response_metadata: { ...metadata, warnings },
  }
}
