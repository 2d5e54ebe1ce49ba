import { refuse } from '../call.ts'
import type { Exchange } from '../exchange.ts'
import { takeFrom } from '../limits.ts'

/** Counts the call against its limit. Nothing is limited unless the world was asked to. Refuses with `limited`. */
export function limit(exchange: Exchange): undefined {
  const { world, twin, caller } = exchange
  if (!world.limited || caller?.allSeeing) return
  const wanted = twin.definition.limits?.(exchange)
  if (wanted === undefined) return
  const state = takeFrom(exchange.rows, wanted, exchange.at)
  exchange.limit = state
  if (!state.allowed) refuse('limited', { retryAfterMs: state.retryAfterMs, limit: state })
}
