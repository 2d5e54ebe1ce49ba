import type { Reply } from '../call.ts'
import type { Exchange } from '../exchange.ts'

/** Adds what every reply of the service carries, and the depth of the operation. */
export function stamp(exchange: Exchange, reply: Reply): void {
  exchange.twin.definition.stamp?.(exchange, reply)
  reply.headers['x-backlot-depth'] = exchange.depth
}
