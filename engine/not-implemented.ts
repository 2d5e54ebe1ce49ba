import type { Reply } from './call.ts'
import type { Exchange } from './exchange.ts'

/**
 * A 501 in a form that no vendor would send, so that what a twin can't do is never mistaken for the
 * service's own "not found".
 */
export function notImplemented(exchange: Exchange, why: string): Reply {
  const operation = exchange.op?.id ?? `${exchange.method} ${exchange.pathname}`
  return {
    status: 501,
    headers: { 'content-type': 'application/vnd.backlot.not-implemented+json' },
    json: {
      backlot: 'not implemented',
      twin: exchange.twin.definition.name,
      operation,
      depth: exchange.depth,
      why: `The twin can't answer "${operation}" truthfully: ${why}.`,
    },
  }
}
