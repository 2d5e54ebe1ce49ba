import { refuse, type Reply } from '../call.ts'
import type { Exchange } from '../exchange.ts'

/**
 * The fault point where nothing has happened yet. Finds the fault that strikes this call, and
 * carries out those that keep the call from its behaviour; the others wait for the way out.
 */
export function faultBefore(exchange: Exchange): Reply | undefined {
  const { world, twin, op } = exchange
  if (exchange.by === 'scenario' || world.faultLine.plan.faults.length === 0) return
  const writes = op !== undefined && twin.writes(op)
  const fault = world.faultLine.strike(twin.definition.name, op?.id, writes, exchange.at)
  if (fault === undefined) return
  exchange.fault = fault
  const { action } = fault
  if (action.kind === 'refuse') refuse(action.as, { retryAfterMs: action.retryAfterMs, fault })
  if (action.kind === 'stale' && !writes)
    exchange.rows = world.rowsAsOf(exchange.at - action.behindMs)
  if (action.kind === 'drop-before') {
    return { status: 503, headers: {}, text: '', transport: { lost: true } }
  }
}
