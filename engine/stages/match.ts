import { refuse } from '../call.ts'
import type { Exchange } from '../exchange.ts'

/** Finds the operation. Refuses with `no-route`, or `no-method` (detail `allow`) when the path exists. */
export function match(exchange: Exchange): undefined {
  let query: URLSearchParams | undefined
  const found = exchange.twin.router.match(exchange.method, exchange.pathname, (mark) =>
    mark.in === 'header'
      ? exchange.headers[mark.name.toLowerCase()]
      : ((query ??= new URLSearchParams(exchange.search)).get(mark.name) ?? undefined),
  )
  if (found === undefined) return refuse('no-route')
  if ('allow' in found) return refuse('no-method', { allow: found.allow })
  exchange.op = found.op
  exchange.path = found.path
  exchange.rawPath = found.rawPath
  if (found.malformed) return refuse('no-route')
  exchange.depth = exchange.twin.depthOf(found.op)
}
